// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.sip.EntityTag;
import io.kamjvm.storage.PublicationRow;
import java.util.List;
import java.util.Optional;

/** Carries changes of documents out: in memory, in time, towards watchers. Engine thread only. */
final class Publications {
  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final Subscribers subscribers;
  private final WriteBack writeBack;
  private final ExpiryTimers expiry;
  private final Recovery recovery;
  private long counter;
  private long order;

  Publications(
      final ModuleContext context,
      final PresenceParameters parameters,
      final Subscribers subscribers,
      final WriteBack writeBack,
      final ExpiryTimers expiry,
      final Recovery recovery) {
    this.context = context;
    this.parameters = parameters;
    this.subscribers = subscribers;
    this.writeBack = writeBack;
    this.expiry = expiry;
    this.recovery = recovery;
  }

  /** A tag that no engine of this or an earlier Kamailio has given. */
  EntityTag newTag() {
    return EntityTag.first(context.facts().startTime(), context.facts().epoch(), ++counter);
  }

  /** A record id for a new document. */
  String newRuid() {
    return "pres-"
        + Long.toHexString(context.facts().startTime())
        + "-"
        + Integer.toHexString(context.facts().epoch())
        + "-"
        + Long.toHexString(counter);
  }

  /** A publication that is the newest. */
  Publication newest(final PublicationRow row, final Document document) {
    return new Publication(row, document, ++order);
  }

  /**
   * Carries out a change that holds.
   *
   * @param inline how many NOTIFYs the caller can send itself
   * @return these NOTIFYs
   */
  List<Outgoing> apply(
      final Presentity presentity, final PublicationChange change, final int inline) {
    if (!put(presentity, change)) {
      return List.of();
    }
    return subscribers.changed(presentity, change.sender(), inline);
  }

  /** As {@link #apply}, telling nobody; whether there would be something to tell. */
  boolean put(final Presentity presentity, final PublicationChange change) {
    recovery.document(change);
    change.before().ifPresent(expiry::cancel);
    final Optional<Publication> after = change.after();
    if (after.isPresent() && after.get().row().expires() != Publication.HARD_STATE) {
      final Publication publication = after.get();
      expiry.set(publication, publication.row().expires(), () -> expired(presentity, publication));
    }
    return presentity.apply(change);
  }

  private void expired(final Presentity presentity, final Publication publication) {
    presentity.queue().enterAlways(() -> expire(presentity, publication));
  }

  private void expire(final Presentity presentity, final Publication publication) {
    if (!presentity.publications().contains(publication)) {
      return;
    }
    final PublicationChange change =
        new PublicationChange(Optional.of(publication), Optional.empty());
    if (parameters.publCache().stored()) {
      writeBack.remove(publication.row());
    }
    final boolean changed = put(presentity, change);
    if (changed && !parameters.forceDelete()) {
      subscribers.changed(presentity, "", 0);
    }
  }
}
