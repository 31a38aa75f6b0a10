// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets refreshes go one after the other at a bounded rate, however many are due at once: after an
 * outage, or on command. Engine thread only.
 */
final class RefreshPace {
  /** Refreshes per step. */
  static final int BATCH = 20;

  /** Length of a step, milliseconds. */
  static final long STEP_MILLIS = 10;

  private final Timers timers;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int left = BATCH;
  private boolean stepping;

  RefreshPace(final Timers timers) {
    this.timers = timers;
  }

  /** Runs the task, now or when its turn has come. */
  void run(final Runnable task) {
    waiting.add(task);
    if (!stepping) {
      stepping = true;
      timers.schedule(STEP_MILLIS, this::step);
    }
    work();
  }

  private void step() {
    left = BATCH;
    stepping = !waiting.isEmpty();
    if (stepping) {
      timers.schedule(STEP_MILLIS, this::step);
    }
    work();
  }

  private void work() {
    while (left > 0 && !waiting.isEmpty()) {
      left--;
      waiting.poll().run();
    }
  }
}
