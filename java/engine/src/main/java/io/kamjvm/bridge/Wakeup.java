// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.AtomicBuffer;

/**
 * A sleeper flag that is its own futex word; the twin of {@code kw_wake.h}. The publisher
 * publishes, fences, reads the flag; the sleeper sets the flag, fences, looks for work once more,
 * waits. Both fences are full ones: with release and acquire alone each side may read the other's
 * word before its own store is visible, and a wake-up is lost.
 *
 * <p>Who has just been busy dozes first: the results of what was commanded do not end a doze, so
 * many of them are heard at once for the price of one wake-up.
 */
public final class Wakeup {
  private static final int AWAKE = 0;
  private static final int ASLEEP = 1;
  private static final int DOZING = 2;

  private final AtomicBuffer region;
  private final int flag;
  private final Futex futex;

  /**
   * @param flag offset of the flag in {@code region}, which must start where the futex's does
   */
  public Wakeup(final AtomicBuffer region, final int flag, final Futex futex) {
    this.region = region;
    this.flag = flag;
    this.futex = futex;
  }

  /** After publishing: rings the sleeper if it sleeps or dozes. Any thread. */
  public void ring() {
    VarHandle.fullFence();
    if (region.getIntVolatile(flag) != AWAKE && region.getAndSetInt(flag, AWAKE) != AWAKE) {
      futex.wake(flag, 1);
    }
  }

  /**
   * Sleeps at most {@code timeoutNanos} unless {@code work} says that there is some. May return
   * early. One thread only.
   */
  public void sleep(final BooleanSupplier work, final long timeoutNanos) {
    rest(ASLEEP, work, timeoutNanos);
  }

  /**
   * As {@link #sleep}, but what can wait ({@code kw_wake_if_asleep}) does not end it: for a
   * millisecond at most, after which the caller looks for work.
   */
  public void doze(final BooleanSupplier work, final long timeoutNanos) {
    rest(DOZING, work, timeoutNanos);
  }

  private void rest(final int how, final BooleanSupplier work, final long timeoutNanos) {
    region.putIntVolatile(flag, how);
    VarHandle.fullFence();
    try {
      if (!work.getAsBoolean()) {
        futex.await(flag, how, timeoutNanos);
      }
    } finally {
      region.putIntVolatile(flag, AWAKE);
    }
  }
}
