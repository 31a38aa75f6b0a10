// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One resource as one event package sees it: its documents in the order in which they are merged
 * (the last is the base), who watches it, and its state, made when somebody needs it and shared by
 * all watchers until a document changes. Where the table is the truth the documents are a working
 * copy, good for the operation that has just read it. Engine thread only.
 */
final class Presentity {
  private final PresentityKey key;
  private final String uri;
  private final EventPackage eventPackage;
  private final DocumentPolicy policy;
  private final EntityQueue queue;
  private final List<Publication> publications = new ArrayList<>(1);
  private final Set<Subscription> subscriptions = new LinkedHashSet<>(2);
  private int pins;
  private boolean known;
  private boolean untold;
  private long currentUntil;
  private Optional<Optional<byte[]>> current = Optional.empty();
  private Optional<Publication> left = Optional.empty();
  private Optional<Optional<byte[]>> farewell = Optional.empty();

  Presentity(
      final PresentityKey key,
      final String uri,
      final EventPackage eventPackage,
      final DocumentPolicy policy,
      final Consumer<Presentity> idled) {
    this.key = key;
    this.uri = uri;
    this.eventPackage = eventPackage;
    this.policy = policy;
    this.known = policy.remembered();
    this.queue = new EntityQueue(() -> idled.accept(this));
  }

  PresentityKey key() {
    return key;
  }

  String uri() {
    return uri;
  }

  EventPackage eventPackage() {
    return eventPackage;
  }

  /** Operations on the documents. */
  EntityQueue queue() {
    return queue;
  }

  /** Who watches it; subscriptions that ended are not among them. */
  Set<Subscription> subscriptions() {
    return subscriptions;
  }

  /** The documents, base last; those too that have expired and were not collected yet. */
  List<Publication> publications() {
    return publications;
  }

  Optional<Publication> publication(final String etag) {
    return publications.stream().filter(p -> p.etag().equals(etag)).findFirst();
  }

  boolean unused() {
    return pins == 0
        && (publications.isEmpty() || !policy.remembered())
        && subscriptions.isEmpty()
        && queue.idle();
  }

  /** Keeps it known while a subscription to it is being decided. */
  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
  }

  /**
   * Carries a change out.
   *
   * @return whether the state that watchers see may have changed: a refresh that leaves its
   *     document and the order of the documents alone changes nothing
   */
  boolean apply(final PublicationChange change) {
    final List<Document> before = documents();
    change.gone().forEach(publications::remove);
    change.after().ifPresent(this::insert);
    left = change.after().isPresent() ? Optional.empty() : change.before();
    farewell = Optional.empty();
    if (left.isEmpty() && same(before, documents())) {
      return false;
    }
    current = Optional.empty();
    return true;
  }

  /** Whether its documents have ever been looked at. */
  boolean known() {
    return known;
  }

  /**
   * Makes these the documents, as the table has them.
   *
   * @param now in the order of the table
   * @return whether the state that watchers see may have changed
   */
  boolean install(final List<Publication> now) {
    final List<Document> before = documents();
    publications.clear();
    now.forEach(this::insert);
    left = Optional.empty();
    farewell = Optional.empty();
    final boolean changed = known && !same(before, documents());
    if (!known || changed) {
      current = Optional.empty();
    }
    known = true;
    untold |= changed;
    return changed;
  }

  /** Takes the note that an earlier {@link #install} has found a change that nobody was told. */
  boolean takeUntold() {
    final boolean was = untold;
    untold = false;
    return was;
  }

  /** The next announcement shows that this document, no longer among the others, has left. */
  void showLeft(final Publication publication) {
    left = Optional.of(publication);
    farewell = Optional.empty();
  }

  private static boolean same(final List<Document> one, final List<Document> other) {
    if (one.size() != other.size()) {
      return false;
    }
    final Iterator<Document> others = other.iterator();
    return one.stream().allMatch(document -> document == others.next());
  }

  private List<Document> documents() {
    return publications.stream().map(Publication::document).toList();
  }

  private void insert(final Publication publication) {
    publications.add(policy.place(publications, publication), publication);
  }

  /** What a new watcher is told. */
  Optional<byte[]> current() {
    final long now = policy.now();
    if (current.isEmpty() || now >= currentUntil) {
      final List<Publication> shown = policy.shown(publications);
      currentUntil = policy.nextExpiry(shown);
      current = Optional.of(state(shown, OptionalInt.empty()));
    }
    return current.get();
  }

  /** What the last change is told as: the current state, or the one that shows who has left. */
  Optional<byte[]> announced() {
    if (left.isEmpty()) {
      return current();
    }
    if (farewell.isEmpty()) {
      final List<Publication> shown = new ArrayList<>(policy.shown(publications));
      final int place = policy.place(shown, left.get());
      shown.add(place, left.get());
      farewell = Optional.of(state(shown, OptionalInt.of(place)));
    }
    return farewell.get();
  }

  /**
   * What somebody is told who asks.
   *
   * @param contact who asks: a package may have something else to say to the publisher himself
   */
  Optional<byte[]> shownTo(final String contact) {
    return publishedBy(contact) ? eventPackage.stateForPublisher(uri).or(this::current) : current();
  }

  private boolean publishedBy(final String contact) {
    final List<Publication> shown = policy.shown(publications);
    final String sender = shown.isEmpty() ? "" : shown.get(shown.size() - 1).row().sender();
    return !sender.isEmpty() && policy.sameUri(sender, contact);
  }

  private Optional<byte[]> state(final List<Publication> shown, final OptionalInt offline) {
    final List<Document> documents = shown.stream().map(Publication::document).toList();
    final Optional<byte[]> state = eventPackage.state(uri, documents, offline);
    if (state.isPresent() && state.get().length > PresenceLimits.STATE_BYTES) {
      final int last = documents.size() - 1;
      final OptionalInt gone =
          offline.isPresent() && offline.getAsInt() == last
              ? OptionalInt.of(0)
              : OptionalInt.empty();
      return eventPackage.state(uri, List.of(documents.get(last)), gone);
    }
    return state;
  }
}
