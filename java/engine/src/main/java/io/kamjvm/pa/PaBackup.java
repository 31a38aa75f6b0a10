// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PaRow;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes to the tables what outlives Kamailio: what is acknowledged has been committed before; what
 * nobody waits for is repeated until it is. Without a database everything is done at once. Engine
 * thread only.
 */
final class PaBackup {
  private static final Logger LOG = LoggerFactory.getLogger(PaBackup.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Optional<Journal> journal;
  private final EngineClock clock;
  private final Timers timers;
  private final Deque<Long> waitingSince = new ArrayDeque<>();
  private final Deque<List<Change>> postponed = new ArrayDeque<>();
  private boolean scheduled;

  PaBackup(final Optional<Journal> journal, final EngineClock clock, final Timers timers) {
    this.journal = journal;
    this.clock = clock;
    this.timers = timers;
  }

  /** Whether there are tables. */
  boolean kept() {
    return journal.isPresent();
  }

  /** Nanoseconds for which the oldest request has been waiting for its commit. */
  long oldestNanos() {
    return waitingSince.isEmpty()
        ? 0
        : TimeUnit.MILLISECONDS.toNanos(clock.monotonicMillis() - waitingSince.peek()) + 1;
  }

  /**
   * Stores for somebody who waits.
   *
   * @param done told in a later turn whether it is stored
   */
  void store(final List<Change> changes, final Consumer<Boolean> done) {
    waitingSince.add(clock.monotonicMillis());
    final boolean taken =
        journal
            .orElseThrow()
            .submit(
                changes,
                outcome -> {
                  waitingSince.poll();
                  if (outcome instanceof Outcome.Refused refused) {
                    LOG.error("the tables refuse: {}", refused.why());
                  }
                  done.accept(outcome instanceof Outcome.Committed);
                });
    if (!taken) {
      waitingSince.removeLast();
      done.accept(false);
    }
  }

  /** Stores what nobody waits for. */
  void write(final List<Change> changes) {
    if (journal.isEmpty() || changes.isEmpty()) {
      return;
    }
    final boolean taken =
        postponed.isEmpty()
            && journal
                .get()
                .submit(
                    changes,
                    outcome -> {
                      if (outcome instanceof Outcome.Unavailable) {
                        postpone(changes);
                      } else if (outcome instanceof Outcome.Refused refused) {
                        LOG.error("the tables refuse: {}", refused.why());
                      }
                    });
    if (!taken) {
      postpone(changes);
    }
  }

  private void postpone(final List<Change> changes) {
    postponed.add(changes);
    if (!scheduled) {
      scheduled = true;
      timers.schedule(RETRY_MILLIS, this::again);
    }
  }

  /** Tries once more what could not be stored. */
  void again() {
    scheduled = false;
    final List<List<Change>> all = List.copyOf(postponed);
    postponed.clear();
    all.forEach(this::write);
  }

  /** The changes that make the tables hold these rows instead of those. */
  static List<Change> difference(
      final Map<PaRow.Key, PaRow> before, final Map<PaRow.Key, PaRow> after) {
    final List<Change> changes = new ArrayList<>();
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> changes.add(new Change.RemovePa(key)));
    after.forEach(
        (key, row) -> {
          if (!row.equals(before.get(key))) {
            changes.add(new Change.PutPa(row));
          }
        });
    return changes;
  }
}
