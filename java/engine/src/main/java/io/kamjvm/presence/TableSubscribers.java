// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.presence.PresenceParameters.NotifierSettings;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Subscribers as the table knows them ({@code subs_db_mode} 3): it is asked each time. With
 * notifiers a change only marks the rows of those who are to be told; without, they are told at
 * once. Engine thread only.
 */
final class TableSubscribers implements Subscribers {
  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final ActiveWatchers table;
  private final Notifier notifier;
  private final Dialogs dialogs;
  private final TableFanout fanout;

  TableSubscribers(
      final ModuleContext context,
      final PresenceParameters parameters,
      final ActiveWatchers table,
      final Notifier notifier,
      final Dialogs dialogs,
      final TableFanout fanout) {
    this.context = context;
    this.parameters = parameters;
    this.table = table;
    this.notifier = notifier;
    this.dialogs = dialogs;
    this.fanout = fanout;
  }

  /** Whether NOTIFYs are left to notifiers. */
  boolean notifiers() {
    return parameters.notifier().count() > 0;
  }

  /** How {@code updated} is spread over the notifiers. */
  static int slots(final NotifierSettings settings) {
    return settings.waitSeconds() * settings.pollsPerSecond() * settings.count();
  }

  int slots() {
    return slots(parameters.notifier());
  }

  @Override
  public List<Change> marks(final Presentity presentity, final String sender) {
    return notifiers()
        ? List.of(mark(presentity.uri(), presentity.eventPackage(), sender))
        : List.of();
  }

  private Change.MarkSubscriptions mark(
      final String presentityUri, final EventPackage eventPackage, final String sender) {
    return new Change.MarkSubscriptions(
        presentityUri, eventPackage.name(), slots(), context.clock().epochSeconds(), sender);
  }

  private void markAll(
      final String presentityUri, final EventPackage eventPackage, final String sender) {
    table.mark(
        mark(presentityUri, eventPackage, sender), notifier.telling(presentityUri, eventPackage));
  }

  @Override
  public List<Outgoing> changed(
      final Presentity presentity, final String sender, final int inline) {
    if (!notifiers()) {
      fanout.changed(presentity, sender);
    } else if (!parameters.publCache().stored()) {
      markAll(presentity.uri(), presentity.eventPackage(), sender);
    }
    return List.of();
  }

  @Override
  public void repeat(final String presentityUri, final EventPackage eventPackage) {
    if (notifiers()) {
      markAll(presentityUri, eventPackage, "");
    } else {
      fanout.repeat(presentityUri, eventPackage);
    }
  }

  @Override
  public void any(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Boolean> answered) {
    list(
        presentityUri,
        eventPackage,
        rows -> answered.accept(rows.map(r -> !r.isEmpty()).orElse(false)));
  }

  @Override
  public void list(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Optional<List<SubscriptionRow>>> answered) {
    final long now = context.clock().epochSeconds();
    table.of(
        presentityUri,
        eventPackage,
        rows ->
            answered.accept(
                rows.map(
                    all ->
                        all.stream()
                            .filter(r -> r.expires() > now && r.status() != Subscription.TERMINATED)
                            .toList())));
  }

  @Override
  public void authorize(final Authorization.Watcher watcher, final Authorization.Verdict verdict) {
    final String uri = watcher.presentity().uri();
    final EventPackage eventPackage = watcher.presentity().eventPackage();
    table.of(
        uri,
        eventPackage,
        rows -> {
          if (rows.isEmpty()) {
            context
                .timers()
                .schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, () -> authorize(watcher, verdict));
            return;
          }
          final List<SubscriptionRow> concerned =
              rows.get().stream().filter(r -> concerned(r, watcher, verdict)).toList();
          if (!concerned.isEmpty()) {
            authorize(watcher, verdict, concerned);
          }
        });
  }

  private static boolean concerned(
      final SubscriptionRow row,
      final Authorization.Watcher watcher,
      final Authorization.Verdict verdict) {
    return row.watcherUser().equals(watcher.user())
        && row.watcherDomain().equalsIgnoreCase(watcher.domain())
        && (row.status() != verdict.status() || !row.reason().equals(verdict.reason()));
  }

  private void authorize(
      final Authorization.Watcher watcher,
      final Authorization.Verdict verdict,
      final List<SubscriptionRow> concerned) {
    final boolean over = verdict.status() == Subscription.TERMINATED;
    // tables that tell case apart keep a host as each SUBSCRIBE has written it
    final List<Change> changes =
        concerned.stream()
            .map(SubscriptionRow::watcherDomain)
            .distinct()
            .<Change>map(
                domain ->
                    new Change.AuthorizeSubscriptions(
                        watcher.presentity().uri(),
                        watcher.presentity().eventPackage().name(),
                        watcher.user(),
                        domain,
                        verdict.status(),
                        verdict.reason(),
                        notifiers() && !over ? OptionalInt.of(slots()) : OptionalInt.empty()))
            .toList();
    table.put(
        changes,
        () -> {
          for (final SubscriptionRow row : concerned) {
            final SubscriptionRow now = row.authorized(verdict.status(), verdict.reason());
            if (over) {
              end(now, verdict.reason(), false);
            } else {
              tell(now);
            }
          }
        });
  }

  private void tell(final SubscriptionRow row) {
    dialogs
        .working(row)
        .ifPresent(
            subscription -> {
              if (row.status() == Subscription.ACTIVE) {
                subscription.event(WatcherEvent.APPROVED);
              }
              subscription.row(row);
              fanout.watched(subscription, () -> {});
              if (!notifiers()) {
                notifier.asked(
                    subscription, Math.max(1, row.expires() - context.clock().epochSeconds()));
              }
              notifier.pump(subscription);
            });
  }

  /** What waits until some subscriptions have ended or turned out not to be over. */
  final class Ends {
    private final Runnable then;
    private int awaited = 1;

    private Ends(final Runnable then) {
      this.then = then;
    }

    /** As {@link TableSubscribers#end}. */
    void end(final SubscriptionRow row, final String reason, final boolean shown) {
      awaited++;
      TableSubscribers.this.end(row, reason, shown, 0, this::complete);
    }

    /** No further subscription is awaited. */
    void complete() {
      awaited--;
      if (awaited == 0) {
        then.run();
      }
    }
  }

  /** Lets {@code then} wait until subscriptions have ended in the table. */
  Ends ends(final Runnable then) {
    return new Ends(then);
  }

  /**
   * Ends a subscription as the row says it is, and sends its last NOTIFY: of several servers that
   * try, one does.
   *
   * @param shown whether the last NOTIFY carries the state, if the watcher may see it
   */
  void end(final SubscriptionRow row, final String reason, final boolean shown) {
    end(row, reason, shown, 0, () -> {});
  }

  private void end(
      final SubscriptionRow row,
      final String reason,
      final boolean shown,
      final int attempts,
      final Runnable then) {
    table.end(
        row,
        ended -> {
          if (ended) {
            ended(row, reason, shown);
          } else if (attempts < PresenceLimits.END_RETRIES) {
            // a NOTIFY of another server, a refresh, or the end: the row knows
            endAgain(row, reason, shown, attempts + 1, then);
            return;
          }
          then.run();
        });
  }

  private void endAgain(
      final SubscriptionRow before,
      final String reason,
      final boolean shown,
      final int attempts,
      final Runnable then) {
    table.of(
        ActiveWatchers.dialog(before),
        now ->
            now.flatMap(row -> row)
                .filter(row -> row.remoteCseq() == before.remoteCseq())
                .ifPresentOrElse(row -> end(row, reason, shown, attempts, then), then));
  }

  private void ended(final SubscriptionRow row, final String reason, final boolean shown) {
    dialogs
        .ended(row)
        .ifPresent(
            subscription -> {
              notifier.ending(subscription, reason, shown);
              fanout.left(
                  subscription,
                  WatcherEvent.ending(reason),
                  () -> farewell(subscription, reason, shown));
            });
  }

  /** Sends the last NOTIFY of a subscription that is in no table any more. */
  void farewell(final Subscription subscription, final String reason, final boolean shown) {
    notifier.ended(subscription, reason, shown);
    notifier.pump(subscription);
  }

  /** A NOTIFY's result says that the watcher is gone. */
  void gone(final NotifyResult result) {
    final Subscription subscription = result.subscription();
    if (!result.ends() && !result.ofThisRefresh()) {
      return;
    }
    subscription.live(false);
    table.remove(
        subscription.dialog(),
        result.ends() ? OptionalLong.empty() : OptionalLong.of(subscription.row().remoteCseq()),
        () -> fanout.left(subscription, WatcherEvent.DEACTIVATED, () -> {}));
  }
}
