// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What subscriptions cost while nothing happens: CPU over a minute.
 *
 * @param subscriptions that stand
 */
record IdleExperiment(int subscriptions) implements Experiment {
  private static final int WATCHERS = 10;
  private static final int SECONDS = 60;
  private static final int SETTLE_SECONDS = 5;
  private static final int WINDOW = 32;
  private static final int SHARED_MEGABYTES = 3_072;
  private static final double MICROS_PER_MILLI = 1000;

  private static final Setup SETUP =
      Setup.of(Storage.MEMORY)
          .sharedMemory(SHARED_MEGABYTES)
          .onlyOurs("jvm_options", "-Xmx3g")
          .onlyOurs("recovery_memory", 2_047);

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      try (Pair pair = new Pair(SETUP, databases)) {
        samples.put(side, List.of(measure(pair, side)));
      }
    }
    return new Comparison(
        name(),
        String.format(Locale.ROOT, "idle with %,d subscriptions", subscriptions),
        SETUP.told() + "; ours with -Xmx3g and recovery_memory 2047",
        samples);
  }

  private Sample measure(final Pair pair, final ModuleSet side) {
    LoadGenerator.run(
        Load.of("subscribe")
            .with("presentities", Math.max(1, subscriptions / WATCHERS))
            .with("operations", subscriptions)
            .with("window", WINDOW)
            .with("seconds", 1_500)
            .with("no-documents", ""),
        pair.kamailio(side).port(),
        LoadGenerator.NOBODY);
    rest(Setup.WT_TIMER_MILLIS / 1000 + SETTLE_SECONDS);
    final UsageMeter meter = pair.meter(side);
    meter.begins();
    rest(SECONDS);
    meter.ends();
    final Usage usage = meter.usage();
    return Sample.of(
        Map.of(
            Metric.IDLE_CPU,
            (usage.kamailioMicros() + usage.engineMicros()) / MICROS_PER_MILLI,
            Metric.MEMORY,
            usage.memoryMegabytes()));
  }

  private static void rest(final int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
