// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The journal of one store: a queue, the thread that commits, and a watch that answers for it when
 * a database call does not return.
 *
 * <p>A submission that the committing thread has not taken after {@link Limits#patience} is
 * answered <i>Unavailable</i>, so a slow or absent database makes callers fail fast instead of
 * piling up.
 */
final class GroupCommitJournal implements Journal {
  private static final Duration WATCH_PERIOD = Duration.ofMillis(50);

  private final RowCheck check;
  private final SubmissionQueue queue;
  private final Outcomes outcomes;
  private final Committer committer;
  private final Limits limits;
  private final Thread committing;
  private final Thread watching;

  GroupCommitJournal(
      final Target target,
      final Tables tables,
      final RowCheck check,
      final Session first,
      final Executor engine) {
    this.check = check;
    this.limits = target.limits();
    this.queue = new SubmissionQueue(limits.depth());
    this.outcomes = new Outcomes(engine);
    this.committer = new Committer(target, tables, queue, outcomes, first);
    this.committing = new Thread(committer, "kamjvm-journal");
    this.watching = new Thread(this::watch, "kamjvm-journal-watch");
    committing.setDaemon(true);
    watching.setDaemon(true);
    committing.start();
    watching.start();
  }

  @Override
  public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
    final Submission submission = new Submission(List.copyOf(changes), done, System.nanoTime());
    final Optional<String> objection = check.objection(submission.changes());
    if (objection.isPresent()) {
      outcomes.deliver(List.of(submission), new Outcome.Refused(objection.get()));
      return true;
    }
    return queue.offer(submission);
  }

  @Override
  public int depth() {
    return queue.unsettled();
  }

  private void watch() {
    while (queue.awaitUnsettled()) {
      committer.abortOverdue();
      final List<Submission> old = queue.withdraw(limits.patience());
      outcomes.deliver(old, new Outcome.Unavailable(reason()));
      queue.awaitPause(WATCH_PERIOD);
    }
  }

  private String reason() {
    return committer
        .trouble()
        .orElse("no commit for " + limits.patience().toMillis() + " ms: the database is too slow");
  }

  /** Writes what was submitted, at most {@code timeout}; what is left then is Unavailable. */
  void close(final Duration timeout) {
    queue.close();
    final long deadline = System.nanoTime() + timeout.toNanos();
    boolean interrupted = join(committing, deadline);
    if (committing.isAlive()) {
      committer.abandon();
      interrupted |= join(committing, System.nanoTime() + Duration.ofSeconds(1).toNanos());
      outcomes.deliver(
          queue.withdraw(Duration.ZERO), new Outcome.Unavailable("the journal was closed"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits on; an interrupt must not cost what was submitted. Tells whether there was one. */
  private static boolean join(final Thread thread, final long deadline) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      final long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        break;
      }
      try {
        thread.join(millis);
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
