// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.b2b.InternalSubscription;
import io.kamjvm.b2b.Owner;
import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.b2b.StatusSource;
import io.kamjvm.b2b.qsa.ContentType;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import io.kamjvm.time.EngineClock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Internal subscriptions, both ways (spec pa 1.18): those to {@code presence} are served out of
 * domain {@code registrar}; and each of its presentities is watched elsewhere in the name of one
 * URI, what is heard being content like what is published. Engine thread only.
 */
final class InternalDoor implements StatusSource, Presentities.Hooks {
  private static final String MIME_TYPE = "application/pidf+xml";

  /** Added to the life of what was heard; whoever tells it renews his subscription before. */
  private static final long GRACE = 600;

  private final StatusDomain domain;
  private final PaParameters parameters;
  private final Presentities presentities;
  private final Judge judge;
  private final EngineClock clock;
  private final Map<InternalSubscription, Served> served = new LinkedHashMap<>();
  private final Map<Presentity, Heard> heard = new HashMap<>();
  private boolean open;

  private static final class Served {
    private final Presentity presentity;
    private Optional<Verdict> verdict = Optional.empty();
    private int shown;

    Served(final Presentity presentity) {
      this.presentity = presentity;
    }
  }

  private static final class Heard {
    private Optional<InternalSubscription> subscription = Optional.empty();
    private Optional<Held> held = Optional.empty();
  }

  InternalDoor(
      final StatusDomain domain,
      final PaParameters parameters,
      final Presentities presentities,
      final Judge judge,
      final EngineClock clock) {
    this.domain = domain;
    this.parameters = parameters;
    this.presentities = presentities;
    this.judge = judge;
    this.clock = clock;
  }

  /**
   * Begins.
   *
   * @throws IllegalStateException when somebody else serves {@code presence}
   */
  void open() {
    open = true;
    if (parameters.internalSubscriptions()) {
      domain.serve(PaEvent.PRESENCE.packageName(), this);
    }
  }

  // --- served here

  @Override
  public void subscribed(final InternalSubscription subscription) {
    final Optional<PresentityAddress> address =
        PresentityAddress.parse(uri(subscription.key().record()));
    if (address.isEmpty()) {
      say(subscription, Status.REJECTED, Optional.empty());
      return;
    }
    final Presentity presentity =
        presentities.obtain(presentities.domain(Pdomain.REGISTRAR).orElseThrow(), address.get());
    final Served entry = new Served(presentity);
    served.put(subscription, entry);
    final String watcher = uri(subscription.key().subscriber());
    presentity.enter(
        () ->
            judge.judge(
                presentity, watcher, verdict -> judged(subscription, entry, watcher, verdict)));
  }

  private void judged(
      final InternalSubscription subscription,
      final Served entry,
      final String watcher,
      final Verdict verdict) {
    if (!served.containsKey(subscription)) {
      return;
    }
    entry.verdict = Optional.of(verdict);
    if (verdict == Verdict.REJECTED) {
      served.remove(subscription);
      say(subscription, Status.REJECTED, Optional.empty());
    } else {
      entry.presentity.inside().put(id(subscription), new Presentity.Inside(watcher, verdict));
      tell(subscription, entry);
    }
    presentities.again(entry.presentity);
  }

  /** The URI of a name-addr, or what is one already. */
  private static String uri(final String text) {
    final int from = text.indexOf('<');
    final int to = text.indexOf('>', from);
    return from >= 0 && to > from ? text.substring(from + 1, to) : text;
  }

  private static String id(final InternalSubscription subscription) {
    return "qsa-" + subscription.id().toString().replaceAll("[^A-Za-z0-9-]", "");
  }

  @Override
  public void released(final InternalSubscription subscription) {
    Optional.ofNullable(served.remove(subscription))
        .ifPresent(
            entry -> {
              entry.presentity.inside().remove(id(subscription));
              presentities.again(entry.presentity);
            });
  }

  @Override
  public String state(final InternalSubscription subscription) {
    return Optional.ofNullable(served.get(subscription))
        .flatMap(entry -> entry.verdict)
        .map(v -> v.name().toLowerCase(Locale.ROOT))
        .orElse("waiting");
  }

  /** Tells those who watch the presentity what they have not been told yet. */
  void tell(final Presentity presentity) {
    if (presentity.inside().isEmpty()) {
      return;
    }
    served.forEach(
        (subscription, entry) -> {
          if (entry.presentity == presentity && entry.verdict.isPresent()) {
            tell(subscription, entry);
          }
        });
  }

  private void tell(final InternalSubscription subscription, final Served entry) {
    final boolean active = entry.verdict.equals(Optional.of(Verdict.ACTIVE));
    final int print =
        active
            ? Print.with(entry.presentity.print(DocumentFormat.PIDF), 0)
            : Print.with(Print.NONE, 1);
    if (print != entry.shown) {
      entry.shown = print;
      say(
          subscription,
          active ? Status.ACTIVE : Status.PENDING,
          active ? Optional.of(document(entry.presentity)) : Optional.empty());
    }
  }

  private void say(
      final InternalSubscription subscription,
      final Status status,
      final Optional<PresenceDoc> document) {
    domain.tell(
        subscription,
        status,
        document,
        ContentType.PRESENCE_INFO,
        Optional.empty(),
        OptionalLong.empty());
  }

  private static PresenceDoc document(final Presentity presentity) {
    final PresenceDocument state = presentity.state();
    return new PresenceDoc(
        "pres:" + presentity.address().key(),
        state.tuples().stream().map(InternalDoor::tuple).toList(),
        state.notes().stream().map(InternalDoor::note).toList(),
        state.extensions(),
        MIME_TYPE,
        new PresenceDoc.Original(presentity.document(DocumentFormat.PIDF).clone()));
  }

  private static PresenceDoc.Tuple tuple(final Tuple tuple) {
    return new PresenceDoc.Tuple(
        tuple.id(),
        switch (tuple.basic()) {
          case OPEN -> Optional.of(PresenceDoc.Basic.OPEN);
          case CLOSED -> Optional.of(PresenceDoc.Basic.CLOSED);
          case UNDEFINED -> Optional.empty();
        },
        tuple.contact(),
        OptionalDouble.of(tuple.priority() / 100.0),
        tuple.notes().stream().map(InternalDoor::note).toList(),
        tuple.extensions());
  }

  private static PresenceDoc.Note note(final Note note) {
    return new PresenceDoc.Note(Optional.of(note.lang()).filter(l -> !l.isEmpty()), note.text());
  }

  // --- heard from elsewhere

  @Override
  public void made(final Presentity presentity) {
    if (parameters.subscribesAs().isEmpty()
        || !open
        || !presentity.domain().name().equals(Pdomain.REGISTRAR)) {
      return;
    }
    final Heard entry = new Heard();
    heard.put(presentity, entry);
    entry.subscription =
        domain.subscribe(
            SubKey.presence(presentity.address().uri(), parameters.subscribesAs().get()),
            SubOptions.NONE,
            Owner.QSA,
            message -> heard(presentity, entry, message));
  }

  @Override
  public void dropped(final Presentity presentity) {
    Optional.ofNullable(heard.remove(presentity))
        .flatMap(entry -> entry.subscription)
        .ifPresent(domain::unsubscribe);
  }

  private void heard(final Presentity presentity, final Heard entry, final StatusMessage message) {
    final boolean over =
        message.status() == Status.TERMINATED || message.status() == Status.REJECTED;
    if (over) {
      entry.held.ifPresent(presentity.publications()::remove);
      entry.held = Optional.empty();
    } else if (message.status() == Status.ACTIVE) {
      final Content content =
          message
              .doc()
              .map(d -> content(presentity, d))
              .orElseGet(() -> entry.held.map(h -> h.publication().content()).orElse(Content.NONE));
      final Publication publication =
          new Publication(
              "inside",
              "inside:" + message.id(),
              clock.epochSeconds() + parameters.defaultExpires() + GRACE,
              content);
      if (entry.held.isEmpty() || !presentity.publications().contains(entry.held.get())) {
        final Held held = new Held(publication, Map.of()).heardInside();
        entry.held = Optional.of(held);
        presentity.publications().add(held);
      } else {
        entry.held.get().publication(publication);
      }
      presentities.wakeBy(presentity, publication.expires());
    }
    presentities.changed(presentity);
  }

  private static Content content(final Presentity presentity, final PresenceDoc document) {
    final List<Tuple> tuples =
        document.tuples().stream()
            .map(
                t ->
                    new Tuple(
                        Presentities.tupleId("inside:" + presentity.id() + ":" + t.id()),
                        t.id(),
                        t.basic()
                            .map(b -> b == PresenceDoc.Basic.OPEN ? Basic.OPEN : Basic.CLOSED)
                            .orElse(Basic.UNDEFINED),
                        t.contact(),
                        (int) Math.round(100 * Math.min(1, Math.max(0, t.priority().orElse(0.5)))),
                        t.notes().stream().map(InternalDoor::note).toList(),
                        List.of(),
                        t.extensions()))
            .toList();
    return new Content(
        tuples, document.notes().stream().map(InternalDoor::note).toList(), document.extensions());
  }

  private static Note note(final PresenceDoc.Note note) {
    return new Note(note.text(), note.language().orElse(""));
  }
}
