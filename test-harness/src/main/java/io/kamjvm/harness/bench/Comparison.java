// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What both sides did in one scenario.
 *
 * @param name of the scenario
 * @param title for people
 * @param conditions what else a reader has to know: cfg, load
 * @param samples of each side, in the order of the rounds
 */
record Comparison(
    String name, String title, String conditions, Map<ModuleSet, List<Sample>> samples) {
  Comparison {
    final Map<ModuleSet, List<Sample>> copy = new EnumMap<>(ModuleSet.class);
    samples.forEach((side, rounds) -> copy.put(side, List.copyOf(rounds)));
    samples = copy;
  }

  /** The median over the rounds, or their sum where each single one is a fault. */
  OptionalDouble value(final ModuleSet side, final Metric metric) {
    final List<Double> values =
        samples.getOrDefault(side, List.of()).stream()
            .map(sample -> sample.values().get(metric))
            .filter(Objects::nonNull)
            .toList();
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        metric.summed()
            ? values.stream().mapToDouble(Double::doubleValue).sum()
            : Quantiles.of(values).median());
  }

  /** Ours divided by stock's; empty when one of them is missing or stock's is 0. */
  OptionalDouble ratio(final Metric metric) {
    final OptionalDouble ours = value(ModuleSet.OURS, metric);
    final OptionalDouble stock = value(ModuleSet.STOCK, metric);
    return ours.isEmpty() || stock.isEmpty() || stock.getAsDouble() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.getAsDouble() / stock.getAsDouble());
  }

  /** Final replies of one side by code, over all rounds. */
  Map<Integer, Long> codes(final ModuleSet side) {
    final Map<Integer, Long> codes = new TreeMap<>();
    samples
        .getOrDefault(side, List.of())
        .forEach(
            sample -> sample.codes().forEach((code, count) -> codes.merge(code, count, Long::sum)));
    return codes;
  }

  /** Metrics that a side has, in the order in which they are shown. */
  List<Metric> metrics() {
    final List<Metric> metrics = new ArrayList<>();
    for (final Metric metric : Metric.values()) {
      if (value(ModuleSet.OURS, metric).isPresent() || value(ModuleSet.STOCK, metric).isPresent()) {
        metrics.add(metric);
      }
    }
    return metrics;
  }
}
