// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Arrays;
import java.util.Optional;

/** Syslog's facilities, by the names that Kamailio's parameters take. */
public enum LogFacility {
  LOG_KERN(0),
  LOG_USER(1),
  LOG_MAIL(2),
  LOG_DAEMON(3),
  LOG_AUTH(4),
  LOG_SYSLOG(5),
  LOG_LPR(6),
  LOG_NEWS(7),
  LOG_UUCP(8),
  LOG_CRON(9),
  LOG_AUTHPRIV(10),
  LOG_FTP(11),
  LOG_LOCAL0(16),
  LOG_LOCAL1(17),
  LOG_LOCAL2(18),
  LOG_LOCAL3(19),
  LOG_LOCAL4(20),
  LOG_LOCAL5(21),
  LOG_LOCAL6(22),
  LOG_LOCAL7(23);

  private final int number;

  LogFacility(final int number) {
    this.number = number;
  }

  /** RFC 5424's numerical code, 0 to 23. */
  public int number() {
    return number;
  }

  /** The facility of this name, e.g. {@code LOG_LOCAL3}. */
  public static Optional<LogFacility> named(final String name) {
    return Arrays.stream(values()).filter(f -> f.name().equals(name)).findFirst();
  }
}
