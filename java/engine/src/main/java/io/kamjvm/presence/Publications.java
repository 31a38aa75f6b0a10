// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.sip.EntityTag;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.TableReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries changes of documents out: in memory, in time, towards watchers. Where the table is the
 * truth it is read again after each change, and what it says then is what watchers are told. Engine
 * thread only.
 */
final class Publications {
  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final Subscribers subscribers;
  private final States states;
  private final WriteBack writeBack;
  private final ExpiryTimers<Publication> expiry;
  private final Spheres spheres;
  private final Authorization authorization;
  private final Departures departures;
  private final Recovery recovery;
  private final Optional<DocumentTable> rows;
  private final TagSource tags;
  private long order;

  /**
   * @param reader empty where nothing is stored
   */
  Publications(
      final ModuleContext context,
      final PresenceParameters parameters,
      final Subscribers subscribers,
      final PackageCode code,
      final WriteBack writeBack,
      final ExpiryTimers<Publication> expiry,
      final Spheres spheres,
      final Authorization authorization,
      final Departures departures,
      final Optional<TableReader> reader,
      final Recovery recovery) {
    this.context = context;
    this.parameters = parameters;
    this.subscribers = subscribers;
    this.states = new States(code);
    this.writeBack = writeBack;
    this.expiry = expiry;
    this.spheres = spheres;
    this.authorization = authorization;
    this.departures = departures;
    this.recovery = recovery;
    this.tags = new TagSource(context.facts());
    this.rows =
        reader
            .filter(r -> parameters.publCache().stored())
            .map(r -> new DocumentTable(context, r, this, code, DocumentOrder.of(parameters)));
  }

  /** Reads rows again; empty where documents are in memory only. */
  Optional<DocumentTable> rows() {
    return rows;
  }

  /** As {@link #rows}, where the table is the truth: every decision and every body asks it. */
  Optional<DocumentTable> truth() {
    return rows.filter(r -> parameters.publCache() == PublCache.DATABASE);
  }

  /** A tag that no engine of this or an earlier Kamailio has given. */
  EntityTag newTag() {
    return tags.newTag();
  }

  /** A record id for a new document. */
  String newRuid() {
    return tags.newRuid();
  }

  /** A publication that is the newest. */
  Publication newest(final PublicationRow row, final Document document) {
    return new Publication(row, document, ++order);
  }

  /**
   * Carries out a change that holds. The presentity's running operation calls it.
   *
   * @param inline how many NOTIFYs the caller can send itself
   * @return these NOTIFYs
   */
  List<Outgoing> apply(
      final Presentity presentity, final PublicationChange change, final int inline) {
    if (truth().isPresent()) {
      final Runnable noted = recovery.changing(change);
      presentity
          .queue()
          .next(
              () -> {
                follow(presentity, change, true);
                noted.run();
              });
      return List.of();
    }
    if (!put(presentity, change)) {
      return List.of();
    }
    return tell(presentity, change, inline);
  }

  private List<Outgoing> tell(
      final Presentity presentity, final PublicationChange change, final int inline) {
    if (!presentity.ahead()) {
      return subscribers.changed(presentity, change.sender(), inline);
    }
    final Runnable noted = recovery.changing(change);
    states.announce(
        presentity,
        () -> {
          subscribers.changed(presentity, change.sender(), 0);
          noted.run();
        });
    return List.of();
  }

  /** As {@link #apply}, telling nobody; whether there would be something to tell. */
  boolean put(final Presentity presentity, final PublicationChange change) {
    recovery.document(change);
    final Optional<String> sphere = spheres.of(presentity);
    final boolean changed = presentity.apply(change);
    if (truth().isEmpty()) {
      change.gone().forEach(expiry::cancel);
      change.after().ifPresent(publication -> watch(presentity, publication));
    }
    spheres.compare(presentity, sphere, authorization);
    return changed;
  }

  /** Makes these a presentity's documents, as its rows are; nobody is told. */
  void install(final Presentity presentity, final List<Publication> found) {
    if (truth().isPresent()) {
      final Optional<String> sphere = spheres.of(presentity);
      final boolean first = !presentity.known();
      presentity.install(found);
      found.stream().filter(Publication::departed).forEach(p -> watch(presentity, p));
      if (!first) {
        spheres.compare(presentity, sphere, authorization);
      }
      return;
    }
    final long now = context.clock().epochSeconds();
    final Set<Publication> before = new LinkedHashSet<>(presentity.publications());
    final Set<Publication> after = new LinkedHashSet<>(found);
    // memory has ended these already, or never knew them: only their rows are left
    found.stream()
        .filter(p -> !before.contains(p) && parameters.expireDocuments())
        .filter(p -> p.expired(now) && !p.departed())
        .forEach(
            p -> {
              after.remove(p);
              writeBack.remove(p.row());
            });
    before.stream().filter(p -> !after.contains(p)).forEach(expiry::cancel);
    final Optional<String> sphere = spheres.of(presentity);
    presentity.install(found.stream().filter(after::contains).toList());
    after.stream().filter(p -> !before.contains(p)).forEach(p -> watch(presentity, p));
    spheres.compare(presentity, sphere, authorization);
  }

  private void watch(final Presentity presentity, final Publication publication) {
    if (publication.departed()) {
      departures.appeared(presentity.uri(), presentity.eventPackage(), publication);
    } else if (publication.row().expires() != Publication.HARD_STATE) {
      expiry.set(publication, publication.row().expires(), p -> expired(presentity, p));
    }
  }

  /**
   * Tells what a change of the table has come to. The presentity's running operation calls it.
   *
   * @param tell whether watchers are told
   */
  void follow(final Presentity presentity, final PublicationChange change, final boolean tell) {
    if (!concerns(presentity)) {
      return;
    }
    final Runnable noted = recovery.changing(change);
    presentity.queue().hold();
    truth()
        .orElseThrow()
        .read(
            presentity,
            answered -> {
              try {
                if (!answered) {
                  // what was read a moment ago and what was committed since: nobody knows more
                  put(presentity, change);
                }
                final boolean changed = presentity.takeUntold() || !answered;
                final Optional<Publication> left =
                    change.after().isPresent() ? Optional.empty() : change.before();
                left.ifPresent(presentity::showLeft);
                if (tell && (changed || left.isPresent())) {
                  tell(presentity, change, 0);
                }
              } finally {
                noted.run();
                presentity.queue().release();
              }
            });
  }

  /** Whether anybody could be told; subscriptions in the table are not known here. */
  private boolean concerns(final Presentity presentity) {
    return presentity.watched()
        || parameters.subsDbMode() == SubsDbMode.DATABASE
        || parameters.watchSpheres();
  }

  private void expired(final Presentity presentity, final Publication publication) {
    presentity.queue().enterAlways(() -> expire(presentity, publication));
  }

  private void expire(final Presentity presentity, final Publication publication) {
    if (!presentity.publications().contains(publication)) {
      return;
    }
    final PublicationChange change = departure(presentity, publication);
    if (parameters.publCache().stored()) {
      final List<Change> changes = new ArrayList<>(change.stored());
      if (!parameters.forceDelete()) {
        changes.addAll(subscribers.marks(presentity, ""));
      }
      writeBack.change(publication.row(), changes);
    }
    final boolean changed = put(presentity, change);
    if (changed && !parameters.forceDelete()) {
      tell(presentity, change, 0);
    }
  }

  /** The step by which a document goes that has expired. */
  PublicationChange departure(final Presentity presentity, final Publication publication) {
    return new PublicationChange(
        Optional.of(publication),
        parameters.forceDelete() ? Optional.empty() : departures.of(presentity, publication));
  }

  /** Takes a document away that only waited for watchers to be told that it has gone. */
  void discard(final Presentity presentity, final Publication publication) {
    if (parameters.publCache().stored()) {
      writeBack.remove(publication.row());
    }
    if (truth().isEmpty() && presentity.publications().contains(publication)) {
      put(presentity, PublicationChange.removal(publication));
      presentity.forgetWhoLeft();
    }
  }
}
