// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.LogFacility;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.ops.LogSink;
import java.util.Optional;

/** The Kamailio of this engine, with its log. */
final class LoggingKamailio implements Kamailio {
  private final Kamailio couriers;
  private final LogSink log;
  private final int level;

  /**
   * @param level Kamailio's {@code debug} at the start
   */
  LoggingKamailio(final Kamailio couriers, final LogSink log, final int level) {
    this.couriers = couriers;
    this.log = log;
    this.level = level;
  }

  @Override
  public void send(final Outgoing outgoing) {
    couriers.send(outgoing);
  }

  @Override
  public void run(final EventRoute route) {
    couriers.run(route);
  }

  @Override
  public UserLocation location() {
    return couriers.location();
  }

  @Override
  public boolean logs(final int asked) {
    return asked <= level;
  }

  @Override
  public void log(final int asked, final Optional<LogFacility> facility, final String line) {
    log.log(asked, facility.map(LogFacility::number).orElse(LogSink.OWN_FACILITY), line);
  }
}
