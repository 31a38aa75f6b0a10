// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the operations on one entity, a presentity's documents or a dialog, one after another. An
 * operation that can not finish in its turn (it parses in the background, or its change is not
 * committed yet) holds the entity; the operations behind it wait, so that none of them ever reads a
 * state that might be rolled back. An operation that fails costs itself: those behind it go on.
 * Engine thread only.
 */
final class EntityQueue {
  private static final Logger LOG = LoggerFactory.getLogger(EntityQueue.class);

  private Optional<ArrayDeque<Runnable>> waiting = Optional.empty();
  private final Runnable idled;
  private boolean held;
  private boolean running;

  /**
   * @param idled called whenever nothing holds the entity and nothing waits any more
   */
  EntityQueue(final Runnable idled) {
    this.idled = idled;
  }

  /**
   * Runs the operation now or when the entity is free.
   *
   * @return false when too many wait already; the operation will not run
   */
  boolean enter(final Runnable operation) {
    if (!held && !running) {
      try {
        run(operation);
      } finally {
        drain();
      }
      return true;
    }
    if (waiting().size() >= PresenceLimits.WAITING_OPERATIONS) {
      return false;
    }
    waiting().add(operation);
    return true;
  }

  /** As {@link #enter}, for the server's own operations, which must not get lost. */
  void enterAlways(final Runnable operation) {
    if (held || running) {
      waiting().add(operation);
    } else {
      enter(operation);
    }
  }

  /** Called by the running or holding operation: runs before all others that wait, after it. */
  void next(final Runnable operation) {
    if (held || running) {
      waiting().addFirst(operation);
    } else {
      enter(operation);
    }
  }

  /** Called by the running operation: it will end later, with {@link #release}. */
  void hold() {
    held = true;
  }

  /** Ends the operation that holds the entity. */
  void release() {
    held = false;
    drain();
  }

  /** Whether a change is under way. */
  boolean held() {
    return held;
  }

  /** Whether nothing holds it and nothing waits. */
  boolean idle() {
    return !held && nobodyWaits();
  }

  private boolean nobodyWaits() {
    return waiting.isEmpty() || waiting.get().isEmpty();
  }

  /** Most entities never have any: a million dialogs would notice the room for them. */
  private ArrayDeque<Runnable> waiting() {
    if (waiting.isEmpty()) {
      waiting = Optional.of(new ArrayDeque<>(2));
    }
    return waiting.get();
  }

  private void drain() {
    while (!held && !running && !nobodyWaits()) {
      try {
        run(waiting().poll());
      } catch (final RuntimeException | StackOverflowError e) {
        LOG.error("an operation that had waited failed", e);
      }
    }
    if (!running && idle()) {
      waiting = Optional.empty();
      idled.run();
    }
  }

  private void run(final Runnable operation) {
    running = true;
    try {
      operation.run();
    } finally {
      running = false;
    }
  }
}
