// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a process or of several.
 *
 * @param residentKilobytes RSS; summed over processes, shared pages count in each
 * @param shareKilobytes PSS: shared pages divided among the processes that map them
 */
record MemoryMap(long residentKilobytes, long shareKilobytes) {

  /**
   * Reads the text of {@code /proc/PID/smaps_rollup}.
   *
   * @throws IllegalArgumentException when a line is missing
   */
  static MemoryMap parse(final String rollup) {
    return new MemoryMap(kilobytes(rollup, "Rss"), kilobytes(rollup, "Pss"));
  }

  /** The sum over living processes. */
  static MemoryMap of(final Collection<Long> pids) {
    long resident = 0;
    long share = 0;
    for (final long pid : pids) {
      final MemoryMap map = parse(read(pid));
      resident += map.residentKilobytes;
      share += map.shareKilobytes;
    }
    return new MemoryMap(resident, share);
  }

  private static String read(final long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "smaps_rollup"));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long kilobytes(final String rollup, final String name) {
    final Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB").matcher(rollup);
    if (!line.find()) {
      throw new IllegalArgumentException("no line " + name + " in smaps_rollup");
    }
    return Long.parseLong(line.group(1));
  }
}
