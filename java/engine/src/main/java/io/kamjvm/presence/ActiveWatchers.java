// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.time.Timers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table {@code active_watchers} where it is the truth. Changes that nobody waits for are tried
 * until the database takes them. Engine thread only.
 */
final class ActiveWatchers {
  private static final Logger LOG = LoggerFactory.getLogger(ActiveWatchers.class);

  /** What the marking of a presentity's subscriptions is known by: a later one replaces it. */
  private record Marking(String presentityUri, String event) {}

  private record Task(List<Change> changes, Consumer<Boolean> done) {}

  private final Journal journal;
  private final TableReader reader;
  private final Timers timers;
  private final Map<Object, Task> waiting = new LinkedHashMap<>();
  private boolean scheduled;

  ActiveWatchers(final Journal journal, final TableReader reader, final Timers timers) {
    this.journal = journal;
    this.reader = reader;
    this.timers = timers;
  }

  /** All rows of a presentity and package; empty when the table does not answer. */
  void of(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Optional<List<SubscriptionRow>>> answered) {
    ask(new Query.SubscriptionsOf(presentityUri, eventPackage.name()), answered);
  }

  /** One dialog's row; empty when the table does not answer, inside when there is none. */
  void of(final DialogId dialog, final Consumer<Optional<Optional<SubscriptionRow>>> answered) {
    ask(new Query.SubscriptionOf(dialog), answered);
  }

  /** Any question; empty when the table does not answer. */
  <T> void ask(final Query<T> query, final Consumer<Optional<T>> answered) {
    final boolean asked =
        reader.ask(
            query,
            result ->
                answered.accept(
                    result instanceof Result.Found<T> found
                        ? Optional.of(found.value())
                        : Optional.empty()));
    if (!asked) {
      answered.accept(Optional.empty());
    }
  }

  /**
   * Marks; where that has to wait, a later marking of the same presentity and package will do.
   *
   * @param then runs when it is done, or left to a later one
   */
  void mark(final Change.MarkSubscriptions mark, final Runnable then) {
    submit(
        new Marking(mark.presentityUri(), mark.event()),
        new Task(List.of(mark), stored -> then.run()));
  }

  /** Stores what can not conflict; then goes on. */
  void put(final List<Change> changes, final Runnable then) {
    submit(
        new Object(),
        new Task(
            changes,
            stored -> {
              if (stored) {
                then.run();
              }
            }));
  }

  /**
   * Removes the row if it is still as given.
   *
   * @param done whether it was
   */
  void end(final SubscriptionRow row, final Consumer<Boolean> done) {
    submit(
        new Object(),
        new Task(
            List.of(
                new Change.EndSubscription(
                    dialog(row), OptionalLong.of(row.localCseq()), row.remoteCseq())),
            done));
  }

  /** As {@link #end}, whatever NOTIFYs have been sent; with no CSeq whatever the row is. */
  void remove(final DialogId dialog, final OptionalLong remoteCseq, final Runnable removed) {
    final Change change =
        remoteCseq.isPresent()
            ? new Change.EndSubscription(dialog, OptionalLong.empty(), remoteCseq.getAsLong())
            : new Change.RemoveSubscription(dialog.callId(), dialog.localTag(), dialog.remoteTag());
    put(List.of(change), removed);
  }

  static DialogId dialog(final SubscriptionRow row) {
    return new DialogId(row.callId(), row.toTag(), row.fromTag());
  }

  private void submit(final Object key, final Task task) {
    if (!journal.submit(task.changes(), outcome -> stored(outcome, key, task))) {
      later(key, task);
    }
  }

  private void stored(final Outcome outcome, final Object key, final Task task) {
    if (outcome instanceof Outcome.Committed) {
      task.done().accept(true);
    } else if (outcome instanceof Outcome.Conflict) {
      task.done().accept(false);
    } else if (outcome instanceof Outcome.Refused refused) {
      LOG.error("the database refuses a change of subscriptions: {}", refused.why());
      task.done().accept(false);
    } else {
      later(key, task);
    }
  }

  private void later(final Object key, final Task task) {
    final Task replaced = waiting.put(key, task);
    if (replaced != null) {
      replaced.done().accept(false);
    }
    if (!scheduled) {
      scheduled = true;
      LOG.warn("changes of subscriptions wait for the database");
      timers.schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, this::again);
    }
  }

  private void again() {
    scheduled = false;
    final Map<Object, Task> all = new LinkedHashMap<>(waiting);
    waiting.clear();
    all.forEach(this::submit);
  }
}
