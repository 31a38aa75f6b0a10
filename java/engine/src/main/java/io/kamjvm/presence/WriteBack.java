// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to the tables what nobody waits for: subscriptions in write-back mode, rows that are gone,
 * NOTIFY counters. What changes often is written once; nothing is older than about a second, except
 * counters, which restarts skip by a block. Engine thread only.
 */
final class WriteBack {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBack.class);

  private sealed interface Due {}

  private record Write(Subscription subscription) implements Due {}

  /**
   * Changes as they are.
   *
   * @param settled runs when the table has them, or something newer is due in their place
   */
  private record Carry(List<Change> changes, Runnable settled) implements Due {}

  /** A publication's place in its table. */
  private record Place(String user, String domain, String event, String etag) {}

  private final Optional<Journal> journal;
  private final Timers timers;
  private final long counterMillis;
  private final Recovery recovery;
  private final Map<Object, Due> due = new LinkedHashMap<>();

  /** Keys of those that are submitted singly, because a batch with them was refused. */
  private final Set<Object> alone = new HashSet<>();

  /** For each key whose outcome is not known, the newest submission with it. */
  private final Map<Object, Long> newest = new HashMap<>();

  private final Set<Subscription> counted = new LinkedHashSet<>();

  /** What waits until the outcome for a dialog's row is known. */
  private final Map<Object, Runnable> reserving = new HashMap<>();

  private int underWay;
  private long submissions;
  private boolean scheduled;
  private boolean countersScheduled;
  private boolean flushed;

  /**
   * @param journal empty when subscriptions and documents live in memory only
   * @param counterMillis how old counters in the table may be
   */
  WriteBack(
      final Optional<Journal> journal,
      final Timers timers,
      final long counterMillis,
      final Recovery recovery) {
    this.journal = journal;
    this.timers = timers;
    this.counterMillis = counterMillis;
    this.recovery = recovery;
  }

  /** The subscription's row is new or has changed. */
  void put(final Subscription subscription) {
    recovery.changed(subscription);
    add(subscription.dialog(), new Write(subscription));
  }

  /**
   * Brings the subscription's counters to the table; of one that has ended, waits until its row is
   * gone.
   *
   * @param then runs when that is done or refused, at once if it is already
   */
  void reserve(final Subscription subscription, final Runnable then) {
    final var dialog = subscription.dialog();
    if (subscription.live()) {
      due.putIfAbsent(dialog, new Write(subscription));
    } else if (!due.containsKey(dialog) && !newest.containsKey(dialog)) {
      then.run();
      return;
    }
    reserving.put(dialog, then);
    schedule(PresenceLimits.WRITE_BACK_MILLIS / 10);
  }

  /** The subscription's counters have moved. */
  void counted(final Subscription subscription) {
    if (subscription.unwritten() >= PresenceLimits.COUNTER_STEP) {
      put(subscription);
    } else if (journal.isPresent() && counted.add(subscription) && !countersScheduled) {
      countersScheduled = true;
      timers.schedule(counterMillis, this::putCounted);
    }
  }

  /** The subscription has ended. */
  void remove(final Subscription subscription) {
    counted.remove(subscription);
    if (journal.isEmpty()) {
      return;
    }
    final var dialog = subscription.dialog();
    add(
        dialog,
        new Carry(
            List.of(
                new Change.RemoveSubscription(
                    dialog.callId(), dialog.localTag(), dialog.remoteTag())),
            recovery.gone(subscription)));
  }

  /** The document has expired. */
  void remove(final PublicationRow row) {
    change(
        row,
        List.of(new Change.RemovePublication(row.user(), row.domain(), row.event(), row.etag())));
  }

  /** The document that has this row has become what these changes say. */
  void change(final PublicationRow row, final List<Change> changes) {
    add(
        new Place(row.user(), row.domain(), row.event(), row.etag()),
        new Carry(List.copyOf(changes), () -> {}));
  }

  /** Hands everything over; nothing may be added afterwards. */
  void flush() {
    putCounted();
    flushed = true;
    submitAll();
    if (!due.isEmpty()) {
      LOG.error("{} changes could not be written: the journal is full", due.size());
    }
  }

  private void submitAll() {
    while (!due.isEmpty() && submitBatch(false)) {
      // goes on until all is taken
    }
  }

  private void putCounted() {
    countersScheduled = false;
    final List<Subscription> all = List.copyOf(counted);
    counted.clear();
    all.stream().filter(Subscription::live).forEach(this::put);
  }

  private void add(final Object key, final Due what) {
    if (journal.isPresent()) {
      replaced(due.remove(key));
      due.put(key, what);
      schedule(PresenceLimits.WRITE_BACK_MILLIS);
    }
  }

  private static void replaced(final Due what) {
    if (what instanceof Carry carry) {
      carry.settled().run();
    }
  }

  private void settle(final Object key, final Due what) {
    replaced(what);
    if (what instanceof Write write) {
      write.subscription().reserved();
    }
    Optional.ofNullable(reserving.remove(key)).ifPresent(Runnable::run);
  }

  private void schedule(final long millis) {
    if (!scheduled && !due.isEmpty()) {
      scheduled = true;
      timers.schedule(
          millis,
          () -> {
            scheduled = false;
            turn();
          });
    }
  }

  private void turn() {
    final boolean taken = underWay >= PresenceLimits.WRITE_BACK_DEPTH || submitBatch(true);
    schedule(taken ? PresenceLimits.WRITE_BACK_MILLIS / 10 : PresenceLimits.JOURNAL_RETRY_MILLIS);
  }

  private boolean submitBatch(final boolean spareHeld) {
    final Map<Object, Due> batch = new LinkedHashMap<>();
    final List<Change> changes = new ArrayList<>();
    final Map<Subscription, Long> cseqs = new LinkedHashMap<>();
    final Set<Object> leftOut = new HashSet<>();
    final Iterator<Map.Entry<Object, Due>> entries = due.entrySet().iterator();
    int seen = 0;
    while (entries.hasNext() && seen++ < PresenceLimits.WRITE_BACK_ROWS) {
      final Map.Entry<Object, Due> entry = entries.next();
      if (alone.contains(entry.getKey()) && !batch.isEmpty()) {
        break;
      }
      if (entry.getValue() instanceof Write write) {
        final Subscription subscription = write.subscription();
        // the journal may hold a newer row of a held dialog: writing this one would undo it
        if (subscription.queue().held()) {
          if (!spareHeld) {
            leftOut.add(entry.getKey());
          }
          continue;
        }
        if (subscription.live()) {
          cseqs.put(subscription, subscription.localCseq());
          changes.add(new Change.PutSubscription(subscription.rowToWrite()));
        }
      } else if (entry.getValue() instanceof Carry carry) {
        changes.addAll(carry.changes());
      }
      batch.put(entry.getKey(), entry.getValue());
      if (alone.remove(entry.getKey())) {
        break;
      }
    }
    if (!changes.isEmpty()) {
      final long number = ++submissions;
      if (!journal.orElseThrow().submit(changes, outcome -> done(outcome, batch, number))) {
        return false;
      }
      batch.keySet().forEach(key -> newest.put(key, number));
      underWay++;
    }
    cseqs.forEach(Subscription::written);
    due.keySet().removeAll(batch.keySet());
    due.keySet().removeAll(leftOut);
    if (changes.isEmpty()) {
      batch.forEach(this::settle);
    }
    return !batch.isEmpty() || !leftOut.isEmpty();
  }

  private void done(final Outcome outcome, final Map<Object, Due> all, final long number) {
    underWay--;
    // what something newer is on its way for is not written again
    final Map<Object, Due> batch = new LinkedHashMap<>(all);
    batch.keySet().removeIf(key -> newest.getOrDefault(key, number) != number);
    batch.keySet().forEach(newest::remove);
    if (outcome instanceof Outcome.Unavailable unavailable) {
      LOG.warn("{} changes wait for the database: {}", batch.size(), unavailable.why());
      again(batch);
      schedule(PresenceLimits.JOURNAL_RETRY_MILLIS);
    } else if (outcome instanceof Outcome.Refused refused) {
      if (all.size() == 1) {
        LOG.error("the row of {} is not stored: {}", batch.keySet(), refused.why());
        batch.forEach(this::settle);
      } else {
        // the bad row must not take its neighbours along
        alone.addAll(batch.keySet());
        again(batch);
        if (flushed) {
          submitAll();
        } else {
          schedule(PresenceLimits.WRITE_BACK_MILLIS);
        }
      }
    } else {
      batch.forEach(this::settle);
    }
  }

  /** What is due meanwhile is newer. */
  private void again(final Map<Object, Due> batch) {
    batch.forEach(
        (key, what) -> {
          if (due.putIfAbsent(key, what) != null) {
            replaced(what);
          }
        });
  }
}
