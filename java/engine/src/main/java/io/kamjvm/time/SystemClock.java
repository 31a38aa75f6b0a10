// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

import java.util.concurrent.TimeUnit;

/** The machine's clocks. Thread-safe. */
public final class SystemClock implements EngineClock {

  @Override
  public long epochSeconds() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  @Override
  public long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
