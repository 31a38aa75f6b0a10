// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody who is watched or has published something: the state out of all sources, and the
 * watchers. Engine thread only.
 *
 * <p>At most one change of it waits for the database; what comes meanwhile waits in its queue.
 */
final class Presentity {
  private static final int MOST_WAITING = 64;

  private final Pdomain domain;
  private final PresentityAddress address;
  private final boolean showPriority;
  private final List<Held> publications = new ArrayList<>();
  private final Map<String, SourceTuple> sources = new LinkedHashMap<>();
  private final Map<String, RecoveryLog.Entry> injectedNotes = new HashMap<>();
  private final Map<String, Watcher> watchers = new LinkedHashMap<>();
  private final Map<DocumentFormat, byte[]> documents = new EnumMap<>(DocumentFormat.class);
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private Optional<ContactSource.Interest> interest = Optional.empty();
  private Optional<Timers.Timer> wake = Optional.empty();
  private long wakeAt = Long.MAX_VALUE;
  private boolean busy;
  private boolean refused;
  private boolean stored;
  private boolean watched;
  private final Map<String, Inside> inside = new LinkedHashMap<>();

  Presentity(final Pdomain domain, final PresentityAddress address, final boolean showPriority) {
    this.domain = domain;
    this.address = address;
    this.showPriority = showPriority;
  }

  Pdomain domain() {
    return domain;
  }

  PresentityAddress address() {
    return address;
  }

  /** Its key in the tables. */
  String id() {
    return domain.name() + ":" + address.key();
  }

  // --- operations, one after the other

  /**
   * Runs the operation when those before it are done, now or later.
   *
   * @return false when too many wait
   */
  boolean enter(final Runnable operation) {
    if (!busy) {
      operation.run();
      return true;
    }
    if (waiting.size() >= MOST_WAITING) {
      return false;
    }
    waiting.add(operation);
    return true;
  }

  /** What comes from now on waits. */
  void begin() {
    busy = true;
  }

  /** What waits goes on. */
  void end() {
    busy = false;
    while (!busy && !waiting.isEmpty()) {
      waiting.poll().run();
    }
  }

  /** Whether a change is under way that may still fail. */
  boolean busy() {
    return busy;
  }

  // --- state

  /** The publications, in the order in which they came. */
  List<Held> publications() {
    return publications;
  }

  Optional<Held> publication(final String etag) {
    return publications.stream()
        .filter(h -> !h.inside() && h.publication().etag().equals(etag))
        .findFirst();
  }

  /** Tuples that nobody has published, by what tells them apart in their source. */
  Map<String, SourceTuple> sources() {
    return sources;
  }

  /** Where an injected tuple is noted. */
  Optional<RecoveryLog.Entry> injectedNote(final String key) {
    return Optional.ofNullable(injectedNotes.get(key));
  }

  void injectedNote(final String key, final RecoveryLog.Entry entry) {
    injectedNotes.put(key, entry);
  }

  /** An injected tuple is gone. */
  void forgetInjected(final String key) {
    Optional.ofNullable(injectedNotes.remove(key)).ifPresent(RecoveryLog.Entry::remove);
  }

  /** Whether nobody may watch it, because its source has said so. */
  boolean refused() {
    return refused;
  }

  void refused(final boolean now) {
    refused = now;
  }

  /** Something of the state is other than it was. */
  void touched() {
    documents.clear();
  }

  /** The state in this format, as all who see it share it. */
  byte[] document(final DocumentFormat format) {
    return documents.computeIfAbsent(format, f -> state().bytes(f));
  }

  /** The state out of all sources. */
  PresenceDocument state() {
    final List<Tuple> tuples = new ArrayList<>();
    final List<Note> notes = new ArrayList<>();
    final List<String> extensions = new ArrayList<>();
    for (final SourceTuple source : sources.values()) {
      tuples.add(source.tuple());
      source.activity().ifPresent(a -> extensions.add(Injection.person(a)));
    }
    for (final Held held : publications) {
      tuples.addAll(held.publication().content().tuples());
      notes.addAll(held.publication().content().notes());
      extensions.addAll(held.publication().content().extensions());
    }
    return new PresenceDocument(address.uri(), tuples, notes, extensions, showPriority);
  }

  /** A number that differs, with near certainty, when the document does. */
  int print(final DocumentFormat format) {
    return Print.of(document(format));
  }

  /** Whether somebody is there. */
  boolean online() {
    return sources.values().stream().anyMatch(SourceTuple::open)
        || publications.stream()
            .flatMap(h -> h.publication().content().tuples().stream())
            .anyMatch(t -> t.basic() == Basic.OPEN);
  }

  // --- watchers

  Collection<Watcher> watchers() {
    return watchers.values();
  }

  /** Those of one package. */
  List<Watcher> watchers(final PaEvent event) {
    return watchers.values().stream().filter(w -> w.event() == event).toList();
  }

  void add(final Watcher watcher) {
    watchers.put(watcher.id(), watcher);
  }

  void remove(final Watcher watcher) {
    watchers.remove(watcher.id());
  }

  /**
   * Somebody inside of this process who watches.
   *
   * @param uri in whose name
   */
  record Inside(String uri, Verdict verdict) {}

  /** Those inside of this process who watch, by their ids. */
  Map<String, Inside> inside() {
    return inside;
  }

  /** Whether the source has been told that somebody watches. */
  boolean watched() {
    return watched;
  }

  void watched(final boolean now) {
    watched = now;
  }

  /** Whether nothing is left of it but what its source can tell again. */
  boolean empty() {
    return watchers.isEmpty()
        && publications.stream().allMatch(Held::inside)
        && inside.isEmpty()
        && interest.map(i -> true).orElse(sources.isEmpty())
        && !busy
        && waiting.isEmpty();
  }

  // --- surroundings

  Optional<ContactSource.Interest> interest() {
    return interest;
  }

  void interest(final Optional<ContactSource.Interest> in) {
    interest = in;
  }

  /** Whether the tables have its row. */
  boolean stored() {
    return stored;
  }

  void stored(final boolean now) {
    stored = now;
  }

  /** When somebody will look at it again, epoch seconds. */
  long wakeAt() {
    return wakeAt;
  }

  void wake(final long at, final Timers.Timer timer) {
    wake.ifPresent(Timers.Timer::cancel);
    wakeAt = at;
    wake = Optional.of(timer);
  }

  void sleep() {
    wake.ifPresent(Timers.Timer::cancel);
    wake = Optional.empty();
    wakeAt = Long.MAX_VALUE;
  }
}
