// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Optional;

/** Kamailio as the engine commands it. Engine thread only; never blocks. */
public interface Kamailio {

  /**
   * Has a courier send the request. Commands of one dialog stay in order only if the caller keeps
   * one in flight. When all queues are full the listener's {@code failed} is called, later.
   */
  void send(Outgoing outgoing);

  /** The location table. */
  default UserLocation location() {
    return UserLocation.none();
  }

  /**
   * Has a courier run an event route. They run one after the other, in this order; nobody hears of
   * their end. What the cfg does not have is not run.
   */
  default void run(final EventRoute route) {
    // whoever has no cfg has no event routes
  }

  /**
   * Whether a line of this level reaches Kamailio's log; ask before composing one.
   *
   * @param level Kamailio's: -1 error, 0 warning, 1 notice, 2 info, 3 debug
   */
  default boolean logs(final int level) {
    return false;
  }

  /**
   * Writes a line to Kamailio's log.
   *
   * @param facility Kamailio's own when empty
   * @param line without line breaks
   */
  default void log(final int level, final Optional<LogFacility> facility, final String line) {
    // who keeps no log loses nothing
  }
}
