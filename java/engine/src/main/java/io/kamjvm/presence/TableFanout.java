// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those whom the table names, at once. A presentity is read once at a time: what changes
 * meanwhile is told with the next reading. A crowd is told in slices. Engine thread only.
 */
final class TableFanout {
  private static final Logger LOG = LoggerFactory.getLogger(TableFanout.class);

  /** One change; and how it is told, if that can not be looked up later. */
  private record Told(String sender, boolean departure, Optional<byte[]> state) {}

  private static final class Round {
    private List<Told> changes = new ArrayList<>(1);
    private boolean again;
    private boolean reading;

    boolean due() {
      return again || !changes.isEmpty();
    }
  }

  private final ModuleContext context;
  private final Presentities presentities;
  private final EventPackages packages;
  private final ActiveWatchers table;
  private final Dialogs dialogs;
  private final Notifier notifier;
  private final TableTurns turns;
  private final Map<Presentity, Round> rounds = new IdentityHashMap<>();
  private boolean troubled;

  TableFanout(
      final ModuleContext context,
      final Presentities presentities,
      final EventPackages packages,
      final ActiveWatchers table,
      final Dialogs dialogs,
      final Notifier notifier,
      final TableTurns turns) {
    this.context = context;
    this.presentities = presentities;
    this.packages = packages;
    this.table = table;
    this.dialogs = dialogs;
    this.notifier = notifier;
    this.turns = turns;
  }

  /** The documents have changed; the sender need not be told. */
  void changed(final Presentity presentity, final String sender) {
    final boolean departure = presentity.showsWhoLeft();
    final Optional<byte[]> state =
        departure || presentity.eventPackage().deliversEveryState()
            ? presentity.announced()
            : Optional.empty();
    final Round round = round(presentity);
    if (round.changes.size() >= PresenceLimits.WAITING_STATES) {
      round.changes.remove(0);
    }
    round.changes.add(new Told(sender, departure, state));
    read(presentity, round);
  }

  /** Tells all who hear of changes the current state again. */
  void repeat(final String presentityUri, final EventPackage eventPackage) {
    final Presentity presentity = presentities.obtain(presentityUri, eventPackage);
    final Round round = round(presentity);
    round.again = true;
    read(presentity, round);
  }

  private Round round(final Presentity presentity) {
    return rounds.computeIfAbsent(
        presentity,
        key -> {
          key.pin();
          return new Round();
        });
  }

  private void read(final Presentity presentity, final Round round) {
    if (round.reading) {
      return;
    }
    round.reading = true;
    table.of(
        presentity.uri(),
        presentity.eventPackage(),
        rows -> {
          if (rows.isPresent()) {
            troubled = false;
            final List<Told> changes = round.changes;
            final boolean again = round.again;
            round.changes = new ArrayList<>(1);
            round.again = false;
            slice(
                hearing(rows.get()),
                0,
                subscription -> tell(subscription, changes, again),
                () -> finished(presentity, round));
          } else {
            complain();
            context
                .timers()
                .schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, () -> finished(presentity, round));
          }
        });
  }

  /** Once, however many wait. */
  private void complain() {
    if (!troubled) {
      troubled = true;
      LOG.warn("watchers wait for the database");
    }
  }

  private void finished(final Presentity presentity, final Round round) {
    round.reading = false;
    if (round.due()) {
      read(presentity, round);
    } else {
      rounds.remove(presentity);
      presentity.unpin();
      presentities.tidy(presentity);
    }
  }

  private void tell(
      final Subscription subscription, final List<Told> changes, final boolean again) {
    for (final Told change : changes) {
      if (change.sender().isEmpty()
          || !presentities.sameUri(subscription.row().contact(), change.sender())) {
        if (change.departure()) {
          notifier.departed(subscription, change.state());
        } else {
          notifier.changed(subscription, change::state);
        }
      }
    }
    if (again) {
      notifier.asked(subscription, -1);
    }
    notifier.pump(subscription);
  }

  /** Somebody's watching has begun or goes on: who hears of watchers is told first. */
  void watched(final Subscription by, final Runnable then) {
    final Presentity watched = by.presentity();
    hearingOfWatchers(
        watched.uri(),
        watched.eventPackage(),
        subscription -> notifier.watched(subscription, by),
        then);
  }

  /** Somebody's watching is over; else as {@link #watched}. */
  void unwatched(final Subscription by, final Runnable then) {
    unwatched(by.presentity().uri(), by.presentity().eventPackage(), then);
  }

  /** The same for whoever watches, or has watched, this. */
  void unwatched(final String presentityUri, final EventPackage eventPackage, final Runnable then) {
    hearingOfWatchers(presentityUri, eventPackage, notifier::unwatched, then);
  }

  /** Somebody's watching has been ended, as {@code how} says; else as {@link #watched}. */
  void left(final Subscription by, final WatcherEvent how, final Runnable then) {
    if (by.row().status() == Subscription.PENDING) {
      // it goes on waiting for a decision, without a subscription
      unwatched(by, then);
    } else {
      hearingOfWatchers(
          by.presentity().uri(),
          by.presentity().eventPackage(),
          subscription -> notifier.left(subscription, by, how),
          then);
    }
  }

  private void hearingOfWatchers(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Subscription> note,
      final Runnable then) {
    final Optional<EventPackage> winfo = packages.watcherinfoOf(eventPackage);
    if (winfo.isEmpty()) {
      then.run();
      return;
    }
    table.of(
        presentityUri,
        winfo.get(),
        rows -> {
          if (rows.isEmpty()) {
            // who waits for that must not wait for the database too; later a whole list is due
            then.run();
            context
                .timers()
                .schedule(
                    PresenceLimits.JOURNAL_RETRY_MILLIS,
                    () -> unwatched(presentityUri, eventPackage, () -> {}));
            return;
          }
          final TableTurns.Order order = turns.order(then);
          slice(
              hearing(rows.get()),
              0,
              subscription -> {
                if (!subscription.outbox().inFlight) {
                  order.await(subscription);
                }
                note.accept(subscription);
                notifier.pump(subscription);
              },
              order::complete);
        });
  }

  private List<SubscriptionRow> hearing(final List<SubscriptionRow> rows) {
    final long now = context.clock().epochSeconds();
    final Predicate<SubscriptionRow> hears =
        row -> row.status() == Subscription.ACTIVE && row.reason().isEmpty() && row.expires() > now;
    return rows.stream().filter(hears).toList();
  }

  private void slice(
      final List<SubscriptionRow> rows,
      final int from,
      final Consumer<Subscription> action,
      final Runnable then) {
    final int to = Math.min(rows.size(), from + PresenceLimits.SLICE);
    rows.subList(from, to).forEach(row -> dialogs.working(row).ifPresent(action));
    if (to < rows.size()) {
      context.engine().execute(() -> slice(rows, to, action, then));
    } else {
      then.run();
    }
  }
}
