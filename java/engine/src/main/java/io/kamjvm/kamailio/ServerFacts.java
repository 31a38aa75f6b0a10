// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Set;

/**
 * What the engine knows of the Kamailio it belongs to.
 *
 * @param version e.g. {@code 5.6.3}
 * @param startTime epoch seconds of Kamailio's start
 * @param epoch number of this engine, 1 for the first since Kamailio's start
 * @param listen sockets, {@code udp:192.0.2.1:5060}
 * @param frTimerMillis tm's fr_timer
 * @param wtTimerMillis tm's wt_timer
 * @param eventRoutes names of the cfg's event routes, without brackets
 */
public record ServerFacts(
    String version,
    long startTime,
    int epoch,
    List<String> listen,
    int frTimerMillis,
    int wtTimerMillis,
    Set<String> eventRoutes) {

  public ServerFacts {
    eventRoutes = Set.copyOf(eventRoutes);
  }

  /** One whose cfg has no event routes. */
  public ServerFacts(
      final String version,
      final long startTime,
      final int epoch,
      final List<String> listen,
      final int frTimerMillis,
      final int wtTimerMillis) {
    this(version, startTime, epoch, listen, frTimerMillis, wtTimerMillis, Set.of());
  }
}
