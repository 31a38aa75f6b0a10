// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One resource as one event package sees it: its documents in the order in which they are merged
 * (the last is the base), who watches it, and its state, made when somebody needs it and shared by
 * all watchers until a document changes. Engine thread only.
 */
final class Presentity {
  private final PresentityKey key;
  private final String uri;
  private final EventPackage eventPackage;
  private final Comparator<Publication> order;
  private final EntityQueue queue;
  private final List<Publication> publications = new ArrayList<>(1);
  private final Set<Subscription> subscriptions = new LinkedHashSet<>(2);
  private final boolean watchedElsewhere;
  private int pins;
  private Optional<Optional<byte[]>> current = Optional.empty();
  private Optional<Optional<byte[]>> announced = Optional.empty();

  /**
   * @param watchedElsewhere whether there may be watchers that are not among the subscriptions
   */
  Presentity(
      final PresentityKey key,
      final String uri,
      final EventPackage eventPackage,
      final Comparator<Publication> order,
      final boolean watchedElsewhere,
      final Consumer<Presentity> idled) {
    this.key = key;
    this.uri = uri;
    this.eventPackage = eventPackage;
    this.order = order;
    this.watchedElsewhere = watchedElsewhere;
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

  List<Publication> publications() {
    return publications;
  }

  Optional<Publication> publication(final String etag) {
    return publications.stream().filter(p -> p.etag().equals(etag)).findFirst();
  }

  boolean unused() {
    return pins == 0 && publications.isEmpty() && subscriptions.isEmpty() && queue.idle();
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
    final int index = change.before().map(publications::indexOf).orElse(-1);
    final boolean sameDocument =
        change.before().isPresent()
            && change.after().isPresent()
            && change.before().get().document() == change.after().get().document();
    if (change.after().isEmpty() && index >= 0) {
      final Publication last = publications.get(index);
      final Optional<byte[]> farewell =
          watchedElsewhere || !subscriptions.isEmpty()
              ? state(OptionalInt.of(index))
              : Optional.empty();
      publications.remove(last);
      current = Optional.empty();
      announced = Optional.of(farewell);
      return true;
    }
    if (index >= 0) {
      publications.remove(index);
    }
    final int place = change.after().map(this::insert).orElse(-1);
    if (sameDocument && place == index) {
      return false;
    }
    current = Optional.empty();
    announced = Optional.empty();
    return true;
  }

  private int insert(final Publication publication) {
    int place = publications.size();
    while (place > 0 && order.compare(publications.get(place - 1), publication) > 0) {
      place--;
    }
    publications.add(place, publication);
    return place;
  }

  /** What a new watcher is told. */
  Optional<byte[]> current() {
    if (current.isEmpty()) {
      current = Optional.of(state(OptionalInt.empty()));
    }
    return current.get();
  }

  /** What the last change is told as: the current state, or the one that shows who has left. */
  Optional<byte[]> announced() {
    return announced.orElseGet(this::current);
  }

  private Optional<byte[]> state(final OptionalInt offline) {
    final List<Document> documents = publications.stream().map(Publication::document).toList();
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
