// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import java.util.List;
import java.util.Optional;

/** Whoever waits for the reply to a PUBLISH. Engine thread only; answered exactly once. */
sealed interface Asker {

  /** Replies, for a script that goes on with 1. */
  void reply(SipReply reply, List<Outgoing> then);

  default void reply(final SipReply reply) {
    reply(reply, List.of());
  }

  /** Replies that it can not be done, for a script that goes on with -1 if it still waits. */
  void refuse(SipReply reply);

  void busy();

  /** As {@link DurableAnswer#decide}. */
  boolean decide(DurableAnswer durable, EntityQueue entity, DurableAnswer.Decision decision);

  /** The script still waits. */
  record Waiting(Call call) implements Asker {
    @Override
    public void reply(final SipReply reply, final List<Outgoing> then) {
      call.answer(new Answer(1, Optional.of(reply), Optional.empty(), then));
    }

    @Override
    public void refuse(final SipReply reply) {
      call.answer(Answer.reply(-1, reply));
    }

    @Override
    public void busy() {
      call.busy();
    }

    @Override
    public boolean decide(
        final DurableAnswer durable,
        final EntityQueue entity,
        final DurableAnswer.Decision decision) {
      return durable.decide(call, entity, decision);
    }
  }

  /** The script has gone on while the table was asked. */
  record Promised(PendingReply pending) implements Asker {
    @Override
    public void reply(final SipReply reply, final List<Outgoing> then) {
      pending.reply(reply, then, delivery -> {});
    }

    @Override
    public void refuse(final SipReply reply) {
      reply(reply, List.of());
    }

    @Override
    public void busy() {
      pending.busy();
    }

    @Override
    public boolean decide(
        final DurableAnswer durable,
        final EntityQueue entity,
        final DurableAnswer.Decision decision) {
      return durable.decide(pending, entity, decision);
    }
  }
}
