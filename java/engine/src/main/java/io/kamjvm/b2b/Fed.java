// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.LocalPresence.Outcome;
import io.kamjvm.b2b.LocalPresence.Publication;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.Timers;
import java.util.Optional;
import java.util.OptionalLong;
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
  private static final int GLOBAL_FAILURE = 600;

  /** Of what an earlier engine has published nobody knows how long it is good. */
  private static final long LEFT_MILLIS = 3_600_000;

  /** What was granted for less than was wanted is prolonged so long before its end, or half. */
  private static final long AHEAD = 30;

  /** What is wanted. */
  sealed interface Wanted {
    /** This is shown. */
    record Document(byte[] bytes) implements Wanted {}

    /** What is shown is shown longer. */
    record Longer() implements Wanted {}

    /** What is shown stays as long as was wanted, though less was granted. */
    record Kept() implements Wanted {}

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
  private long goodUntil;
  private Timers.Timer keeping = () -> {};

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
    goodUntil = context.clock().monotonicMillis() + LEFT_MILLIS;
  }

  void want(final Wanted next) {
    if (next instanceof Wanted.Document || next instanceof Wanted.Longer) {
      goodUntil = context.clock().monotonicMillis() + 1_000 * lifetime.getAsLong();
    }
    final boolean prolongs = next instanceof Wanted.Longer || next instanceof Wanted.Kept;
    final boolean moreWaits = wanted.filter(w -> !(w instanceof Wanted.Kept)).isPresent();
    if (!(prolongs && moreWaits)) {
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
    } else if (etag.isPresent() && left() > 0) {
      ask(now, new Publication(presentity, etag, expires(), Optional.empty()));
    }
  }

  private long expires() {
    return Math.max(1, Math.max(leastExpires, left()));
  }

  /** Seconds for which it is to be shown. */
  private long left() {
    return (goodUntil - context.clock().monotonicMillis()) / 1_000;
  }

  private void ask(final Wanted now, final Publication publication) {
    busy = true;
    keeping.cancel();
    presence.publish(publication, outcome -> answered(now, publication.expires(), outcome));
  }

  private void answered(final Wanted then, final long asked, final Outcome outcome) {
    busy = false;
    if (outcome.code() < 300) {
      published(then, asked, outcome);
    } else if (outcome.code() == CONDITION_FAILED && etag.isPresent()) {
      // it has run out there, so it is published anew
      etag = Optional.empty();
      again(
          then instanceof Wanted.Longer || then instanceof Wanted.Kept
              ? shown.<Wanted>map(Wanted.Document::new)
              : Optional.of(then));
    } else if (outcome.code() == TOO_BRIEF && outcome.leastExpires().orElse(0) > leastExpires) {
      leastExpires = outcome.leastExpires().getAsLong();
      again(Optional.of(then));
    } else if (outcome.code() >= SERVER_FAILURE && outcome.code() < GLOBAL_FAILURE) {
      failed(then);
    } else {
      LOG.warn("{} can not be fed: {}", presentity, outcome.code());
      go();
    }
  }

  /** Nobody has refused it, so it is tried until nothing can be left of it. */
  private void failed(final Wanted then) {
    if (then instanceof Wanted.Nothing && wanted.isEmpty() && left() <= 0) {
      etag = Optional.empty();
      forget();
      return;
    }
    context.timers().schedule(presence.againMillis(), () -> again(Optional.of(then)));
  }

  private void published(final Wanted then, final long asked, final Outcome outcome) {
    if (then instanceof Wanted.Nothing) {
      etag = Optional.empty();
      if (wanted.filter(w -> w instanceof Wanted.Document).isEmpty()) {
        forget();
        return;
      }
    } else {
      etag = outcome.etag();
      note = notes.note(note, presentity, owner, etag);
      keep(asked, outcome.granted());
    }
    go();
  }

  private void keep(final long asked, final OptionalLong granted) {
    if (granted.isEmpty() || granted.getAsLong() >= asked) {
      return;
    }
    final long seconds =
        Math.max(1, Math.max(granted.getAsLong() / 2, granted.getAsLong() - AHEAD));
    keeping = context.timers().schedule(1_000 * seconds, () -> want(new Wanted.Kept()));
  }

  /** What could not be done is wanted still, unless something else is by now, or it is over. */
  private void again(final Optional<Wanted> then) {
    if (wanted.isEmpty()) {
      wanted = then.filter(w -> w instanceof Wanted.Nothing || left() > 0);
    }
    go();
  }

  private void forget() {
    keeping.cancel();
    notes.forget(note);
    note = Optional.empty();
    gone.run();
  }
}
