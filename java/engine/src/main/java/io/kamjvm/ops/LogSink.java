// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

/** Where log lines go. Thread-safe; never throws. */
@FunctionalInterface
public interface LogSink {
  /** Kamailio's level for errors. */
  int ERROR = -1;

  /** Kamailio's level for warnings. */
  int WARN = 0;

  /** Kamailio's level for notices. */
  int NOTICE = 1;

  /** Kamailio's level for information. */
  int INFO = 2;

  /** Kamailio's level for debugging. */
  int DEBUG = 3;

  /** The facility that Kamailio itself logs with. */
  int OWN_FACILITY = 0;

  /**
   * One event.
   *
   * @param level Kamailio's, {@value #ERROR} to {@value #DEBUG}
   * @param facility syslog's number, or {@value #OWN_FACILITY}
   * @param line printable, without line breaks
   */
  void log(int level, int facility, String line);
}
