// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a server that is offered twice what it can do. The knee is what the same fan-out
 * achieves in a closed loop, on each side its own; then publishers who do not heed Retry-After send
 * at twice that rate, and afterwards at half of it.
 *
 * @param size how long
 */
record OverloadExperiment(Size size) implements Experiment {
  private static final int PRESENTITIES = 500;
  private static final int WATCHERS = 10;
  private static final int WINDOW = 64;
  private static final int AFTER_SECONDS = 7;
  private static final double PERCENT = 100;

  private static final Setup SETUP = Setup.of(Storage.MEMORY);

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      /* one at a time: what is left of an overload must not disturb the other */
      try (Pair pair = new Pair(SETUP, databases)) {
        samples.put(side, List.of(measure(pair, side)));
      }
    }
    return new Comparison(
        name(),
        "twice the knee for " + Math.round(size.overload()) + " s, 10 watchers each, in memory",
        SETUP.told() + "; load: " + crowd("flood").told() + ", Retry-After not heeded",
        samples);
  }

  private static Load crowd(final String scenario) {
    return Load.of(scenario).with("presentities", PRESENTITIES).with("watchers", WATCHERS);
  }

  private Sample measure(final Pair pair, final ModuleSet side) {
    final Sample calm =
        pair.measure(
            side,
            crowd("fanout")
                .with("window", WINDOW)
                .with("seconds", size.seconds())
                .with("warmup", size.firstWarmup())
                .with("warmup-operations", size.firstOperations() / WATCHERS));
    final double knee = Math.max(1, calm.values().get(Metric.OPERATIONS));
    final UsageMeter meter = pair.meter(side);
    final LoadResult result =
        LoadGenerator.run(
            crowd("flood")
                .with("rate", Math.round(2 * knee))
                .with("seconds", size.overload())
                .with("busy", "ignore")
                .with("after", AFTER_SECONDS)
                .with("after-rate", Math.max(1, Math.round(knee / 2)))
                .with("drain", AFTER_SECONDS),
            pair.kamailio(side).port(),
            meter);
    return Sample.of(result, meter.usage())
        .with(Metric.KNEE, knee)
        .with(Metric.OF_THE_KNEE, PERCENT * result.sum("per_second") / knee)
        .with(Metric.TROUBLE, result.number("after.trouble_ms"));
  }
}
