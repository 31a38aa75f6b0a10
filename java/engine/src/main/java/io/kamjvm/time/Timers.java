// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

/**
 * Timers of the engine thread, kept in a wheel: cost follows what expires, not what exists. Engine
 * thread only. Resolution 10 ms or better; never early.
 */
public interface Timers {

  /** Runs {@code task} once, {@code delayMillis} from now, on the engine thread. */
  Timer schedule(long delayMillis, Runnable task);

  /** A pending timer. */
  interface Timer {
    /** Does nothing when it has run or was cancelled. */
    void cancel();
  }
}
