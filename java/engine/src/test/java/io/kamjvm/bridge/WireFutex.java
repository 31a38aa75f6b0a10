// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import com.sun.jna.Pointer;
import org.agrona.concurrent.UnsafeBuffer;

/** Futexes of C on a buffer, without the JNI door. */
record WireFutex(UnsafeBuffer buffer) implements Futex {

  @Override
  public int await(final long offset, final int expected, final long timeoutNanos) {
    return Wire.LIBRARY.kw_futex_wait(word(offset), expected, timeoutNanos);
  }

  @Override
  public int wake(final long offset, final int count) {
    return Wire.LIBRARY.kw_futex_wake(word(offset), count);
  }

  private Pointer word(final long offset) {
    return new Pointer(buffer.addressOffset() + offset);
  }
}
