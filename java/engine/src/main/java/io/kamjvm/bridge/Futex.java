// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/** Linux futexes on int32 words of the region, shared between processes. Thread-safe. */
public interface Futex {

  /**
   * Waits while the word at {@code offset} of the region is {@code expected}, at most {@code
   * timeoutNanos}. The caller checks its condition either way.
   *
   * @return 0 when woken or when the word differs, -1 on time-out or signal
   */
  int await(long offset, int expected, long timeoutNanos);

  /** Wakes at most {@code count} waiters and returns how many. */
  int wake(long offset, int count);

  /** The one behind the JNI door. */
  static Futex nativeDoor() {
    return new Futex() {
      @Override
      public int await(final long offset, final int expected, final long timeoutNanos) {
        return NativeDoor.futexWait(offset, expected, timeoutNanos);
      }

      @Override
      public int wake(final long offset, final int count) {
        return NativeDoor.futexWake(offset, count);
      }
    };
  }
}
