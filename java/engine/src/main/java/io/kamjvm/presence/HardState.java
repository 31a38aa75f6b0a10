// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PackageCode.Result.Made;
import io.kamjvm.presence.WatcherCommands.HardStateFile;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.time.EngineClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents that presentities keep elsewhere and that count as published for ever, under their
 * file's name as entity-tag (spec presence 6.10, 9.4). Engine thread only.
 */
final class HardState {
  private static final Logger LOG = LoggerFactory.getLogger(HardState.class);

  /** What a package has found. */
  private record Found(Optional<byte[]> body, Optional<Document> document) {}

  private final PackageCode code;
  private final Presentities presentities;
  private final Publications publications;
  private final CurrentDocuments documents;
  private final Subscribers subscribers;
  private final Optional<Journal> journal;
  private final EngineClock clock;

  /**
   * @param journal present where documents are stored
   */
  HardState(
      final ModuleContext context,
      final PackageCode code,
      final Presentities presentities,
      final Publications publications,
      final CurrentDocuments documents,
      final Subscribers subscribers,
      final Optional<Journal> journal) {
    this.code = code;
    this.presentities = presentities;
    this.publications = publications;
    this.documents = documents;
    this.subscribers = subscribers;
    this.journal = journal;
    this.clock = context.clock();
  }

  /** Fetches, keeps and tells; where there is none the one that was kept is removed. */
  void fetch(
      final SipUri uri,
      final EventPackage eventPackage,
      final HardStateFile file,
      final Consumer<Boolean> done) {
    if (!eventPackage.hasHardState() || file.name().length() > PresenceLimits.TAG_LENGTH) {
      done.accept(false);
      return;
    }
    code.<Found>callAway(
        eventPackage,
        "hardState",
        () -> found(eventPackage, uri.presentity(), file.uri()),
        result -> {
          if (result instanceof Made<Found> made) {
            found(uri, eventPackage, file, made.value(), done);
          } else {
            done.accept(false);
          }
        });
  }

  private static Found found(
      final EventPackage eventPackage, final String presentity, final String file)
      throws Exception {
    final Optional<byte[]> body = eventPackage.hardState(presentity, file);
    if (body.isEmpty()) {
      return new Found(body, Optional.empty());
    }
    if (body.get().length > PresenceLimits.BODY_BYTES) {
      throw new UnacceptableBodyException(413, "Request Entity Too Large", file + " is too long");
    }
    return new Found(body, Optional.of(eventPackage.parse(body.get())));
  }

  private void found(
      final SipUri uri,
      final EventPackage eventPackage,
      final HardStateFile file,
      final Found found,
      final Consumer<Boolean> done) {
    final Presentity presentity = presentities.obtain(uri.presentity(), eventPackage);
    documents.once(
        presentity,
        read -> {
          if (read) {
            presentity.queue().next(() -> keep(presentity, uri, file, found, done));
          } else {
            done.accept(false);
          }
        });
  }

  private void keep(
      final Presentity presentity,
      final SipUri uri,
      final HardStateFile file,
      final Found found,
      final Consumer<Boolean> done) {
    final Optional<Publication> before = presentity.publication(file.name());
    final Optional<Publication> after =
        found.document().map(d -> publications.newest(row(presentity, uri, file, found), d));
    if (before.isEmpty() && after.isEmpty()) {
      subscribers.repeat(presentity.uri(), presentity.eventPackage());
      done.accept(true);
      return;
    }
    final PublicationChange change = new PublicationChange(before, after);
    if (journal.isEmpty()) {
      publications.apply(presentity, change, 0);
      done.accept(true);
      return;
    }
    presentity.queue().hold();
    final List<Change> changes = new ArrayList<>(change.stored());
    changes.addAll(subscribers.marks(presentity, ""));
    if (!journal.get().submit(changes, o -> stored(presentity, change, o, done))) {
      presentity.queue().release();
      done.accept(false);
    }
  }

  private void stored(
      final Presentity presentity,
      final PublicationChange change,
      final Journal.Outcome outcome,
      final Consumer<Boolean> done) {
    final boolean committed = outcome instanceof Journal.Outcome.Committed;
    if (!committed) {
      LOG.warn("hard state of {} is not stored: {}", presentity.uri(), outcome);
    }
    try {
      if (committed) {
        publications.apply(presentity, change, 0);
      }
    } finally {
      presentity.queue().release();
      done.accept(committed);
    }
  }

  private PublicationRow row(
      final Presentity presentity, final SipUri uri, final HardStateFile file, final Found found) {
    return new PublicationRow(
        uri.user(),
        uri.host(),
        presentity.eventPackage().name(),
        file.name(),
        Publication.HARD_STATE,
        clock.epochSeconds(),
        found.body().orElseThrow(),
        "",
        0,
        publications.newRuid());
  }
}
