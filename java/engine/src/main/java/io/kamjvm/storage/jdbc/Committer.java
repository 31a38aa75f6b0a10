// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Journal.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal thread: takes all that waits, writes it in one transaction, commits, reports.
 *
 * <p>What can go wrong, and what then holds:
 *
 * <ul>
 *   <li>A row is refused: the transaction is rolled back and repeated with a savepoint per
 *       submission; the poison one is <i>Refused</i>, its neighbours are committed.
 *   <li>Somebody else was faster: the same way, and that submission is a <i>Conflict</i>.
 *   <li>Two transactions wait for each other's rows: rolled back and repeated, as long as the
 *       patience for one submission lasts.
 *   <li>The connection is lost before COMMIT: nothing was stored; the batch returns to the queue
 *       and is tried again on a new connection while its patience lasts.
 *   <li>The connection is lost during COMMIT: nobody knows. The batch is <i>in doubt</i>: it is
 *       written again, before anything else, as soon as there is a connection. Changes are
 *       idempotent, so this gives one known outcome. (Merely looking whether the rows are there
 *       would not: the old server process may still be about to finish its COMMIT; a repeated write
 *       waits for that process' row locks.) Nobody is answered until then.
 *   <li>The database answers but does not work: rolled back, <i>Unavailable</i>.
 * </ul>
 */
final class Committer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final Target target;
  private final Tables tables;
  private final SubmissionQueue queue;
  private final Outcomes outcomes;
  private final Limits limits;
  private volatile Optional<Session> session;
  private volatile Optional<String> trouble = Optional.empty();
  private volatile long transactionBeganNanos;
  private volatile boolean inTransaction;
  private volatile boolean abandoned;
  private List<Submission> inDoubt = List.of();
  private Duration pause;
  private long troubleBeganNanos;

  Committer(
      final Target target,
      final Tables tables,
      final SubmissionQueue queue,
      final Outcomes outcomes,
      final Session first) {
    this.target = target;
    this.tables = tables;
    this.queue = queue;
    this.outcomes = outcomes;
    this.limits = target.limits();
    this.session = Optional.of(first);
    this.pause = limits.firstPause();
  }

  @Override
  public void run() {
    while (!abandoned && (!inDoubt.isEmpty() || queue.awaitWork())) {
      final Optional<Session> open = connected();
      if (open.isEmpty()) {
        queue.awaitPause(nextPause());
        continue;
      }
      final List<Submission> batch = inDoubt.isEmpty() ? queue.take(limits.batch()) : inDoubt;
      if (!batch.isEmpty()) {
        begin();
        settle(open.get(), batch);
        inTransaction = false;
      }
    }
    unavailable(inDoubt, "the journal was closed before the outcome was known");
    session.ifPresent(Session::close);
    session = Optional.empty();
  }

  private Optional<Session> connected() {
    if (session.isEmpty()) {
      try {
        session = Optional.of(Session.open(target, tables));
      } catch (final SQLException e) {
        troubled(target.explain(e));
      }
    }
    return session;
  }

  private Duration nextPause() {
    final Duration now = pause;
    final Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(limits.longestPause()) > 0 ? limits.longestPause() : doubled;
    return now;
  }

  private void begin() {
    transactionBeganNanos = System.nanoTime();
    inTransaction = true;
  }

  private void settle(final Session open, final List<Submission> batch) {
    boolean oneByOne = false;
    for (int attempt = 1; true; attempt++) {
      try {
        if (oneByOne) {
          commit(open, writeOneByOne(open, batch));
        } else {
          open.write(batch, !inDoubt.isEmpty());
          commit(open, batch);
        }
        return;
      } catch (final SQLException e) {
        final Fault fault = open.faultOf(e);
        final boolean others = !oneByOne && (fault == Fault.ROW || fault == Fault.OUTRUN);
        if (!others && !(fault == Fault.CONFLICT && mayTryAgain()) || !open.rollback()) {
          notStored(open, batch, fault, e);
          return;
        }
        oneByOne |= others;
        if (!others) {
          // Whoever collided with us tries again too: not at the same moment, if possible.
          queue.awaitPause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(5 * attempt)));
        }
      }
    }
  }

  private boolean mayTryAgain() {
    return System.nanoTime() - transactionBeganNanos < limits.patience().toNanos();
  }

  /** Returns what was written; the others have their outcome. */
  private List<Submission> writeOneByOne(final Session open, final List<Submission> batch)
      throws SQLException {
    final List<Submission> good = new ArrayList<>(batch);
    final Map<Submission, Outcome> bad = new LinkedHashMap<>();
    open.writeOneByOne(
        batch,
        !inDoubt.isEmpty(),
        (index, outcome) -> {
          good.remove(batch.get(index));
          bad.put(batch.get(index), outcome);
        });
    bad.forEach((submission, outcome) -> settled(List.of(submission), outcome));
    return good;
  }

  private void commit(final Session open, final List<Submission> batch) {
    try {
      open.commit();
    } catch (final SQLException e) {
      final Fault fault = open.faultOf(e);
      if (target.dialect().commitInDoubt(fault)) {
        final boolean again = !inDoubt.isEmpty();
        inDoubt = batch;
        dropSession(target.explain(e));
        if (again) {
          queue.awaitPause(nextPause());
        }
      } else {
        notStored(open, batch, fault, e);
      }
      return;
    }
    inDoubt = List.of();
    settled(batch, new Outcome.Committed());
    recovered();
  }

  /** The transaction did not reach its COMMIT, or the database said that the COMMIT failed. */
  private void notStored(
      final Session open,
      final List<Submission> batch,
      final Fault fault,
      final SQLException cause) {
    final String why = target.explain(cause);
    final boolean usable = fault != Fault.CONNECTION && open.rollback();
    if (!usable) {
      dropSession(why);
    }
    if (!inDoubt.isEmpty()) {
      inDoubt = batch;
      troubled(why);
      queue.awaitPause(nextPause());
    } else if (fault == Fault.CONNECTION) {
      queue.giveBack(batch);
    } else {
      troubled(why);
      unavailable(batch, why);
    }
  }

  private void dropSession(final String why) {
    troubled(why);
    session.ifPresent(target.dialect().networked() ? Session::abort : Session::close);
    session = Optional.empty();
  }

  private void settled(final List<Submission> batch, final Outcome outcome) {
    queue.settled(batch.size());
    outcomes.deliver(batch, outcome);
  }

  private void unavailable(final List<Submission> batch, final String why) {
    settled(batch, new Outcome.Unavailable(why));
  }

  private void troubled(final String why) {
    if (trouble.isEmpty()) {
      troubleBeganNanos = System.nanoTime();
      LOG.error("database {} does not work: {}", target, why);
    }
    trouble = Optional.of(why);
  }

  private void recovered() {
    if (trouble.isPresent()) {
      trouble = Optional.empty();
      pause = limits.firstPause();
      LOG.warn(
          "database {} works again after {} ms",
          target,
          (System.nanoTime() - troubleBeganNanos) / 1_000_000);
    }
  }

  /** Why the database does not work at present. Any thread. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Cuts off a transaction that takes longer than any may. Any thread. */
  void abortOverdue() {
    if (inTransaction
        && target.dialect().networked()
        && System.nanoTime() - transactionBeganNanos > limits.transaction().toNanos()) {
      session.ifPresent(Session::abort);
    }
  }

  /** Ends the thread at the next opportunity, whatever is left undone. Any thread. */
  void abandon() {
    abandoned = true;
    if (target.dialect().networked()) {
      session.ifPresent(Session::abort);
    }
  }
}
