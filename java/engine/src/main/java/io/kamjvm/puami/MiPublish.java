// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.mififo.MiCommand;
import io.kamjvm.mififo.MiReply;
import io.kamjvm.mififo.MiReply.Node;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.FinalAnswer;
import io.kamjvm.pua.OrderListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PublishOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@code pua_publish} (spec pua 2.1, 2.2): its answer is that of the PUBLISH, which comes when it
 * comes. Every command gets exactly one.
 */
final class MiPublish implements MiCommand {
  private static final int UNKNOWN_ETAG = 418;

  private final Supplier<Pua> pua;
  private final PublishArguments arguments;

  MiPublish(final Supplier<Pua> pua, final boolean withProxy) {
    this.pua = pua;
    this.arguments = new PublishArguments(withProxy);
  }

  @Override
  public boolean asynchronous() {
    return true;
  }

  @Override
  public void execute(final List<String> given, final Consumer<MiReply> answer) {
    final PublishOrder order;
    try {
      order = arguments.order(given, pua.get().events());
    } catch (final Refusal e) {
      answer.accept(e.reply());
      return;
    }
    pua.get().publish(order, new Once(answer));
  }

  /** Tells the first of what there is to tell. */
  private static final class Once implements OrderListener {
    private final Consumer<MiReply> answer;
    private boolean told;

    Once(final Consumer<MiReply> answer) {
      this.answer = answer;
    }

    private void tell(final MiReply reply) {
      if (!told) {
        told = true;
        answer.accept(reply);
      }
    }

    @Override
    public void decided(final Decision decision) {
      if (decision instanceof Decision.Nothing) {
        tell(MiReply.of(202, "Accepted"));
      } else if (decision.code() == UNKNOWN_ETAG) {
        tell(MiReply.of(UNKNOWN_ETAG, "Wrong ETag"));
      } else if (decision.code() < 0) {
        tell(MiReply.of(500, "MI/PUBLISH failed"));
      }
    }

    @Override
    public void answered(final FinalAnswer reply) {
      final List<Node> nodes = new ArrayList<>();
      nodes.add(Node.unnamed(reply.code() + " " + reply.reason()));
      if (reply.code() == 200) {
        reply.etag().ifPresent(etag -> nodes.add(Node.of("ETag", etag)));
        reply.expires().ifPresent(expires -> nodes.add(Node.of("Expires", Long.toString(expires))));
      }
      tell(new MiReply.Tree(200, "OK", nodes));
    }
  }
}
