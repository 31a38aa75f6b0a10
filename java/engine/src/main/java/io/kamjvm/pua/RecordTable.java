// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.time.Timers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records to the table, one change of a record at a time: what changes meanwhile is written
 * afterwards, once. What the database does not take is tried again every second. Engine thread
 * only.
 */
final class RecordTable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordTable.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Journal journal;
  private final Timers timers;
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private boolean scheduled;

  RecordTable(final Journal journal, final Timers timers) {
    this.journal = journal;
    this.timers = timers;
  }

  /** The row is to be written as it is now. */
  void save(final PuaRecord record) {
    save(record, () -> {});
  }

  /**
   * The row is to be written as it is now.
   *
   * @param written called when no change of it is under way any more
   */
  void save(final PuaRecord record, final Runnable written) {
    record.dirty = true;
    write(record, written);
  }

  private void write(final PuaRecord record, final Runnable written) {
    if (record.writing || !record.dirty || record.gone) {
      return;
    }
    record.writing = true;
    record.dirty = false;
    final PuaRow row = record.row;
    submit(
        new Change.PutPua(record.stored.orElse(row.key()), row),
        outcome -> {
          record.writing = false;
          if (outcome instanceof Outcome.Committed) {
            record.stored = Optional.of(row.key());
          } else {
            LOG.error(
                "a record of {} is kept in memory only, the table refuses it: {}",
                row.presentityUri(),
                why(outcome));
          }
          if (record.gone) {
            remove(record);
          } else if (record.dirty) {
            write(record, written);
          } else {
            written.run();
          }
        });
  }

  /** The record is gone; {@code removed} is run when the table does not have it. */
  void remove(final PuaRecord record, final Runnable removed) {
    record.gone = true;
    record.removed = removed;
    if (!record.writing) {
      remove(record);
    }
  }

  private void remove(final PuaRecord record) {
    final Runnable removed = record.removed;
    if (record.stored.isEmpty()) {
      removed.run();
      return;
    }
    submit(new Change.RemovePua(record.stored.get()), outcome -> removed.run());
  }

  /** Removes what has expired before that. */
  void removeExpired(final long beforeEpochSeconds) {
    submit(new Change.RemoveExpiredPua(beforeEpochSeconds), outcome -> {});
  }

  private void submit(final Change change, final Consumer<Outcome> done) {
    final boolean taken =
        journal.submit(
            List.of(change),
            outcome -> {
              if (outcome instanceof Outcome.Unavailable) {
                later(() -> submit(change, done));
              } else {
                done.accept(outcome);
              }
            });
    if (!taken) {
      later(() -> submit(change, done));
    }
  }

  private void later(final Runnable task) {
    waiting.add(task);
    if (!scheduled) {
      scheduled = true;
      LOG.warn("records wait for the database");
      timers.schedule(RETRY_MILLIS, this::again);
    }
  }

  /** Tries what waits, now. */
  void again() {
    scheduled = false;
    final List<Runnable> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(Runnable::run);
  }

  private static String why(final Outcome outcome) {
    return outcome instanceof Outcome.Refused refused ? refused.why() : outcome.toString();
  }
}
