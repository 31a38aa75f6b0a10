// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.WatcherRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one watcher has still to be told. One NOTIFY is under way per dialog; what happens meanwhile
 * is noted here, the newest state replacing what waits, unless the package wants every state
 * delivered. Engine thread only; fields are the notifier's.
 */
final class Outbox {

  /**
   * The last NOTIFY of a subscription.
   *
   * @param reason empty string if none
   * @param state whether it carries the state
   */
  record Farewell(String reason, boolean state) {}

  /** A NOTIFY has left and its result is not known. */
  boolean inFlight;

  /** Where turns are taken from the table: the next one is ours, and no NOTIFY has taken it. */
  boolean turn;

  /** The documents have changed. */
  boolean change;

  /** Of one in a crowd: the change is for this wave, not for the next. */
  boolean due;

  /** How the change was told, where the presentity does not remember that: who has left. */
  Optional<Optional<byte[]>> departure = Optional.empty();

  /** The watcher has asked. */
  boolean asked;

  /** Of a watcherinfo subscription: the whole list is due. */
  boolean fullList;

  /**
   * Of a watcherinfo subscription: the watchers that are due, and what has ended those that ended.
   */
  Map<Subscription, Optional<WatcherEvent>> watchers = Map.of();

  /** Of a watcherinfo subscription: who waits for a decision, if that has been looked up. */
  Optional<List<WatcherRow>> undecided = Optional.empty();

  /** Of a watcherinfo subscription where the table is the truth: who watches, as last read. */
  Optional<List<Subscription>> watching = Optional.empty();

  /** Seconds granted to a SUBSCRIBE that is not answered with a NOTIFY yet; -1 if none. */
  long granted = -1;

  /** How the last SUBSCRIBE came, if its NOTIFY has not left yet: that goes the same way. */
  Optional<LocalPath> path = Optional.empty();

  /** The states that a package wants delivered one by one, oldest first. */
  List<Optional<byte[]>> states = List.of();

  Optional<Farewell> farewell = Optional.empty();

  /** A farewell will follow. */
  boolean ending;

  /** An earlier send took long. */
  boolean slow;

  /** Sends that failed since the last one that did not. */
  int failures;

  /** Notes that a watcher is due; most dialogs never need the room for it. */
  void owe(final Subscription watcher, final Optional<WatcherEvent> ended) {
    if (watchers.isEmpty()) {
      watchers = new LinkedHashMap<>();
    }
    watchers.put(watcher, ended);
  }

  /** Notes a state to be delivered, behind the others or before them. */
  void deliver(final Optional<byte[]> state, final boolean first) {
    if (states.isEmpty()) {
      states = new ArrayList<>();
    }
    states.add(first ? 0 : states.size(), state);
  }

  boolean waiting() {
    return change
        || asked
        || fullList
        || farewell.isPresent()
        || !states.isEmpty()
        || !watchers.isEmpty();
  }

  /** Of one in a crowd: whether all that waits is a change for the next wave. */
  boolean later() {
    return change
        && !due
        && !asked
        && !fullList
        && farewell.isEmpty()
        && states.isEmpty()
        && watchers.isEmpty();
  }

  /** Of a watcherinfo subscription: whether its next document lists everybody. */
  boolean wholeList() {
    return asked || change || fullList || farewell.map(Farewell::state).orElse(false);
  }

  /**
   * Whether the presentity's state is needed for what is next.
   *
   * @param shown whether the watcher may see anything
   */
  boolean stateDue(final boolean shown) {
    if (!states.isEmpty() && !asked) {
      return false;
    }
    return farewell.map(Farewell::state).orElse(shown);
  }

  void clearState() {
    undecided = Optional.empty();
    change = false;
    due = false;
    departure = Optional.empty();
    asked = false;
    fullList = false;
    watchers = Map.of();
    watching = Optional.empty();
    granted = -1;
    path = Optional.empty();
  }
}
