// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.TableReader;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The event-state server put together: who knows whom. */
final class EventState {
  private final Presentities presentities;
  private final Subscriptions subscriptions;
  private final Publications publications;
  private final Fanout fanout;
  private final WriteBack writeBack;
  private final ExpiryTimers documentExpiry;
  private final ExpiryTimers subscriptionExpiry;
  private final Optional<DurableAnswer> durable;
  private final PublishHandler publishHandler;
  private final SubscribeHandler subscribeHandler;
  private final WatcherCommands watcherCommands;
  private final Optional<PendingWatchers> pendingWatchers;
  private final long purgeMillis;
  private final Authorization authorization;

  /**
   * @param journal empty when nothing is stored
   * @param reader empty when nothing is stored
   */
  EventState(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final PackageCode code,
      final Optional<Journal> journal,
      final Optional<TableReader> reader) {
    final boolean subscriptionsStored = parameters.subsDbMode().stored();
    this.presentities = new Presentities(parameters, packages);
    this.writeBack = new WriteBack(journal, context.timers(), parameters.dbUpdateMillis());
    this.documentExpiry = new ExpiryTimers(context, parameters.expireDocuments());
    this.subscriptionExpiry = new ExpiryTimers(context, parameters.expireSubscriptions());
    final WriteBack rows =
        subscriptionsStored
            ? writeBack
            : new WriteBack(Optional.empty(), context.timers(), parameters.dbUpdateMillis());
    final LongSupplier now = context.clock()::epochSeconds;
    final WatcherLists watcherLists = new WatcherLists(presentities, packages, reader, now);
    final States states = new States(code);
    final RulesDesk rules = new RulesDesk(code, context.clock());
    final Notifier notifier =
        new Notifier(
            context,
            parameters,
            new NotifyDrafts(watcherLists, now),
            new NotifySources(states, watcherLists),
            NotifyTurns.OWN,
            new Views(code, rules),
            rows::counted,
            this::gone);
    this.fanout = new Fanout(context, presentities, packages, notifier);
    this.publications = new Publications(context, parameters, fanout, states, writeBack, documentExpiry);
    this.subscriptions =
        new Subscriptions(
            context, parameters, presentities, notifier, fanout, rows, subscriptionExpiry);
    final StandingOrders standing =
        new StandingOrders(subscriptions, fanout, notifier, rows, now);
    this.authorization =
        journal.isPresent() && reader.isPresent()
            ? new RuledAuthorization(
                code,
                rules,
                reader.get(),
                journal.get(),
                standing::apply,
                new Reevaluation(
                    code,
                    rules,
                    reader.get(),
                    journal.get(),
                    standing::apply,
                    presentities::tidy),
                now)
            : Authorization.EVERYBODY;
    this.durable = journal.map(j -> new DurableAnswer(j, context.timers(), context.clock()));
    this.publishHandler =
        new PublishHandler(
            context,
            parameters,
            packages,
            presentities,
            publications,
            code,
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
            authorization,
            code,
            rows,
            durable.filter(d -> parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH));
    this.watcherCommands =
        new WatcherCommands(
            packages,
            code,
            presentities,
            authorization,
            rules,
            new HardState(
                code,
                presentities,
                publications,
                fanout::repeat,
                journal.filter(j -> parameters.publCache().stored()),
                context.clock()),
            fanout::repeat);
    this.pendingWatchers =
        journal
            .filter(j -> packages.all().stream().anyMatch(EventPackage::requiresAuthorization))
            .map(j -> new PendingWatchers(context, j));
    this.purgeMillis = parameters.expireDocuments() ? parameters.cleanMillis() : 0;
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

  Fanout fanout() {
    return fanout;
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

  WatcherCommands watcherCommands() {
    return watcherCommands;
  }

  /** Begins what is done from time to time. */
  void serve() {
    if (purgeMillis > 0) {
      pendingWatchers.ifPresent(p -> p.every(purgeMillis));
    }
  }

  Authorization authorization() {
    return authorization;
  }

  /** Ends whatever is due. */
  void sweep() {
    pendingWatchers.ifPresent(PendingWatchers::purge);
    documentExpiry.sweep();
    subscriptionExpiry.sweep();
  }
}
