// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.mififo.MiCommand;
import io.kamjvm.mififo.MiReply;
import io.kamjvm.time.Timers;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command of the management interface as an RPC. A transport of Kamailio's waits at most some
 * seconds: then the command is answered with {@code 202 Accepted}, whatever comes of it.
 */
final class RpcFront {
  /** A process that carries out commands waits for the engine up to 5 s. */
  private static final long PATIENCE_MILLIS = 4_500;

  private final Timers timers;
  private final MiCommand command;

  RpcFront(final Timers timers, final MiCommand command) {
    this.timers = timers;
    this.command = command;
  }

  void call(final RpcCall call) {
    final Answer answer = new Answer(call);
    final Timers.Timer patience =
        timers.schedule(PATIENCE_MILLIS, () -> answer.give(MiReply.of(202, "Accepted")));
    command.execute(
        call.arguments(),
        reply -> {
          patience.cancel();
          answer.give(reply);
        });
  }

  private static final class Answer {
    private final RpcCall call;
    private boolean given;

    Answer(final RpcCall call) {
      this.call = call;
    }

    void give(final MiReply reply) {
      if (given) {
        return;
      }
      given = true;
      if (!(reply instanceof MiReply.Tree tree)) {
        call.fault(500, reply instanceof MiReply.Failed failed ? failed.why() : "failed");
      } else if (!tree.successful()) {
        call.fault(tree.code(), tree.reason());
      } else {
        call.struct(fields(tree));
        call.finish();
      }
    }

    /** The unnamed node is the status of the SIP answer, which is more telling than the root. */
    private static Map<String, Object> fields(final MiReply.Tree tree) {
      final Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("Code", tree.code());
      fields.put("Reason", tree.reason());
      for (final MiReply.Node node : tree.nodes()) {
        if (node.name().isPresent()) {
          fields.put(node.name().get(), value(node.value()));
        } else {
          final int blank = node.value().indexOf(' ');
          fields.put("Code", value(node.value().substring(0, blank)));
          fields.put("Reason", node.value().substring(blank + 1));
        }
      }
      return fields;
    }

    private static Object value(final String text) {
      try {
        return Long.valueOf(text);
      } catch (final NumberFormatException e) {
        return text;
      }
    }
  }
}
