// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Ours alone: how long a collector stops the engine while a steady load goes on over very much
 * state, and that this state fits into a heap of that size.
 *
 * @param collector as in the JVM's option {@code -XX:+Use…}
 * @param heapMegabytes the engine's {@code -Xmx}
 * @param subscriptions that stand, five to each published document
 */
record PausesExperiment(String collector, int heapMegabytes, int subscriptions)
    implements Experiment {
  private static final int WATCHERS = 5;
  private static final int RATE = 1_000;
  private static final int SECONDS = 60;
  private static final int START_SECONDS = 1_500;
  private static final int RECOVERY_MEGABYTES = 2_047;
  private static final double KILO = 1024;

  @Override
  public String name() {
    return "pauses-" + collector.toLowerCase(Locale.ROOT).replace("gc", "");
  }

  @Override
  public Comparison compare(final Databases databases) {
    try {
      final Path log = Files.createTempFile("kamjvm-safepoints", ".log");
      try {
        return new Comparison(
            name(),
            String.format(
                Locale.ROOT,
                "pauses with %,d subscriptions and %,d documents: %s, -Xmx%dm",
                subscriptions,
                subscriptions / WATCHERS,
                collector,
                heapMegabytes),
            setup(log).told() + "; recovery_memory " + RECOVERY_MEGABYTES + "; " + load().told(),
            Map.of(ModuleSet.OURS, List.of(measure(log))));
      } finally {
        Files.deleteIfExists(log);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Setup setup(final Path log) {
    return Setup.of(Storage.MEMORY)
        .onlyOurs("recovery_memory", RECOVERY_MEGABYTES)
        .onlyOurs(
            "jvm_options",
            String.format(
                Locale.ROOT,
                "-Xmx%dm -XX:+Use%s -Xlog:safepoint:file=%s:none %s",
                heapMegabytes,
                collector,
                log,
                HeapUse.JVM_OPTION));
  }

  private Load load() {
    return Load.of("mixed")
        .with("presentities", subscriptions / WATCHERS)
        .with("watchers", WATCHERS)
        .with("rate", RATE)
        .with("seconds", SECONDS)
        .with("setup-limit", START_SECONDS);
  }

  private Sample measure(final Path log) throws IOException {
    try (KamailioProcess kamailio = KamailioProcess.start(setup(log).config(ModuleSet.OURS, ""))) {
      final UsageMeter meter = new UsageMeter(kamailio, OptionalLong.empty());
      final Marker marker = new Marker(log, meter);
      final LoadResult result = LoadGenerator.run(load(), kamailio.port(), marker);
      final Sample sample = Sample.of(result, meter.usage());
      final Quantiles pauses = Quantiles.of(marker.measured);
      final double heap = HeapUse.afterCollection(kamailio.engine().orElseThrow()).orElse(0) / KILO;
      return sample
          .with(Metric.PAUSES, marker.measured.size())
          .with(Metric.PAUSE_P999, pauses.at(0.999))
          .with(Metric.PAUSE_MAX, pauses.at(1))
          .with(Metric.HEAP, heap);
    }
  }

  /** Tells the pauses of the measurement from those before it. */
  private static final class Marker implements LoadGenerator.Witness {
    private final Path log;
    private final UsageMeter meter;
    private int before;
    private List<Double> measured = List.of();

    Marker(final Path log, final UsageMeter meter) {
      this.log = log;
      this.meter = meter;
    }

    @Override
    public void begins() {
      before = pauses().size();
      meter.begins();
    }

    @Override
    public void ends() {
      meter.ends();
      final List<Double> all = pauses();
      measured = all.subList(before, all.size());
    }

    private List<Double> pauses() {
      try (Stream<String> lines = Files.lines(log)) {
        return SafepointLog.pauses(lines);
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
