// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Submissions between the engine thread and the journal thread, in order. Knows which of them have
 * no outcome yet: those waiting here and those taken for a transaction. All methods may be called
 * from any thread; only the {@code await} methods block.
 */
final class SubmissionQueue {
  private static final long LEAST_PAUSE_NANOS = 20_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private final int capacity;
  private int taken;
  private boolean closed;

  SubmissionQueue(final int capacity) {
    this.capacity = capacity;
  }

  /** False when full or closed. */
  boolean offer(final Submission submission) {
    lock.lock();
    try {
      if (closed || waiting.size() + taken >= capacity) {
        return false;
      }
      waiting.addLast(submission);
      if (waiting.size() == 1) {
        changed.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something waits here; false when closed and empty. */
  boolean awaitWork() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until anything has no outcome yet; false when closed and all have theirs. */
  boolean awaitUnsettled() {
    lock.lock();
    try {
      while (waiting.isEmpty() && taken == 0 && !closed) {
        changed.awaitUninterruptibly();
      }
      return !waiting.isEmpty() || taken > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits; only shortly once the queue is closed, but never so shortly that waiting is busy. */
  void awaitPause(final Duration pause) {
    final long began = System.nanoTime();
    lock.lock();
    try {
      while (true) {
        final long nanos = Math.min(pause.toNanos(), closed ? LEAST_PAUSE_NANOS : Long.MAX_VALUE);
        final long left = began + nanos - System.nanoTime();
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
    } catch (final InterruptedException e) {
      // These threads belong to the journal and end through close() alone: to keep an interrupt
      // would close the file of an embedded database under the next transaction.
      return;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the oldest for a transaction; possibly none, if they were withdrawn meanwhile. */
  List<Submission> take(final int most) {
    lock.lock();
    try {
      final List<Submission> batch = new ArrayList<>(Math.min(most, waiting.size()));
      while (batch.size() < most && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      taken += batch.size();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Puts back what was taken, in front: nothing of it was stored. */
  void giveBack(final List<Submission> batch) {
    lock.lock();
    try {
      for (int i = batch.size() - 1; i >= 0; i--) {
        waiting.addFirst(batch.get(i));
      }
      taken -= batch.size();
    } finally {
      lock.unlock();
    }
  }

  /** Some of what was taken has its outcome. */
  void settled(final int count) {
    lock.lock();
    try {
      taken -= count;
      if (taken == 0 && closed) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes what has waited longer than {@code patience}; nothing of it was stored. */
  List<Submission> withdraw(final Duration patience) {
    final long now = System.nanoTime();
    lock.lock();
    try {
      final List<Submission> old = new ArrayList<>();
      while (!waiting.isEmpty()
          && now - waiting.peekFirst().submittedNanos() >= patience.toNanos()) {
        old.add(waiting.removeFirst());
      }
      return old;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits may still be written. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int unsettled() {
    lock.lock();
    try {
      return waiting.size() + taken;
    } finally {
      lock.unlock();
    }
  }
}
