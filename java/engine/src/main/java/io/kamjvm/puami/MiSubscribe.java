// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.mififo.MiCommand;
import io.kamjvm.mififo.MiReply;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PuaEvents;
import io.kamjvm.pua.Source;
import io.kamjvm.pua.SubscribeOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code pua_subscribe} (spec pua 2.3): answered before anybody has answered the SUBSCRIBE. */
final class MiSubscribe implements MiCommand {
  private static final int MANDATORY = 4;
  private static final String BAD_URI = "Bad uri";

  private final Supplier<Pua> pua;

  MiSubscribe(final Supplier<Pua> pua) {
    this.pua = pua;
  }

  @Override
  public boolean asynchronous() {
    return false;
  }

  @Override
  public void execute(final List<String> given, final Consumer<MiReply> answer) {
    final SubscribeOrder order;
    try {
      order = order(given, pua.get().events());
    } catch (final Refusal e) {
      answer.accept(e.reply());
      return;
    }
    pua.get()
        .subscribe(
            order,
            decision ->
                answer.accept(
                    decision.code() < 0
                        ? new MiReply.Failed("the SUBSCRIBE can not be sent: " + decision)
                        : MiReply.of(202, "accepted")));
  }

  private static SubscribeOrder order(final List<String> given, final PuaEvents events)
      throws Refusal {
    if (given.size() != MANDATORY) {
      throw new Refusal(
          new MiReply.Failed(given.size() + " parameters, " + MANDATORY + " are needed"));
    }
    final Arguments arguments = new Arguments(given);
    final String presentity = arguments.uri(400, BAD_URI, BAD_URI);
    final String watcher = arguments.uri(400, BAD_URI, BAD_URI);
    final String event = arguments.text("Empty event parameter");
    final long expires = arguments.number("Bad expires");
    if (!events.commandable(event)) {
      throw new Refusal(MiReply.of(400, "Unknown event"));
    }
    return SubscribeOrder.of(Source.COMMAND_SUBSCRIBE, event, presentity, watcher, expires);
  }
}
