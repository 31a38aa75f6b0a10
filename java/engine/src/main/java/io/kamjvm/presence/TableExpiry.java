// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the subscriptions that have expired in the table, every {@code db_update_period} and when
 * asked to: each gets its last NOTIFY once, from the server that removes its row. Engine thread
 * only.
 */
final class TableExpiry {
  private static final Logger LOG = LoggerFactory.getLogger(TableExpiry.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final ActiveWatchers table;
  private final TableSubscribers subscribers;
  private boolean looking;
  private int paused;

  TableExpiry(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final ActiveWatchers table,
      final TableSubscribers subscribers) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.table = table;
    this.subscribers = subscribers;
  }

  /** Begins to look by the clock, unless the cfg has switched that off. */
  void serve() {
    if (parameters.expireSubscriptions()) {
      context
          .timers()
          .schedule(
              parameters.dbUpdateMillis(),
              () -> {
                sweep();
                serve();
              });
    }
  }

  /** Until {@link #goOn} no subscription ends because it has expired. Calls nest. */
  void pause() {
    paused++;
  }

  void goOn() {
    paused--;
  }

  /** Looks now. */
  void sweep() {
    if (!looking && paused == 0) {
      looking = true;
      look(parameters.fetchRows());
    }
  }

  private void look(final int limit) {
    final long before = context.clock().epochSeconds() - parameters.expiresOffset() + 1;
    table.ask(new Query.ExpiredSubscriptions(before, limit), rows -> end(rows, limit));
  }

  private void end(final Optional<List<SubscriptionRow>> rows, final int limit) {
    if (rows.isEmpty()) {
      LOG.warn("expired subscriptions wait for the database");
      looking = false;
      return;
    }
    // those of packages that other servers have loaded are theirs to tell
    final List<SubscriptionRow> ours =
        rows.get().stream().filter(r -> packages.find(r.event()).isPresent()).toList();
    final int others = rows.get().size() - ours.size();
    final boolean more = rows.get().size() >= limit;
    slice(ours, 0, more ? parameters.fetchRows() + others : 0);
  }

  private void slice(final List<SubscriptionRow> rows, final int from, final int next) {
    final int to = Math.min(rows.size(), from + PresenceLimits.SLICE);
    final boolean last = to == rows.size();
    final TableSubscribers.Ends ends =
        subscribers.ends(
            () -> {
              if (!last) {
                slice(rows, to, next);
              } else if (next > 0) {
                look(next);
              } else {
                looking = false;
              }
            });
    rows.subList(from, to)
        .forEach(row -> ends.end(row, "timeout", row.status() == Subscription.TERMINATED));
    ends.complete();
  }
}
