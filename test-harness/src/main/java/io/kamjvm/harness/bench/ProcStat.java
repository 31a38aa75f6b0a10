// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code /proc/PID/stat} says about a process's time (proc(5)).
 *
 * @param cpuTicks user and system time of all its threads, living and ended, in clock ticks
 * @param childrenTicks the same of children that have ended
 * @param startTicks when it was forked, in clock ticks since boot
 */
record ProcStat(long cpuTicks, long childrenTicks, long startTicks) {
  /** Linux shows 100 ticks per second to programs, whatever the kernel's own tick is. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final int USER_TIME = 14;
  private static final int SYSTEM_TIME = 15;
  private static final int CHILDREN_USER_TIME = 16;
  private static final int CHILDREN_SYSTEM_TIME = 17;
  private static final int START_TIME = 22;
  private static final int FIRST_AFTER_NAME = 3;

  /**
   * Reads the line; the process's name may itself hold spaces and parentheses.
   *
   * @throws IllegalArgumentException when it is not such a line
   */
  static ProcStat parse(final String line) {
    final int nameEnd = line.lastIndexOf(')');
    final String[] fields =
        nameEnd < 0 ? new String[0] : line.substring(nameEnd + 1).trim().split(" +");
    if (fields.length <= START_TIME - FIRST_AFTER_NAME) {
      throw new IllegalArgumentException("not a line of /proc/PID/stat: " + line);
    }
    return new ProcStat(
        field(fields, USER_TIME) + field(fields, SYSTEM_TIME),
        field(fields, CHILDREN_USER_TIME) + field(fields, CHILDREN_SYSTEM_TIME),
        field(fields, START_TIME));
  }

  /**
   * Of a living process.
   *
   * @throws UncheckedIOException when it is gone
   */
  static ProcStat of(final long pid) {
    try {
      return parse(
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CPU time of a server and of the processes that it forks, living and ended. */
  static long treeMicros(final long pid) {
    final ProcStat server = of(pid);
    final long children =
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::children)
            .mapToLong(child -> microsIfAlive(child.pid()))
            .sum();
    return server.cpuMicros() + server.childrenTicks * MICROS_PER_TICK + children;
  }

  private static long microsIfAlive(final long pid) {
    try {
      return of(pid).cpuMicros();
    } catch (final UncheckedIOException e) {
      return 0;
    }
  }

  long cpuMicros() {
    return cpuTicks * MICROS_PER_TICK;
  }

  /** Nanoseconds from boot to its fork; exact to a tick of 10 ms. */
  long startNanos() {
    return startTicks * MICROS_PER_TICK * 1000;
  }

  /** Numbers as in the manual page: the first field is 1. */
  private static long field(final String[] fields, final int number) {
    return Long.parseLong(fields[number - FIRST_AFTER_NAME]);
  }
}
