// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one watcher has still to be told. One NOTIFY is under way per dialog; what happens meanwhile
 * is noted here, the newest state replacing what waits, unless the package wants every state
 * delivered. Engine thread only; fields are the notifier's.
 */
final class Outbox {

  /** The last NOTIFY of a subscription. */
  record Farewell(String reason, Optional<byte[]> body) {}

  /** A NOTIFY has left and its result is not known. */
  boolean inFlight;

  /** The documents have changed. */
  boolean change;

  /** How the change was told, where the presentity does not remember that: who has left. */
  Optional<Optional<byte[]>> departure = Optional.empty();

  /** The watcher has asked. */
  boolean asked;

  /** Of a watcherinfo subscription: the whole list is due. */
  boolean fullList;

  /** Of a watcherinfo subscription: the watchers that are due. */
  final Set<Subscription> watchers = new LinkedHashSet<>(0);

  /** Of a watcherinfo subscription where the table is the truth: who watches, as last read. */
  Optional<List<Subscription>> watching = Optional.empty();

  /** Seconds granted to a SUBSCRIBE that is not answered with a NOTIFY yet; -1 if none. */
  long granted = -1;

  /** The states that a package wants delivered one by one, oldest first. */
  final ArrayDeque<Optional<byte[]>> states = new ArrayDeque<>(0);

  Optional<Farewell> farewell = Optional.empty();

  /** An earlier send took long. */
  boolean slow;

  /** Sends that failed since the last one that did not. */
  int failures;

  boolean waiting() {
    return change
        || asked
        || fullList
        || farewell.isPresent()
        || !states.isEmpty()
        || !watchers.isEmpty();
  }

  void clearState() {
    change = false;
    departure = Optional.empty();
    asked = false;
    fullList = false;
    watchers.clear();
    watching = Optional.empty();
    granted = -1;
  }
}
