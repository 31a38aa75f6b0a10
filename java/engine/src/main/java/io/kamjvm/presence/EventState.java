// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.TableReader;
import java.util.Optional;
import java.util.function.Function;

/** The event-state server put together: who knows whom. */
final class EventState {
  private final Presentities presentities;
  private final Subscriptions subscriptions;
  private final Subscribers subscribers;
  private final Publications publications;
  private final WriteBack writeBack;
  private final ExpiryTimers documentExpiry;
  private final ExpiryTimers subscriptionExpiry;
  private final Optional<DurableAnswer> durable;
  private final Optional<TableMode> table;
  private final PublishHandler publishHandler;
  private final SubscribeHandler subscribeHandler;

  /**
   * @param journal empty when nothing is stored
   * @param reader empty when nothing is stored
   */
  EventState(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Optional<Journal> journal,
      final Optional<TableReader> reader) {
    final boolean subscriptionsStored = parameters.subsDbMode().stored();
    this.presentities = new Presentities(parameters);
    this.writeBack = new WriteBack(journal, context.timers(), parameters.dbUpdateMillis());
    this.documentExpiry = new ExpiryTimers(context, parameters.expireDocuments());
    this.subscriptionExpiry = new ExpiryTimers(context, parameters.expireSubscriptions());
    final WriteBack rows =
        subscriptionsStored
            ? writeBack
            : new WriteBack(Optional.empty(), context.timers(), parameters.dbUpdateMillis());
    final WatcherLists watcherLists =
        new WatcherLists(presentities, packages, context.clock()::epochSeconds);
    final Function<NotifyTurns, Notifier> notifiers =
        turns ->
            new Notifier(
                context,
                parameters,
                new NotifyDrafts(watcherLists, context.clock()::epochSeconds),
                turns,
                new Views(),
                rows::counted,
                this::gone);
    this.durable = journal.map(j -> new DurableAnswer(j, context.timers(), context.clock()));
    this.table =
        reader
            .filter(r -> parameters.subsDbMode() == SubsDbMode.DATABASE)
            .map(
                r ->
                    new TableMode(
                        context,
                        parameters,
                        packages,
                        presentities,
                        watcherLists,
                        Authorization.EVERYBODY,
                        journal.orElseThrow(),
                        r,
                        durable.orElseThrow(),
                        (subscription, then) -> subscription.presentity().queue().enterAlways(then),
                        notifiers));
    final Notifier notifier =
        table.map(TableMode::notifier).orElseGet(() -> notifiers.apply(NotifyTurns.OWN));
    final Fanout fanout = new Fanout(context, presentities, packages, notifier);
    this.subscriptions =
        new Subscriptions(
            context, parameters, presentities, notifier, fanout, rows, subscriptionExpiry);
    this.subscribers =
        table
            .<Subscribers>map(TableMode::subscribers)
            .orElseGet(
                () ->
                    new MemorySubscribers(
                        presentities,
                        subscriptions,
                        fanout,
                        notifier,
                        rows,
                        context.clock()::epochSeconds));
    this.publications =
        new Publications(context, parameters, subscribers, writeBack, documentExpiry);
    this.publishHandler =
        new PublishHandler(
            context,
            parameters,
            packages,
            presentities,
            publications,
            subscribers,
            durable.filter(d -> parameters.publCache().stored()));
    this.subscribeHandler =
        new SubscribeHandler(
            context,
            parameters,
            packages,
            presentities,
            subscriptions,
            notifier,
            fanout,
            watcherLists,
            rows,
            durable.filter(d -> parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH),
            table.map(TableMode::subscribeHandler));
  }

  /** Runs the reader when nobody can have been promised what it would not find. */
  void afterReplies(final Runnable reader) {
    durable.ifPresentOrElse(d -> d.afterReplies(reader), reader);
  }

  /** How long the oldest decision waits for its commit, milliseconds; 0 when none does. */
  long uncommittedMillis() {
    return durable.map(DurableAnswer::oldestMillis).orElse(0L);
  }

  private void gone(final NotifyResult result) {
    table.ifPresentOrElse(
        t -> t.subscribers().gone(result), () -> subscriptions.gone(result));
  }

  Presentities presentities() {
    return presentities;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  Publications publications() {
    return publications;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  WriteBack writeBack() {
    return writeBack;
  }

  PublishHandler publishHandler() {
    return publishHandler;
  }

  SubscribeHandler subscribeHandler() {
    return subscribeHandler;
  }

  /** Begins what runs by the clock. */
  void serve() {
    table.ifPresent(TableMode::serve);
  }

  /** Ends whatever is due. */
  void sweep() {
    table.ifPresent(TableMode::sweep);
    documentExpiry.sweep();
    subscriptionExpiry.sweep();
  }
}
