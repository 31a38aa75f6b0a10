// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.RecoveryLog;
import java.util.Optional;

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
  private final PublishHandler publishHandler;
  private final SubscribeHandler subscribeHandler;
  private final Notifier notifier;
  private final Fanout fanout;
  private final Recovery recovery;

  /**
   * @param journal empty when nothing is stored
   */
  EventState(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Optional<Journal> journal,
      final RecoveryLog log) {
    final boolean subscriptionsStored = parameters.subsDbMode().stored();
    this.recovery = new Recovery(log, parameters);
    this.presentities = new Presentities(parameters);
    this.writeBack = writeBack(context, parameters, journal);
    this.documentExpiry = new ExpiryTimers(context, parameters.expireDocuments());
    this.subscriptionExpiry = new ExpiryTimers(context, parameters.expireSubscriptions());
    final WriteBack rows =
        subscriptionsStored ? writeBack : writeBack(context, parameters, Optional.empty());
    this.notifier =
        new Notifier(
            context,
            parameters,
            new NotifyDrafts(
                new WatcherLists(presentities, packages, context.clock()::epochSeconds),
                context.clock()::epochSeconds),
            NotifyTurns.OWN,
            new Views(),
            rows::counted,
            this::gone,
            recovery);
    this.fanout = new Fanout(context, presentities, packages, notifier);
    this.subscriptions =
        new Subscriptions(
            context,
            parameters,
            presentities,
            notifier,
            fanout,
            rows,
            subscriptionExpiry,
            recovery);
    this.subscribers =
        new MemorySubscribers(
            presentities, subscriptions, fanout, notifier, rows, context.clock()::epochSeconds);
    this.publications =
        new Publications(context, parameters, subscribers, writeBack, documentExpiry, recovery);
    this.durable =
        journal.map(j -> new DurableAnswer(j, context.timers(), context.clock(), recovery));
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
            new WatcherLists(presentities, packages, context.clock()::epochSeconds),
            rows,
            durable.filter(d -> parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH));
  }

  private WriteBack writeBack(
      final ModuleContext context,
      final PresenceParameters parameters,
      final Optional<Journal> journal) {
    return new WriteBack(journal, context.timers(), parameters.dbUpdateMillis(), recovery);
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
    subscriptions.gone(result);
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

  Fanout fanout() {
    return fanout;
  }

  Notifier notifier() {
    return notifier;
  }

  Recovery recovery() {
    return recovery;
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

  /** Ends whatever is due. */
  void sweep() {
    documentExpiry.sweep();
    subscriptionExpiry.sweep();
  }
}
