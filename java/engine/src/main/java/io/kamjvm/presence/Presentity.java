// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
  private final boolean ahead;
  private final DocumentPolicy policy;
  private final SharedText text;
  private final EntityQueue queue;
  private final RulesCell rules = new RulesCell();
  private final List<Publication> publications = new ArrayList<>(1);
  private final Set<Subscription> subscriptions = new LinkedHashSet<>(2);
  private int pins;
  private int lastOwed;
  private boolean known;
  private boolean untold;
  private boolean inWaves;
  private String user = "";
  private long currentFrom;
  private long currentUntil;
  private Optional<Optional<byte[]>> current = Optional.empty();
  private Optional<Publication> left = Optional.empty();
  private Optional<Optional<byte[]>> farewell = Optional.empty();
  private Optional<byte[]> forPublisher = Optional.empty();
  private boolean failed;

  /**
   * @param ahead whether its package must not be called on the engine thread: then its state is not
   *     made when it is read but before, by {@link States}
   */
  Presentity(
      final PresentityKey key,
      final String uri,
      final EventPackage eventPackage,
      final boolean ahead,
      final DocumentPolicy policy,
      final SharedText text,
      final Consumer<Presentity> idled) {
    this.key = key;
    this.uri = uri;
    this.eventPackage = eventPackage;
    this.ahead = ahead;
    this.policy = policy;
    this.text = text;
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

  /** An equal row that shares its text with others. */
  SubscriptionRow sharing(final SubscriptionRow row) {
    return text.share(row, this);
  }

  /** The same name, as the first subscription had it. */
  String sharedUser(final String name) {
    if (!user.equals(name)) {
      user = name;
    }
    return user;
  }

  /** Operations on the documents. */
  EntityQueue queue() {
    return queue;
  }

  /** Who watches it; subscriptions that ended are not among them. */
  Set<Subscription> subscriptions() {
    return subscriptions;
  }

  /** Whether its watchers are many and hear of changes in waves, one of which was not long ago. */
  boolean inWaves() {
    return inWaves;
  }

  void inWaves(final boolean yes) {
    inWaves = yes;
  }

  /** The documents, base last; those too that have expired and were not collected yet. */
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

  /** Whether its state is made by {@link States}. */
  boolean ahead() {
    return ahead;
  }

  /** Whether the state can be read. */
  boolean stateKnown() {
    return !ahead || current.isPresent() && inItsTime() && (left.isEmpty() || farewell.isPresent());
  }

  /** Whether the state that was made is that of now; a clock may be set back. */
  private boolean inItsTime() {
    final long now = policy.now();
    return now >= currentFrom && now < currentUntil;
  }

  private void madeNow() {
    currentFrom = policy.now();
    currentUntil = policy.nextExpiry(policy.shown(publications));
  }

  /** What the package is to be asked. */
  StateQuestion question() {
    final List<Publication> shown = policy.shown(publications);
    return new StateQuestion(
        eventPackage, uri, documents(shown), left.map(gone -> leaving(shown, gone)));
  }

  private StateQuestion.Leaving leaving(final List<Publication> shown, final Publication gone) {
    final List<Publication> with = new ArrayList<>(shown);
    final int place = policy.place(with, gone);
    with.add(place, gone);
    return new StateQuestion.Leaving(documents(with), place);
  }

  private static List<Document> documents(final List<Publication> of) {
    return of.stream().map(Publication::document).toList();
  }

  /** The package has answered. */
  void know(final StateQuestion.Answer answer) {
    madeNow();
    current = Optional.of(answer.current());
    farewell = answer.announced();
    forPublisher = answer.forPublisher();
    failed = false;
  }

  /** The package has failed to answer: there is no state to show, until {@link #retryState}. */
  void stateFailed() {
    currentFrom = Long.MIN_VALUE;
    currentUntil = Long.MAX_VALUE;
    current = Optional.of(Optional.empty());
    farewell = Optional.of(Optional.empty());
    forPublisher = Optional.empty();
    failed = true;
  }

  /** Whether the package has failed to make the state. */
  boolean failed() {
    return failed;
  }

  /** Who asks again for what a package has failed to answer has it asked again. */
  void retryState() {
    if (failed) {
      current = Optional.empty();
      failed = false;
    }
  }

  boolean unused() {
    return pins == 0
        && lastOwed == 0
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

  /** A subscription has ended, and its watcher is still to be told the last state. */
  void owesLast() {
    lastOwed++;
  }

  /** Such a watcher has been told. */
  void toldLast() {
    lastOwed--;
  }

  /** Whether anybody watches it or is still to be told the last state. */
  boolean watched() {
    return lastOwed > 0 || !subscriptions.isEmpty();
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

  /** The last change was that this document has left, and watchers are to be shown that. */
  boolean showsWhoLeft() {
    return left.isPresent();
  }

  /** Nobody is to be shown any more that something has left. */
  void forgetWhoLeft() {
    left = Optional.empty();
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
    return documents(publications);
  }

  private void insert(final Publication publication) {
    publications.add(policy.place(publications, publication), publication);
  }

  /** What a new watcher is told. */
  Optional<byte[]> current() {
    if (ahead) {
      return current.orElse(Optional.empty());
    }
    if (current.isEmpty() || !inItsTime()) {
      madeNow();
      current = Optional.of(question().current());
    }
    return current.get();
  }

  /** What the last change is told as: the current state, or the one that shows who has left. */
  Optional<byte[]> announced() {
    if (left.isEmpty()) {
      return current();
    }
    if (farewell.isEmpty() && !ahead) {
      farewell = question().announced();
    }
    return farewell.orElseGet(this::current);
  }

  /**
   * What somebody is told who asks.
   *
   * @param contact who asks: a package may have something else to say to the publisher himself
   */
  Optional<byte[]> shownTo(final String contact) {
    if (!publishedBy(contact)) {
      return current();
    }
    return (ahead ? forPublisher : eventPackage.stateForPublisher(uri)).or(this::current);
  }

  private boolean publishedBy(final String contact) {
    final List<Publication> shown = policy.shown(publications);
    final String sender = shown.isEmpty() ? "" : shown.get(shown.size() - 1).row().sender();
    return !sender.isEmpty() && policy.sameUri(sender, contact);
  }
}
