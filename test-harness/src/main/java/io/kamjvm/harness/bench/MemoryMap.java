// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Memory of a process or of several.
 *
 * @param residentKilobytes RSS; summed over processes, shared pages count in each
 * @param shareKilobytes PSS: shared pages divided among the processes that map them
 */
record MemoryMap(long residentKilobytes, long shareKilobytes) {
  private static final Pattern MAPPING = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ ");

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

  /**
   * RSS of the anonymous shared mappings of a process, in kilobytes. The engine has let go of
   * Kamailio's, so its own are left: the bridge, which does not grow, and the recovery log.
   */
  static long sharedAnonymousKilobytes(final long pid) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(pid), "smaps"), StandardCharsets.ISO_8859_1)) {
      return sharedAnonymousKilobytes(lines);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same of the lines of {@code /proc/PID/smaps}. */
  static long sharedAnonymousKilobytes(final Stream<String> smaps) {
    final long[] sum = {0};
    final boolean[] counts = {false};
    smaps.forEach(
        line -> {
          if (MAPPING.matcher(line).find()) {
            counts[0] = line.endsWith("/dev/zero (deleted)");
          } else if (counts[0] && line.startsWith("Rss:")) {
            sum[0] += Long.parseLong(line.replaceAll("[^0-9]", ""));
          }
        });
    return sum[0];
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
