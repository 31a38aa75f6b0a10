// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.time.EngineClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when told to. */
public final class ManualClock implements EngineClock {
  private final AtomicLong millis = new AtomicLong(1_000_000);

  @Override
  public long epochSeconds() {
    return millis.get() / 1000;
  }

  @Override
  public long monotonicMillis() {
    return millis.get();
  }

  public void advance(final long by) {
    millis.addAndGet(by);
  }
}
