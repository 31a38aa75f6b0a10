// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one round on one side gave.
 *
 * @param values by metric; a metric that a scenario does not have is not in it
 * @param codes final replies by code
 */
record Sample(Map<Metric, Double> values, Map<Integer, Long> codes) {
  Sample {
    final EnumMap<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(values);
    values = copy;
    codes = new TreeMap<>(codes);
  }

  static Sample of(final Map<Metric, Double> values) {
    return new Sample(values, Map.of());
  }

  /**
   * Of a load and what the server used for it. What is divided by operations counts whole
   * operations: a PUBLISH with all its NOTIFYs is one.
   */
  static Sample of(final LoadResult load, final Usage usage) {
    final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    final double perSecond = load.sum("per_second");
    final double operations = load.sum("completed");
    values.put(Metric.OPERATIONS, perSecond);
    values.put(Metric.P50, load.worst("p50_us"));
    values.put(Metric.P99, load.worst("p99_us"));
    values.put(Metric.P999, load.worst("p999_us"));
    if (operations > 0) {
      values.put(Metric.CPU, (usage.kamailioMicros() + usage.engineMicros()) / operations);
      values.put(Metric.CPU_ENGINE, usage.engineMicros() / operations);
      values.put(Metric.CPU_DATABASE, usage.databaseMicros() / operations);
      values.put(Metric.CPU_GENERATOR, load.number("generator.cpu_us") / operations);
    }
    values.put(Metric.MEMORY, usage.memoryMegabytes());
    values.put(Metric.SHARED_PEAK, usage.sharedPeakMegabytes());
    values.put(Metric.ERRORS, errors(load));
    values.put(Metric.BUSY, load.sum("busy"));
    values.put(Metric.RETRANSMITTED, load.number("retransmitted"));
    values.put(Metric.SERVER_DROPS, (double) usage.socketDrops());
    values.put(Metric.GENERATOR_DROPS, load.number("generator.drops"));
    if (load.number("subscriptions") > 0) {
      notifies(load, values);
    }
    return new Sample(values, load.codes());
  }

  private static void notifies(final LoadResult load, final Map<Metric, Double> values) {
    values.put(Metric.NOTIFIES, load.number("notify.per_second"));
    if (load.number("notify.p50_us") > 0) {
      values.put(Metric.NOTIFY_P50, load.number("notify.p50_us"));
      values.put(Metric.NOTIFY_P99, load.number("notify.p99_us"));
    }
    values.put(Metric.LOST, load.number("notify.lost"));
    values.put(Metric.REPEATED, load.number("notify.repeated"));
    values.put(Metric.NOTIFY_RETRANSMITTED, load.number("notify.retransmitted"));
    values.put(Metric.LATE, load.number("notify.late"));
    values.put(Metric.BACKWARDS, load.number("notify.backwards"));
    values.put(Metric.STALE, load.number("notify.stale_watchers"));
    values.put(Metric.MOST_PER_WATCHER, load.number("notify.most_per_watcher"));
    values.put(Metric.CONVERGED, load.number("last_notify_ms"));
  }

  private static double errors(final LoadResult load) {
    final long refused =
        load.codes().entrySet().stream()
            .filter(code -> code.getKey() >= 300)
            .mapToLong(Map.Entry::getValue)
            .sum();
    return refused + load.sum("timeouts") + load.sum("incomplete");
  }

  /** The same with another metric in addition. */
  Sample with(final Metric metric, final double value) {
    final Map<Metric, Double> more = new EnumMap<>(Metric.class);
    more.putAll(values);
    more.put(metric, value);
    return new Sample(more, codes);
  }

  /** The same with only these metrics. */
  Sample only(final Set<Metric> wanted) {
    final Map<Metric, Double> fewer = new EnumMap<>(Metric.class);
    fewer.putAll(values);
    fewer.keySet().retainAll(wanted);
    return new Sample(fewer, codes);
  }
}
