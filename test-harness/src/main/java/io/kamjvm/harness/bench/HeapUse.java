// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java heap in use after a full collection, asked of a JVM through {@code jcmd}. */
final class HeapUse {
  /** JVM option without which {@code -Xrs} keeps jcmd out. */
  static final String JVM_OPTION = "-XX:+StartAttachListener";

  private static final Pattern SPACE = Pattern.compile("total (\\d+)K, used (\\d+)K");
  private static final Pattern ZGC = Pattern.compile("ZHeap +used (\\d+)M");
  private static final long KILO = 1024;

  private HeapUse() {}

  /** Kilobytes; empty when jcmd is missing, cannot attach, or its answer is not understood. */
  static OptionalLong afterCollection(final long pid) {
    return jcmd(pid, "GC.run").isEmpty() ? OptionalLong.empty() : parse(jcmd(pid, "GC.heap_info"));
  }

  /** Sums the generations, or takes the one heap, in the answer to {@code GC.heap_info}. */
  static OptionalLong parse(final String heapInfo) {
    final Matcher zgc = ZGC.matcher(heapInfo);
    if (zgc.find()) {
      return OptionalLong.of(Long.parseLong(zgc.group(1)) * KILO);
    }
    final Matcher space = SPACE.matcher(heapInfo);
    long used = 0;
    boolean found = false;
    while (space.find()) {
      used += Long.parseLong(space.group(2));
      found = true;
    }
    return found ? OptionalLong.of(used) : OptionalLong.empty();
  }

  private static String jcmd(final long pid, final String command) {
    try {
      final Path out = Files.createTempFile("jcmd-", ".out");
      try {
        final Process process =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(pid),
                    command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return "";
        }
        return process.exitValue() == 0 ? Files.readString(out, StandardCharsets.UTF_8) : "";
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (final IOException e) {
      return "";
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
