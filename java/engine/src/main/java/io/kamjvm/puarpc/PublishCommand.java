// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puarpc;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.FinalAnswer;
import io.kamjvm.pua.OrderListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import io.kamjvm.sip.SipUri;
import io.kamjvm.time.Timers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** {@code pua.publish} and {@code pua.send_publish}. */
final class PublishCommand {
  private static final int MANDATORY = 8;

  /** A process that carries out commands waits for the engine up to 5 s. */
  private static final long PATIENCE_MILLIS = 4_500;

  /** Whoever does not want to wait for the answer does not wait for earlier ones either. */
  private static final long DECISION_MILLIS = 1_000;

  private static final int UNKNOWN_ETAG = 418;

  private final Timers timers;
  private final Supplier<Pua> pua;

  PublishCommand(final Timers timers, final Supplier<Pua> pua) {
    this.timers = timers;
    this.pua = pua;
  }

  /** {@code pua.publish}: the command ends with the final answer. */
  void publishAndWait(final RpcCall call) {
    order(call, Source.COMMAND_ASYN_PUBLISH).ifPresent(order -> publishAndWait(call, order));
  }

  private void publishAndWait(final RpcCall call, final PublishOrder order) {
    final CommandAnswer answer = new CommandAnswer(call);
    final Timers.Timer patience =
        timers.schedule(
            PATIENCE_MILLIS, () -> answer.finish(() -> call.struct(status(202, "Accepted"))));
    pua.get()
        .publish(
            order,
            new OrderListener() {
              @Override
              public void decided(final Decision decision) {
                if (!(decision instanceof Decision.Sent)) {
                  patience.cancel();
                  decline(answer, call, decision);
                }
              }

              @Override
              public void answered(final FinalAnswer reply) {
                patience.cancel();
                answer.finish(() -> call.struct(fields(reply)));
              }
            });
  }

  private static Map<String, Object> status(final int code, final String reason) {
    final Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Code", code);
    fields.put("Reason", reason);
    return fields;
  }

  private static Map<String, Object> fields(final FinalAnswer reply) {
    final Map<String, Object> fields = new LinkedHashMap<>();
    if (reply.code() == 200) {
      reply.etag().ifPresent(etag -> fields.put("SIP-ETag", etag));
      reply.expires().ifPresent(expires -> fields.put("Expires", expires));
    }
    if (fields.size() < 2) {
      fields.putAll(status(reply.code(), reply.reason()));
    }
    return fields;
  }

  /** {@code pua.send_publish}: the command ends when the PUBLISH has left. */
  void publish(final RpcCall call) {
    order(call, Source.COMMAND_PUBLISH).ifPresent(order -> publish(call, order));
  }

  private void publish(final RpcCall call, final PublishOrder order) {
    final CommandAnswer answer = new CommandAnswer(call);
    final Timers.Timer patience = timers.schedule(DECISION_MILLIS, answer::finish);
    pua.get()
        .publish(
            order,
            decision -> {
              patience.cancel();
              if (decision.code() == 0) {
                answer.finish();
              } else {
                decline(answer, call, decision);
              }
            });
  }

  private static void decline(
      final CommandAnswer answer, final RpcCall call, final Decision decision) {
    if (decision instanceof Decision.Nothing) {
      answer.finish(() -> call.struct(status(202, "Accepted")));
    } else if (decision.code() == UNKNOWN_ETAG) {
      answer.fault(500, "Wrong ETag");
    } else {
      final String why = decision instanceof Decision.Refused refused ? ": " + refused.why() : "";
      answer.fault(500, "Internal Server Error" + why + " (" + -decision.code() + "/RPC/PUBLISH)");
    }
  }

  private Optional<PublishOrder> order(final RpcCall call, final Source source) {
    final List<String> given = call.arguments();
    if (given.size() < MANDATORY) {
      call.fault(400, "Too few or wrong type of parameters (" + given.size() + ")");
      return Optional.empty();
    }
    if (SipUri.parse(given.get(0)).isEmpty()) {
      call.fault(400, "Invalid presentity uri '" + given.get(0) + "'");
      return Optional.empty();
    }
    final OptionalLong expires = number(given.get(1));
    if (expires.isEmpty()) {
      call.fault(400, "Invalid expires value '" + given.get(1) + "'");
      return Optional.empty();
    }
    final Optional<String> body =
        given.stream().skip(MANDATORY).findFirst().filter(text -> !text.isEmpty());
    if (body.isEmpty() && !given.get(3).equals(".")) {
      call.fault(400, "Body is missing");
      return Optional.empty();
    }
    if (!pua.get().events().commandable(given.get(2))) {
      call.fault(400, "Unknown event");
      return Optional.empty();
    }
    return Optional.of(
        new PublishOrder(
            source,
            given.get(2),
            given.get(0),
            unlessDot(given.get(4)).orElse(""),
            expires.getAsLong(),
            body.map(text -> text.getBytes(StandardCharsets.UTF_8)),
            Optional.of(given.get(3)).filter(type -> type.length() > 1),
            unlessDot(given.get(5)),
            unlessDot(given.get(6)),
            unlessDot(given.get(7)).orElse(""),
            false));
  }

  private static Optional<String> unlessDot(final String text) {
    return Optional.of(text).filter(t -> !t.equals(".") && !t.isEmpty());
  }

  static OptionalLong number(final String text) {
    try {
      return OptionalLong.of(Integer.parseInt(text.trim()));
    } catch (final NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
