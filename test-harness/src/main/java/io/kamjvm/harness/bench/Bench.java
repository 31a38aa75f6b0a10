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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code ./kamjvm bench}: compares stock and ours on real Kamailios, prints what it found and
 * writes it to {@code build/bench.json} and {@code build/bench.svg}. What each figure is, says
 * {@code docs/performance.md}.
 */
public final class Bench {
  private static final String USAGE = "usage: ./kamjvm bench [--quick] [--list] [NAME ...]";

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Size size;
  private final List<String> names;
  private final Set<String> every = new HashSet<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  private Bench(final Size size, final List<String> names) {
    this.size = size;
    this.names = List.copyOf(names);
    Matrix.of(size).forEach(experiment -> every.add(experiment.name()));
  }

  /**
   * Measures. Exit code 1 when a scenario could not be run.
   *
   * @param args {@code --quick} for short rounds; {@code --list}; names, or parts of them, of the
   *     scenarios to run; a whole name means that one alone
   */
  public static void main(final String[] args) throws IOException {
    final List<String> names = new ArrayList<>();
    Size size = Size.FULL;
    boolean list = false;
    for (final String arg : args) {
      switch (arg) {
        case "--quick" -> size = Size.QUICK;
        case "--list" -> list = true;
        default -> names.add(arg);
      }
    }
    final Bench bench = new Bench(size, names);
    if (list) {
      bench.names().forEach(System.out::println);
      System.exit(0);
    }
    if (names.stream().anyMatch(name -> name.startsWith("-")) || bench.names().isEmpty()) {
      System.err.println(USAGE);
      System.exit(2);
    }
    System.exit(bench.run() ? 0 : 1);
  }

  private record Alone(String name, Supplier<List<Figure>> measure) {}

  private List<Alone> alone() {
    return List.of(
            new Alone("round-trip", () -> new RoundTrips(size).measure()),
            new Alone("start-up", () -> new StartUp(size).measure()))
        .stream()
        .filter(alone -> wanted(alone.name()))
        .toList();
  }

  private List<Experiment> experiments() {
    return Matrix.of(size).stream().filter(experiment -> wanted(experiment.name())).toList();
  }

  /** A whole name means that scenario alone, also when others begin with it. */
  private boolean wanted(final String name) {
    return names.isEmpty()
        || names.contains(name)
        || names.stream().filter(part -> !every.contains(part)).anyMatch(name::contains);
  }

  private List<String> names() {
    final List<String> all = new ArrayList<>();
    experiments().forEach(experiment -> all.add(experiment.name()));
    alone().forEach(alone -> all.add(alone.name()));
    return all;
  }

  private boolean run() throws IOException {
    final Map<String, String> machine;
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
      machine = Machine.facts(kamailio);
    }
    machine.put("rounds", size.rounds() + " of each side, " + size.seconds() + " s each, in turns");
    try (Databases databases = new Databases()) {
      for (final Experiment experiment : experiments()) {
        timed(experiment.name(), () -> experiment.compare(databases)).ifPresent(comparisons::add);
      }
    }
    for (final Alone measurement : alone()) {
      timed(measurement.name(), measurement.measure()).ifPresent(figures::addAll);
    }
    final Results results = new Results(machine, comparisons, figures, failures);
    out.println();
    out.print(MarkdownReport.of(results));
    out.println();
    write("bench.json", JsonReport.of(results));
    write("bench.svg", RatioPicture.of(results));
    return failures.isEmpty();
  }

  private void write(final String name, final String text) throws IOException {
    final Path path = ModuleSet.root().resolve("build").resolve(name);
    Files.writeString(path, text);
    out.println("written: " + ModuleSet.root().relativize(path));
  }

  /* one scenario that fails must not cost the others */
  private <T> Optional<T> timed(final String name, final Supplier<T> measurement) {
    final long from = System.nanoTime();
    Optional<T> result = Optional.empty();
    String how = "measured";
    try {
      result = Optional.of(measurement.get());
    } catch (final RuntimeException | AssertionError e) {
      failures.put(name, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      how = "FAILED: " + e.getMessage();
    }
    final Duration took = Duration.ofNanos(System.nanoTime() - from);
    out.printf("%s: %s in %.1f s%n", name, how, took.toMillis() / 1000.0);
    return result;
  }
}
