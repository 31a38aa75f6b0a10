// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Pauses of a JVM, read from what {@code -Xlog:safepoint} writes: nothing of Java runs in one. */
final class SafepointLog {
  private static final Pattern TOTAL = Pattern.compile("Safepoint \".*Total: +(\\d+) ns");
  private static final double NANOS_PER_MILLI = 1e6;

  private SafepointLog() {}

  /** Milliseconds of each pause, in order; other lines are skipped. */
  static List<Double> pauses(final Stream<String> lines) {
    return lines
        .map(TOTAL::matcher)
        .filter(Matcher::find)
        .map(found -> Long.parseLong(found.group(1)) / NANOS_PER_MILLI)
        .toList();
  }
}
