// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PackageCode.Result.Made;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.presence.SphereSource.Stated;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.TableReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The event-state server put together: who knows whom. */
final class EventState {
  private final Presentities presentities;
  private final Subscriptions subscriptions;
  private final Subscribers subscribers;
  private final Publications publications;
  private final WriteBack writeBack;
  private final ExpiryTimers<Publication> documentExpiry;
  private final ExpiryTimers<Subscription> subscriptionExpiry;
  private final Optional<DurableAnswer> durable;
  private final Optional<TableMode> table;
  private final CurrentDocuments documents;
  private final Spheres spheres;
  private final Optional<ExpiredDocuments> expired;
  private final PublishHandler publishHandler;
  private final SubscribeHandler subscribeHandler;
  private final WatcherCommands watcherCommands;
  private final Optional<PendingWatchers> pendingWatchers;
  private final long purgeMillis;
  private final PackageCode code;
  private final States states;
  private final Notifier notifier;
  private final Fanout fanout;
  private final Recovery recovery;

  /**
   * @param journal empty when nothing is stored
   * @param reader answers questions to the tables; empty when nothing is stored
   */
  EventState(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final PackageCode code,
      final Optional<Journal> journal,
      final Optional<TableReader> reader,
      final RecoveryLog log) {
    final boolean subscriptionsStored =
        parameters.subsDbMode().stored() && parameters.subsDbMode() != SubsDbMode.DATABASE;
    final LongSupplier now = context.clock()::epochSeconds;
    this.code = code;
    this.states = new States(code);
    this.presentities = new Presentities(parameters, new DocumentPolicy(parameters, now), packages);
    this.recovery = new Recovery(log, parameters);
    this.writeBack = writeBack(context, parameters, journal);
    this.documentExpiry = new ExpiryTimers<>(context, parameters.expireDocuments());
    this.subscriptionExpiry = new ExpiryTimers<>(context, parameters.expireSubscriptions());
    final WriteBack rows =
        subscriptionsStored ? writeBack : writeBack(context, parameters, Optional.empty());
    final WatcherLists watcherLists = new WatcherLists(presentities, packages, reader, now);
    final RulesDesk rules = new RulesDesk(code, context.clock());
    final boolean decided = journal.isPresent() && reader.isPresent();
    this.spheres = new Spheres(parameters);
    final NotifySources sources = new NotifySources(states, watcherLists, this::documents);
    final Function<NotifyTurns, Notifier> notifiers =
        turns ->
            new Notifier(
                context,
                parameters,
                new NotifyDrafts(watcherLists, now),
                sources,
                turns,
                new Views(code, rules, spheres, decided),
                rows::counted,
                this::gone,
                recovery);
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
                        journal.orElseThrow(),
                        new TurnSources(r, packages, context, sources, this::whenCurrent),
                        r,
                        notifiers));
    this.notifier =
        table.map(TableMode::notifier).orElseGet(() -> notifiers.apply(new ReservedCounters(rows)));
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
        table
            .<Subscribers>map(TableMode::subscribers)
            .orElseGet(
                () ->
                    new MemorySubscribers(
                        presentities, subscriptions, fanout, notifier, rows, now));
    final Authorization authorization =
        decided
            ? new RuledAuthorization(
                code,
                rules,
                this::sphere,
                reader.get(),
                journal.get(),
                subscribers,
                new Reevaluation(
                    code,
                    rules,
                    this::sphere,
                    reader.get(),
                    journal.get(),
                    subscribers,
                    presentities::tidy),
                now)
            : Authorization.EVERYBODY;
    final Departures departures =
        new Departures(
            context,
            code,
            presentities,
            table.flatMap(TableMode::marked),
            parameters.notifier().waitSeconds() * 1000L,
            (presentity, publication) -> publications().discard(presentity, publication));
    this.publications =
        new Publications(
            context,
            parameters,
            subscribers,
            code,
            writeBack,
            documentExpiry,
            spheres,
            authorization,
            departures,
            reader,
            recovery);
    this.documents = new CurrentDocuments(publications, context);
    this.durable =
        journal.map(j -> new DurableAnswer(j, context.timers(), context.clock(), recovery));
    this.expired =
        publications
            .truth()
            .map(
                documentTable ->
                    new ExpiredDocuments(
                        context,
                        parameters,
                        packages,
                        presentities,
                        publications,
                        subscribers,
                        documentTable,
                        reader.orElseThrow(),
                        journal.orElseThrow()));
    this.publishHandler =
        new PublishHandler(
            context,
            parameters,
            packages,
            presentities,
            publications,
            subscribers,
            departures,
            code,
            durable.filter(d -> parameters.publCache().stored()),
            recovery);
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
            documents,
            durable.filter(d -> parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH),
            table.map(t -> t.subscribeHandler(authorization, durable.orElseThrow())));
    this.watcherCommands =
        new WatcherCommands(
            packages,
            code,
            presentities,
            authorization,
            rules,
            this::sphere,
            new HardState(
                context,
                code,
                presentities,
                publications,
                documents,
                subscribers,
                journal.filter(j -> parameters.publCache().stored())),
            documents,
            subscribers);
    this.pendingWatchers =
        journal
            .filter(j -> packages.all().stream().anyMatch(EventPackage::requiresAuthorization))
            .map(j -> new PendingWatchers(context, j));
    this.purgeMillis = parameters.expireDocuments() ? parameters.cleanMillis() : 0;
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
    return Math.max(
        durable.map(DurableAnswer::oldestMillis).orElse(0L),
        Math.max(publishHandler.oldestMillis(), subscribeHandler.oldestMillis()));
  }

  private void gone(final NotifyResult result) {
    table.ifPresentOrElse(t -> t.subscribers().gone(result), () -> subscriptions.gone(result));
  }

  private void whenCurrent(final Subscription subscription, final Runnable reader) {
    documents.whenCurrent(subscription.presentity(), subscription, () -> true, reader);
  }

  Presentities presentities() {
    return presentities;
  }

  /** Lets readers of documents wait for what is current. */
  CurrentDocuments documents() {
    return documents;
  }

  private void sphere(final Presentity presentity, final Consumer<Optional<Stated>> found) {
    if (spheres.watched() && documents.table()) {
      documents.once(
          presentity,
          current ->
              found.accept(
                  current ? Optional.of(new Stated(spheres.of(presentity))) : Optional.empty()));
    } else {
      found.accept(Optional.of(new Stated(spheres.of(presentity))));
    }
  }

  /** What somebody is told who asks. */
  void document(
      final String uri, final EventPackage eventPackage, final Consumer<Optional<byte[]>> found) {
    if (!documents.table()) {
      final Optional<Presentity> known = presentities.find(uri, eventPackage);
      if (known.isPresent()) {
        known(known.get(), found);
      } else {
        code.<Optional<byte[]>>call(
            eventPackage,
            "state",
            () -> eventPackage.state(uri, List.of(), OptionalInt.empty()),
            result ->
                found.accept(
                    result instanceof Made<Optional<byte[]>> made
                        ? made.value()
                        : Optional.empty()));
      }
      return;
    }
    final Presentity presentity = presentities.obtain(uri, eventPackage);
    documents.once(
        presentity,
        current -> {
          if (current) {
            known(presentity, found);
          } else {
            found.accept(Optional.empty());
          }
        });
  }

  private void known(final Presentity presentity, final Consumer<Optional<byte[]>> found) {
    if (presentity.stateKnown()) {
      found.accept(presentity.current());
    } else {
      states.prepare(presentity, () -> found.accept(presentity.current()));
    }
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

  /** Where the table of subscriptions is the truth. */
  Optional<TableMode> table() {
    return table;
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

  WatcherCommands watcherCommands() {
    return watcherCommands;
  }

  /** Where the table of subscriptions is the truth: dialogs in which something is under way. */
  int underWay() {
    return table.map(TableMode::underWay).orElse(0);
  }

  /** Begins what runs by the clock. */
  void serve() {
    table.ifPresent(TableMode::serve);
    expired.ifPresent(ExpiredDocuments::serve);
    if (purgeMillis > 0) {
      pendingWatchers.ifPresent(p -> p.every(purgeMillis));
    }
  }

  /** Ends whatever is due. */
  void sweep() {
    pendingWatchers.ifPresent(PendingWatchers::purge);
    expired.ifPresent(ExpiredDocuments::sweep);
    table.ifPresent(TableMode::sweep);
    documentExpiry.sweep();
    subscriptionExpiry.sweep();
  }
}
