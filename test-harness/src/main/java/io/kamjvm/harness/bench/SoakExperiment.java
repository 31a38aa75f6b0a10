// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ours alone: minutes at 70 % of what a closed loop reaches, one like the other. Each minute is a
 * round with users of its own, so that what is left of the earlier ones shows; how the last differs
 * from the third is the result. The first ones pay for the JVM's compiler.
 *
 * @param size how many minutes
 */
record SoakExperiment(Size size) implements Experiment {
  private static final int PRESENTITIES = 200;
  private static final int WATCHERS = 5;
  private static final int WINDOW = 32;
  private static final double PART = 0.7;
  private static final double PERCENT = 100;

  /** Seconds; the state of a round is gone two rounds later. */
  private static final int EXPIRES = 120;

  private static final Setup SETUP =
      Setup.of(Storage.WRITE_BACK).onlyOurs("jvm_options", HeapUse.JVM_OPTION);

  @Override
  public String name() {
    return "soak";
  }

  private static Load load(final String scenario) {
    return Load.of(scenario)
        .with("presentities", PRESENTITIES)
        .with("watchers", WATCHERS)
        .with("expires", EXPIRES);
  }

  @Override
  public Comparison compare(final Databases databases) {
    final String url = databases.create(Storage.WRITE_BACK, ModuleSet.OURS);
    final List<Sample> minutes = new ArrayList<>();
    long rate = 0;
    try (KamailioProcess kamailio =
        KamailioProcess.start(SETUP.config(ModuleSet.OURS, url).presence("min_expires", 30))) {
      final LoadResult knee =
          LoadGenerator.run(
              load("fanout")
                  .with("window", WINDOW)
                  .with("seconds", size.seconds())
                  .with("warmup", size.firstWarmup())
                  .with("warmup-operations", size.firstOperations() / WATCHERS),
              kamailio.port(),
              LoadGenerator.NOBODY);
      rate = Math.max(1, Math.round(PART * knee.sum("per_second")));
      for (int minute = 0; minute < size.soak(); minute++) {
        minutes.add(minute(kamailio, databases, rate));
      }
    }
    return new Comparison(
        name(),
        "soak, " + size.soak() + " minutes at 70 %",
        SETUP.told() + "; " + rate + " PUBLISH/s, " + WATCHERS + " watchers each",
        Map.of(ModuleSet.OURS, compared(minutes)));
  }

  private static Sample minute(
      final KamailioProcess kamailio, final Databases databases, final long rate) {
    final UsageMeter meter = new UsageMeter(kamailio, databases.pid(Storage.WRITE_BACK));
    final LoadResult result =
        LoadGenerator.run(
            load("flood").with("rate", rate).with("seconds", 60), kamailio.port(), meter);
    final double heap =
        HeapUse.afterCollection(kamailio.engine().orElseThrow()).orElse(0) / 1024.0;
    return Sample.of(result, meter.usage()).with(Metric.HEAP, heap);
  }

  private static List<Sample> compared(final List<Sample> minutes) {
    final Sample third = minutes.get(Math.min(2, minutes.size() - 1));
    final Sample last = minutes.get(minutes.size() - 1);
    final List<Sample> all = new ArrayList<>(minutes);
    all.set(
        all.size() - 1,
        last.with(Metric.MEMORY_GROWTH, growth(third, last, Metric.MEMORY))
            .with(Metric.HEAP_GROWTH, growth(third, last, Metric.HEAP))
            .with(Metric.LATENCY_GROWTH, growth(third, last, Metric.NOTIFY_P99)));
    return all;
  }

  private static double growth(final Sample from, final Sample to, final Metric metric) {
    final double before = from.values().getOrDefault(metric, 0.0);
    return before == 0 ? 0 : PERCENT * (to.values().getOrDefault(metric, 0.0) - before) / before;
  }
}
