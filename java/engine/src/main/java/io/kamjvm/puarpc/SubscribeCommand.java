// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puarpc;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.Source;
import io.kamjvm.pua.SubscribeOrder;
import io.kamjvm.sip.SipUri;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** {@code pua.subscribe}. */
final class SubscribeCommand {
  private static final int MANDATORY = 4;

  private final Supplier<Pua> pua;

  SubscribeCommand(final Supplier<Pua> pua) {
    this.pua = pua;
  }

  void call(final RpcCall call) {
    final List<String> given = call.arguments();
    final OptionalLong expires =
        given.size() < MANDATORY ? OptionalLong.empty() : PublishCommand.number(given.get(3));
    if (expires.isEmpty()) {
      call.fault(500, "Not enough parameters");
    } else if (SipUri.parse(given.get(0)).isEmpty()) {
      call.fault(400, "Invalid presentity URI");
    } else if (SipUri.parse(given.get(1)).isEmpty()) {
      call.fault(400, "Invalid watcher URI");
    } else if (!pua.get().events().commandable(given.get(2))) {
      call.fault(404, "Unknown event");
    } else {
      pua.get()
          .subscribe(
              SubscribeOrder.of(
                  Source.COMMAND_SUBSCRIBE,
                  given.get(2),
                  given.get(0),
                  given.get(1),
                  expires.getAsLong()),
              decision -> answer(call, decision));
    }
  }

  private static void answer(final RpcCall call, final Decision decision) {
    if (decision.code() < 0) {
      call.fault(500, "Execution failure");
    } else {
      call.finish();
    }
  }
}
