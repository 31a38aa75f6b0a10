// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.nio.ByteBuffer;

/**
 * The JNI door. The C main of the engine creates the JVM and registers these five methods before
 * this class is used; outside an engine process each of them throws {@link UnsatisfiedLinkError}.
 * Thread-safe. None of them calls into Kamailio.
 */
public final class NativeDoor {
  private NativeDoor() {}

  /**
   * The whole shared region, as a new direct buffer over a mapping that lives as long as the
   * process. Byte order is the caller's affair.
   */
  public static native ByteBuffer region();

  /**
   * The whole recovery log ({@code kw_recovery.h}), as a new direct buffer over a mapping that
   * outlives this process and ends with Kamailio.
   */
  public static native ByteBuffer recovery();

  /**
   * Waits while the int32 at {@code offset} (from the region's start, a multiple of 4) is {@code
   * expected}, at most {@code timeoutNanos}.
   *
   * @return 0 when woken or when the word differed; -1 on time-out or signal
   */
  public static native int futexWait(long offset, int expected, long timeoutNanos);

  /** Wakes at most {@code count} waiters of the word at {@code offset}; returns how many. */
  public static native int futexWake(long offset, int count);

  /**
   * Writes one line to Kamailio's log.
   *
   * @param level Kamailio's: -5 alert ... -1 error, 0 warning, 1 notice, 2 info, 3 debug
   * @param facility syslog's number, 1 to 23; 0: Kamailio's own
   */
  public static native void log(int level, int facility, String line);
}
