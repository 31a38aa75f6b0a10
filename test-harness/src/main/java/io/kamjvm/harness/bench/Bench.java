// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code ./kamjvm bench}: measures on real Kamailios, prints the figures and writes them to {@code
 * build/bench.json}. What each figure is, says {@code docs/performance.md}.
 */
public final class Bench {
  private Bench() {}

  /**
   * Measures.
   *
   * @param args nothing, or {@code --quick} for small counts
   */
  public static void main(final String[] args) throws IOException {
    if (args.length > 1 || !Arrays.stream(args).allMatch("--quick"::equals)) {
      System.err.println("usage: ./kamjvm bench [--quick]");
      System.exit(1);
    }
    final Size size = args.length == 1 ? Size.QUICK : Size.FULL;
    final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    final Map<String, String> machine;
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
      machine = Machine.facts(kamailio);
    }
    final List<Figure> figures = new ArrayList<>();
    figures.addAll(timed(out, "round trips", new RoundTrips(size)::measure));
    figures.addAll(timed(out, "start-up", new StartUp(size)::measure));
    figures.addAll(timed(out, "memory", new Memory(size)::measure));
    final Report report = new Report(machine, figures);
    final Path json = ModuleSet.root().resolve("build/bench.json");
    Files.writeString(json, report.json());
    out.println();
    out.print(report.table());
    out.println();
    out.println("written: " + ModuleSet.root().relativize(json));
    System.exit(0);
  }

  private static List<Figure> timed(
      final PrintStream out, final String what, final Supplier<List<Figure>> measurement) {
    final long from = System.nanoTime();
    final List<Figure> figures = measurement.get();
    final Duration took = Duration.ofNanos(System.nanoTime() - from);
    out.printf("%s: measured in %.1f s%n", what, took.toMillis() / 1000.0);
    return figures;
  }
}
