// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

/** Time as the engine sees it; injected, so that tests and simulation can set it. */
public interface EngineClock {

  /** Seconds since 1970, as stored in Kamailio's tables. */
  long epochSeconds();

  /** Milliseconds that never go back, from an arbitrary origin; for deadlines. */
  long monotonicMillis();
}
