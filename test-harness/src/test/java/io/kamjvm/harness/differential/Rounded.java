// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

/**
 * Seconds that pass while a scenario runs, rounded so that two runs agree: remaining seconds up to
 * a full minute, below a minute up to full ten seconds.
 */
final class Rounded {
  private static final long COARSE = 60;
  private static final long FINE = 10;

  private Rounded() {}

  /** Remaining seconds. */
  static long seconds(final long value) {
    final long step = value > 0 && value <= COARSE ? FINE : COARSE;
    return Math.floorDiv(value + step - 1, step) * step;
  }

  /** A point of time as its distance from now; what is no positive number stays as it is. */
  static String moment(final String epochSeconds, final long nowSeconds) {
    if (!epochSeconds.matches("[1-9]\\d*")) {
      return epochSeconds;
    }
    final long distance = seconds(Long.parseLong(epochSeconds) - nowSeconds);
    return "now" + (distance < 0 ? "" : "+") + distance;
  }
}
