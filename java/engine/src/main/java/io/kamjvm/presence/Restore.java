// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the state back that the tables hold. Reading and parsing happen on the starting thread,
 * the rest on the engine thread.
 */
final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
  private static final long ALL = 0;

  /**
   * A document.
   *
   * @param noted where the recovery log has it, if no table does
   */
  private record Found(
      PublicationRow row,
      EventPackage eventPackage,
      Document document,
      Optional<RecoveryLog.Entry> noted) {}

  private final ModuleContext context;
  private final EventPackages packages;
  private final PackageCode code;
  private final Resumption resumption;
  private final List<Found> publications = new ArrayList<>();
  private final List<SubscriptionRow> subscriptions = new ArrayList<>();
  private final List<Subscription> ended = new ArrayList<>();
  private int leftAlone;

  Restore(
      final ModuleContext context,
      final EventPackages packages,
      final PackageCode code,
      final Resumption resumption) {
    this.context = context;
    this.code = code;
    this.packages = packages;
    this.resumption = resumption;
  }

  /** Reads; rows that expired meanwhile too, because their watchers have to be told. */
  void load(final EventStateStore store, final PresenceParameters parameters)
      throws StorageException {
    if (parameters.publCache() == PublCache.DATABASE_AND_MEMORY) {
      store.loadPublications(ALL, row -> add(row, Optional.empty()));
    }
    if (parameters.subsDbMode() != SubsDbMode.MEMORY
        && parameters.subsDbMode() != SubsDbMode.DATABASE) {
      store.loadSubscriptions(ALL, subscriptions::add);
    }
    publications.sort(
        Comparator.<Found>comparingLong(f -> f.row().receivedTime())
            .thenComparing(f -> f.row().etag()));
  }

  /** Reads what the engine before this one has noted; after the tables. */
  void load(final RecoveryLog log) {
    resumption.load(log);
    resumption.documents().forEach(d -> add(d.row(), Optional.of(d.entry())));
  }

  private void add(final PublicationRow row, final Optional<RecoveryLog.Entry> noted) {
    final Optional<EventPackage> eventPackage = packages.find(row.event());
    if (eventPackage.isEmpty()) {
      leftAlone++;
      return;
    }
    final EventPackage known = eventPackage.get();
    final PackageCode.Result<Document> parsed =
        code.await(known, "parse", () -> known.parse(row.body()));
    if (parsed instanceof PackageCode.Result.Made<Document> made) {
      publications.add(new Found(row, known, made.value(), noted));
    } else {
      leftAlone++;
      LOG.warn(
          "document {} of {} is left alone: its package does not take it", row.etag(), row.user());
    }
  }

  /** Puts what was read in its place. */
  void into(final EventState state) {
    subscriptions.forEach(row -> put(row, state));
    for (final Found found : publications) {
      final Presentity presentity =
          state
              .presentities()
              .obtain(
                  SipUri.presentity(found.row().user(), found.row().domain()),
                  found.eventPackage());
      final Publication publication = state.publications().newest(found.row(), found.document());
      found.noted().ifPresent(entry -> state.recovery().adopt(publication, entry));
      state
          .publications()
          .put(presentity, new PublicationChange(Optional.empty(), Optional.of(publication)));
    }
    ended.forEach(state.subscriptions()::missed);
    resumption.rest(state);
    LOG.debug(
        "restored {} documents and {} subscriptions",
        publications.size(),
        state.subscriptions().count());
    if (leftAlone > 0) {
      LOG.warn("{} rows belong to packages that are not loaded; they are left alone", leftAlone);
    }
    publications.clear();
    subscriptions.clear();
    ended.clear();
  }

  private void put(final SubscriptionRow row, final EventState state) {
    final Optional<EventPackage> eventPackage = packages.find(row.event());
    if (eventPackage.isEmpty()) {
      leftAlone++;
      return;
    }
    if (resumption.takesOver(row, state)) {
      return;
    }
    final Presentity presentity =
        state.presentities().obtain(row.presentityUri(), eventPackage.get());
    final Subscription subscription = new Subscription(presentity, row);
    // a Kamailio, or an engine without room to note it, may have sent NOTIFYs that no row tells of
    subscription.skip(context.facts().epoch());
    if (row.expires() <= context.clock().epochSeconds()
        || row.status() == Subscription.TERMINATED) {
      ended.add(subscription);
      return;
    }
    state.subscriptions().activate(subscription);
  }
}
