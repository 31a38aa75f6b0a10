// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.NotifierSettings;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notifiers of {@code subs_db_mode} 3 (spec presence 8.5): each looks, so many times a second,
 * into the next of its slots and tells those who are marked with it. What happened to a
 * subscription since the last look becomes one NOTIFY. Servers on the same table, stock ones too,
 * share the marks: whoever takes the turn tells. Engine thread only.
 */
final class NotifierProcesses {
  private static final Logger LOG = LoggerFactory.getLogger(NotifierProcesses.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final NotifierSettings settings;
  private final ActiveWatchers table;
  private final TableSubscribers subscribers;
  private final TableTurns turns;
  private final Dialogs dialogs;
  private final Notifier notifier;
  private final List<Process> processes = new ArrayList<>();
  private boolean troubled;

  NotifierProcesses(
      final ModuleContext context,
      final PresenceParameters parameters,
      final ActiveWatchers table,
      final TableSubscribers subscribers,
      final TableTurns turns,
      final Dialogs dialogs,
      final Notifier notifier) {
    this.context = context;
    this.parameters = parameters;
    this.settings = parameters.notifier();
    this.table = table;
    this.subscribers = subscribers;
    this.turns = turns;
    this.dialogs = dialogs;
    this.notifier = notifier;
    final int cycle = settings.waitSeconds() * settings.pollsPerSecond();
    for (int i = 0; i < settings.count(); i++) {
      processes.add(new Process(i * cycle, cycle));
    }
  }

  /** Begins to look. */
  void serve() {
    processes.forEach(Process::tick);
  }

  private final class Process {
    private final int first;
    private final int cycle;
    private int next;
    private boolean looking;

    Process(final int first, final int cycle) {
      this.first = first;
      this.cycle = cycle;
    }

    void tick() {
      context.timers().schedule(1000 / settings.pollsPerSecond(), this::tick);
      if (!looking) {
        looking = true;
        final int slot = first + next;
        next = (next + 1) % cycle;
        table.ask(new Query.MarkedSubscriptions(slot), rows -> found(slot, rows));
      }
    }

    private void found(final int slot, final Optional<List<SubscriptionRow>> rows) {
      if (rows.isEmpty() && !troubled) {
        LOG.warn("notifiers wait for the database");
      }
      troubled = rows.isEmpty();
      final List<SubscriptionRow> marked = new ArrayList<>(rows.orElse(List.of()));
      // what happened first, then who is told that it happened
      marked.sort((one, other) -> Boolean.compare(watcherinfo(one), watcherinfo(other)));
      slice(slot, marked, 0);
    }

    private void slice(final int slot, final List<SubscriptionRow> rows, final int from) {
      final int to = Math.min(rows.size(), from + PresenceLimits.SLICE);
      rows.subList(from, to).forEach(row -> tell(slot, row));
      if (to < rows.size()) {
        context.engine().execute(() -> slice(slot, rows, to));
      } else {
        looking = false;
      }
    }
  }

  private static boolean watcherinfo(final SubscriptionRow row) {
    return row.event().contains(".winfo");
  }

  private void tell(final int slot, final SubscriptionRow row) {
    final long now = context.clock().epochSeconds();
    if (row.status() == Subscription.TERMINATED) {
      subscribers.end(row, row.reason(), true);
    } else if (row.expires() + parameters.expiresOffset() <= now) {
      subscribers.end(row, "timeout", false);
    } else if (row.expires() > now) {
      dialogs.working(row).ifPresent(subscription -> due(slot, subscription));
    }
  }

  private void due(final int slot, final Subscription subscription) {
    if (!subscription.outbox().inFlight) {
      turns.marked(subscription, slot);
    }
    // where a NOTIFY is under way the mark stays until the one after it takes its turn
    notifier.changed(subscription);
    notifier.pump(subscription);
  }
}
