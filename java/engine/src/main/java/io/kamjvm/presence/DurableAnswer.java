// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decision that is acknowledged when it is on disk. It holds its entity until the fate of its
 * reply is known: only then is it carried out in memory, so that nobody is ever shown a state which
 * the one who asked for it was told has failed. Engine thread only.
 */
final class DurableAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(DurableAnswer.class);

  private final Journal journal;
  private final Timers timers;
  private final EngineClock clock;
  private final Recovery recovery;
  private final Set<Attempt> uncommitted = new LinkedHashSet<>();
  private final Set<Attempt> sent = new LinkedHashSet<>();
  private boolean troubled;

  DurableAnswer(
      final Journal journal,
      final Timers timers,
      final EngineClock clock,
      final Recovery recovery) {
    this.journal = journal;
    this.timers = timers;
    this.clock = clock;
    this.recovery = recovery;
  }

  /** How many milliseconds the oldest decision waits for its commit; 0 when none does. */
  long oldestMillis() {
    final Iterator<Attempt> oldest = uncommitted.iterator();
    return oldest.hasNext() ? Math.max(1, clock.monotonicMillis() - oldest.next().since) : 0;
  }

  /**
   * Runs the reader when the fate of every reply that has been sent off is known: whoever has heard
   * a 200 must find what it promised, and the news of it may come after the next question.
   */
  void afterReplies(final Runnable reader) {
    if (sent.isEmpty()) {
      reader.run();
      return;
    }
    final Reader waiting = new Reader(reader, sent.size());
    sent.forEach(attempt -> attempt.readers.add(waiting));
  }

  private static final class Reader {
    private final Runnable read;
    private int awaited;

    Reader(final Runnable read, final int awaited) {
      this.read = read;
      this.awaited = awaited;
    }

    void settled() {
      awaited--;
      if (awaited > 0) {
        return;
      }
      try {
        read.run();
      } catch (final RuntimeException | StackOverflowError e) {
        LOG.error("a question that had waited failed", e);
      }
    }
  }

  /** One line when the database stops taking changes, one when it takes them again. */
  private void report(final Outcome outcome) {
    if (outcome instanceof Outcome.Unavailable unavailable && !troubled) {
      troubled = true;
      LOG.warn("changes get the busy answer: {}", unavailable.why());
    } else if (outcome instanceof Outcome.Committed && troubled) {
      troubled = false;
      LOG.warn("the database takes changes again");
    }
  }

  /**
   * What is decided.
   *
   * @param forward what the tables become
   * @param backward what takes that back
   * @param reply sent when committed
   * @param carryOut changes the memory and tells watchers; runs when the reply has left
   * @param forget runs when the decision does not hold
   * @param undone runs when the tables, which had it, have it no more
   * @param overtaken sent when somebody else was faster; empty: the busy answer
   * @param again decides once more when somebody else was faster, and ends the holding of the
   *     entity; empty: {@code overtaken} is sent
   */
  record Decision(
      List<Change> forward,
      List<Change> backward,
      SipReply reply,
      Optional<SubscriptionView> subscription,
      Runnable carryOut,
      Runnable forget,
      Runnable undone,
      Optional<SipReply> overtaken,
      Optional<Consumer<PendingReply>> again) {

    /** A decision that nobody can overtake, and that nobody sees before it is carried out. */
    Decision(
        final List<Change> forward,
        final List<Change> backward,
        final SipReply reply,
        final Optional<SubscriptionView> subscription,
        final Runnable carryOut,
        final Runnable forget) {
      this(
          forward,
          backward,
          reply,
          subscription,
          carryOut,
          forget,
          () -> {},
          Optional.empty(),
          Optional.empty());
    }

    /** The same decision; this is sent when somebody else was faster. */
    Decision overtaken(final SipReply by) {
      return new Decision(
          forward, backward, reply, subscription, carryOut, forget, undone, Optional.of(by), again);
    }

    /** The same decision, to be decided once more when somebody else was faster. */
    Decision again(final Consumer<PendingReply> how) {
      return new Decision(
          forward,
          backward,
          reply,
          subscription,
          carryOut,
          forget,
          undone,
          overtaken,
          Optional.of(how));
    }

    /** The same decision, which others may have seen in the tables. */
    Decision undone(final Runnable then) {
      return new Decision(
          forward, backward, reply, subscription, carryOut, forget, then, overtaken, again);
    }
  }

  /**
   * Ends the call and brings the decision about. Called by the entity's running operation.
   *
   * @return whether the entity is held from now on
   */
  boolean decide(final Call call, final EntityQueue entity, final Decision decision) {
    return decide(entity, decision, () -> call.hold(1, decision.subscription()), () -> call.busy());
  }

  /** As the other, for a call that has ended already but for its reply. */
  boolean decide(final PendingReply pending, final EntityQueue entity, final Decision decision) {
    return decide(entity, decision, () -> pending, pending::busy);
  }

  private boolean decide(
      final EntityQueue entity,
      final Decision decision,
      final Supplier<PendingReply> hold,
      final Runnable busy) {
    final Attempt attempt = new Attempt(entity, decision);
    if (!journal.submit(decision.forward(), attempt::stored)) {
      attempt.noted.run();
      decision.forget().run();
      busy.run();
      return false;
    }
    uncommitted.add(attempt);
    entity.hold();
    attempt.pending = Optional.of(hold.get());
    return true;
  }

  private final class Attempt {
    private final EntityQueue entity;
    private final Decision decision;
    private final Runnable noted;
    private final long since = clock.monotonicMillis();
    private Optional<PendingReply> pending = Optional.empty();
    private Optional<Timers.Timer> patience = Optional.empty();
    private final List<Reader> readers = new ArrayList<>(0);
    private boolean settled;

    Attempt(final EntityQueue entity, final Decision decision) {
      this.entity = entity;
      this.decision = decision;
      this.noted = recovery.decided(decision.forward(), decision.backward());
    }

    void stored(final Outcome outcome) {
      uncommitted.remove(this);
      report(outcome);
      final PendingReply reply = pending.orElseThrow();
      if (outcome instanceof Outcome.Committed) {
        patience =
            Optional.of(
                timers.schedule(
                    PresenceLimits.DELIVERY_PATIENCE_MILLIS, () -> delivered(Delivery.SENT)));
        sent.add(this);
        reply.reply(decision.reply(), List.of(), this::delivered);
        return;
      }
      noted.run();
      if (outcome instanceof Outcome.Conflict && decision.again().isPresent()) {
        decision.again().get().accept(reply);
        return;
      }
      try {
        decision.forget().run();
        if (outcome instanceof Outcome.Refused refused) {
          LOG.error("the database refuses a change: {}", refused.why());
          reply.reply(Replies.internalError(), List.of(), ignored -> {});
        } else if (outcome instanceof Outcome.Conflict && decision.overtaken().isPresent()) {
          reply.reply(decision.overtaken().get(), List.of(), ignored -> {});
        } else {
          reply.busy();
        }
      } finally {
        entity.release();
      }
    }

    private void delivered(final Delivery delivery) {
      if (settled) {
        return;
      }
      settled = true;
      patience.ifPresent(Timers.Timer::cancel);
      sent.remove(this);
      try {
        conclude(delivery);
      } finally {
        readers.forEach(Reader::settled);
      }
    }

    private void conclude(final Delivery delivery) {
      if (delivery == Delivery.TOO_LATE) {
        decision.forget().run();
        takeBack();
        return;
      }
      try {
        decision.carryOut().run();
      } finally {
        noted.run();
        // a package that fails on a document must not lock its presentity for ever
        entity.release();
      }
    }

    private void takeBack() {
      if (!journal.submit(decision.backward(), this::takenBack)) {
        timers.schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, this::takeBack);
      }
    }

    private void takenBack(final Outcome outcome) {
      if (outcome instanceof Outcome.Unavailable) {
        timers.schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, this::takeBack);
        return;
      }
      noted.run();
      try {
        decision.undone().run();
      } finally {
        entity.release();
      }
    }
  }
}
