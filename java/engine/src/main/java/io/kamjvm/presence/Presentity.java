// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
  private final RulesCell rules = new RulesCell();
  private final List<Publication> publications = new ArrayList<>(1);
  private final Set<Subscription> subscriptions = new LinkedHashSet<>(2);
  private int pins;
  private Optional<Optional<byte[]>> current = Optional.empty();
  private Optional<Optional<byte[]>> announced = Optional.empty();
  private boolean ahead;
  private boolean failed;
  private Optional<StateQuestion.Leaving> leaving = Optional.empty();

  Presentity(
      final PresentityKey key,
      final String uri,
      final EventPackage eventPackage,
      final Comparator<Publication> order,
      final Consumer<Presentity> idled) {
    this.key = key;
    this.uri = uri;
    this.eventPackage = eventPackage;
    this.order = order;
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

  /** The rules about who may watch it. */
  RulesCell rules() {
    return rules;
  }

  /**
   * From now on its state is not made when it is read but before: by whoever has changed a document,
   * with {@link #question} and {@link #know}. Until then readers see the state before the change.
   */
  void makeStateAhead() {
    ahead = true;
  }

  /** Whether the state can be read. */
  boolean stateKnown() {
    return !ahead || current.isPresent();
  }

  /** What the package is to be asked now. */
  StateQuestion question() {
    return new StateQuestion(eventPackage, uri, documents(), leaving);
  }

  /** The package has answered. */
  void know(final StateQuestion.Answer answer) {
    current = Optional.of(answer.current());
    announced = answer.announced();
    leaving = Optional.empty();
    failed = false;
  }

  /** The package has failed to answer: there is no state to show, until {@link #retryState}. */
  void stateFailed() {
    forgetState();
    current = Optional.of(Optional.empty());
    failed = true;
  }

  /** Who asks again for what a package has failed to answer has it asked again. */
  void retryState() {
    if (failed) {
      forgetState();
    }
  }

  private void forgetState() {
    current = Optional.empty();
    announced = Optional.empty();
    leaving = Optional.empty();
    failed = false;
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
      leave(index);
      return true;
    }
    if (index >= 0) {
      publications.remove(index);
    }
    final int place = change.after().map(this::insert).orElse(-1);
    if (sameDocument && place == index) {
      return false;
    }
    if (!ahead) {
      forgetState();
    }
    return true;
  }

  private void leave(final int index) {
    if (!subscriptions.isEmpty()) {
      leaving = Optional.of(new StateQuestion.Leaving(documents(), index));
    }
    if (ahead) {
      publications.remove(index);
      return;
    }
    final Optional<byte[]> farewell = question().announced().orElse(Optional.empty());
    publications.remove(index);
    forgetState();
    announced = Optional.of(farewell);
  }

  private List<Document> documents() {
    return publications.stream().map(Publication::document).toList();
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
    if (current.isEmpty() && !ahead) {
      current = Optional.of(question().current());
    }
    return current.orElse(Optional.empty());
  }

  /** What the last change is told as: the current state, or the one that shows who has left. */
  Optional<byte[]> announced() {
    return announced.orElseGet(this::current);
  }
}
