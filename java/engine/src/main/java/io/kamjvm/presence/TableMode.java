// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.TableReader;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code subs_db_mode} 3 put together: no subscription is kept in memory, other servers change the
 * same tables at any time. Engine thread only.
 */
final class TableMode {
  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final Presentities presentities;
  private final Dialogs dialogs;
  private final ActiveWatchers table;
  private final Notifier notifier;
  private final TableSubscribers subscribers;
  private final TableFanout fanout;
  private final TableExpiry expiry;
  private final Optional<NotifierProcesses> processes;

  /**
   * @param notifiers makes the notifier that takes these turns
   */
  TableMode(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Presentities presentities,
      final Journal journal,
      final TurnSources sources,
      final TableReader reader,
      final Function<NotifyTurns, Notifier> notifiers) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.presentities = presentities;
    this.table = new ActiveWatchers(journal, reader, context.timers());
    this.dialogs = new Dialogs(presentities, packages);
    final TableTurns turns = new TableTurns(context, reader, sources, dialogs);
    this.notifier = notifiers.apply(turns);
    this.fanout = new TableFanout(context, presentities, packages, table, dialogs, notifier, turns);
    this.subscribers = new TableSubscribers(context, parameters, table, notifier, dialogs, fanout);
    this.expiry = new TableExpiry(context, parameters, packages, table, subscribers);
    this.processes =
        subscribers.notifiers()
            ? Optional.of(
                new NotifierProcesses(
                    context, parameters, table, subscribers, turns, dialogs, notifier))
            : Optional.empty();
  }

  Notifier notifier() {
    return notifier;
  }

  /** The table, where subscriptions are marked for those who tell them; else empty. */
  Optional<ActiveWatchers> marked() {
    return processes.map(p -> table);
  }

  TableSubscribers subscribers() {
    return subscribers;
  }

  /** Decides on SUBSCRIBE requests. */
  TableSubscribeHandler subscribeHandler(
      final Authorization authorization, final DurableAnswer durable) {
    return new TableSubscribeHandler(
        context,
        parameters,
        packages,
        authorization,
        presentities,
        table,
        subscribers,
        fanout,
        dialogs,
        notifier,
        durable);
  }

  /** Who is told of what in the dialogs of the table. */
  TableFanout fanout() {
    return fanout;
  }

  /** Working copies. */
  Dialogs dialogs() {
    return dialogs;
  }

  /** The rows. */
  ActiveWatchers rows() {
    return table;
  }

  /** Begins what runs by the clock. */
  void serve() {
    expiry.serve();
    processes.ifPresent(NotifierProcesses::serve);
  }

  /** What ends subscriptions that have expired. */
  TableExpiry expiry() {
    return expiry;
  }

  /** Ends the subscriptions that have expired. */
  void sweep() {
    expiry.sweep();
  }

  /** Dialogs in which something is under way. */
  int underWay() {
    return dialogs.count();
  }
}
