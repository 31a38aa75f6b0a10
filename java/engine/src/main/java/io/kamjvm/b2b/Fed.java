// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.LocalPresence.Outcome;
import io.kamjvm.b2b.LocalPresence.Publication;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.RecoveryLog;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One publication in the presence server beside us: at most one request at a time, and then what is
 * wanted by now. Engine thread only.
 */
final class Fed {
  private static final Logger LOG = LoggerFactory.getLogger(Fed.class);
  private static final int CONDITION_FAILED = 412;
  private static final int TOO_BRIEF = 423;
  private static final int SERVER_FAILURE = 500;
  private static final long AGAIN_MILLIS = 2_000;

  /** What is wanted. */
  sealed interface Wanted {
    /** This is shown. */
    record Document(byte[] bytes) implements Wanted {}

    /** What is shown is shown longer. */
    record Longer() implements Wanted {}

    /** Nothing is shown. */
    record Nothing() implements Wanted {}
  }

  private final ModuleContext context;
  private final LocalPresence presence;
  private final FedNotes notes;
  private final String presentity;
  private final SubId owner;
  private final LongSupplier lifetime;
  private final Runnable gone;
  private Optional<Wanted> wanted = Optional.empty();
  private Optional<byte[]> shown = Optional.empty();
  private Optional<String> etag = Optional.empty();
  private Optional<RecoveryLog.Entry> note = Optional.empty();
  private long leastExpires;
  private boolean busy;

  /**
   * @param lifetime seconds for which a document is good now
   * @param gone run when nothing is shown any more
   */
  Fed(
      final ModuleContext context,
      final LocalPresence presence,
      final FedNotes notes,
      final String presentity,
      final SubId owner,
      final LongSupplier lifetime,
      final Runnable gone) {
    this.context = context;
    this.presence = presence;
    this.notes = notes;
    this.presentity = presentity;
    this.owner = owner;
    this.lifetime = lifetime;
    this.gone = gone;
  }

  SubId owner() {
    return owner;
  }

  void resume(final FedNotes.Left left) {
    etag = Optional.of(left.etag());
    note = Optional.of(left.entry());
  }

  void want(final Wanted next) {
    final boolean newerDocumentWaits =
        next instanceof Wanted.Longer
            && wanted.filter(w -> w instanceof Wanted.Document).isPresent();
    final boolean over = wanted.filter(w -> w instanceof Wanted.Nothing).isPresent();
    if (!newerDocumentWaits && !(over && next instanceof Wanted.Longer)) {
      wanted = Optional.of(next);
    }
    go();
  }

  private void go() {
    if (busy || wanted.isEmpty()) {
      return;
    }
    final Wanted now = wanted.get();
    wanted = Optional.empty();
    if (now instanceof Wanted.Nothing && etag.isEmpty()) {
      forget();
    } else if (now instanceof Wanted.Document document) {
      shown = Optional.of(document.bytes());
      ask(now, new Publication(presentity, etag, expires(), shown));
    } else if (now instanceof Wanted.Nothing) {
      ask(now, new Publication(presentity, etag, 0, Optional.empty()));
    } else if (etag.isPresent()) {
      ask(now, new Publication(presentity, etag, expires(), Optional.empty()));
    }
  }

  private long expires() {
    return Math.max(1, Math.max(leastExpires, lifetime.getAsLong()));
  }

  private void ask(final Wanted now, final Publication publication) {
    busy = true;
    presence.publish(publication, outcome -> answered(now, outcome));
  }

  private void answered(final Wanted then, final Outcome outcome) {
    busy = false;
    if (outcome.code() < 300) {
      published(then, outcome);
    } else if (outcome.code() == CONDITION_FAILED && etag.isPresent()) {
      // it has run out there, so it is published anew
      etag = Optional.empty();
      again(
          then instanceof Wanted.Longer
              ? shown.<Wanted>map(Wanted.Document::new)
              : Optional.of(then));
    } else if (outcome.code() == TOO_BRIEF && outcome.leastExpires().orElse(0) > leastExpires) {
      leastExpires = outcome.leastExpires().getAsLong();
      again(Optional.of(then));
    } else if (outcome.code() >= SERVER_FAILURE) {
      context.timers().schedule(AGAIN_MILLIS, () -> again(Optional.of(then)));
    } else {
      LOG.warn("{} can not be fed: {}", presentity, outcome.code());
      go();
    }
  }

  private void published(final Wanted then, final Outcome outcome) {
    if (then instanceof Wanted.Nothing) {
      etag = Optional.empty();
      if (wanted.filter(w -> w instanceof Wanted.Document).isEmpty()) {
        forget();
        return;
      }
    } else {
      etag = outcome.etag();
      note = notes.note(note, presentity, owner, etag);
    }
    go();
  }

  /** What could not be done is wanted still, unless something else is by now. */
  private void again(final Optional<Wanted> then) {
    if (wanted.isEmpty()) {
      wanted = then;
    }
    go();
  }

  private void forget() {
    notes.forget(note);
    note = Optional.empty();
    gone.run();
  }
}
