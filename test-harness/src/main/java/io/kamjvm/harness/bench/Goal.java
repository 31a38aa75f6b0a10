// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the project wants to reach in one scenario.
 *
 * @param what for people
 * @param scenario whose comparison decides
 * @param metric that is looked at
 * @param measure what of it
 * @param bound the most or the least, as the metric's good direction says
 */
record Goal(String what, String scenario, Metric metric, Measure measure, double bound) {

  /** A ratio to stock in the same run, or a value of ours. */
  enum Measure {
    RATIO,
    OURS
  }

  /** Whether it is reached; by how much it is missed. */
  record Verdict(Goal goal, double measured, boolean reached) {
    /** In words, for a table. */
    String told() {
      return reached ? "reached" : "missed: " + missedBy();
    }

    private String missedBy() {
      if (goal.measure == Measure.OURS || goal.bound == 0 || measured == 0) {
        return goal.show(measured) + " instead of " + goal.wanted();
      }
      final double factor =
          goal.metric.better() == Metric.Better.MORE
              ? goal.bound / measured
              : measured / goal.bound;
      return String.format(Locale.ROOT, "%.2f times short of it", factor);
    }
  }

  static Goal ratio(
      final String what, final String scenario, final Metric metric, final double bound) {
    return new Goal(what, scenario, metric, Measure.RATIO, bound);
  }

  static Goal ours(
      final String what, final String scenario, final Metric metric, final double bound) {
    return new Goal(what, scenario, metric, Measure.OURS, bound);
  }

  /** Judges; empty when the scenario was not run, or has no such figure. */
  Optional<Verdict> judge(final Comparison comparison) {
    final OptionalDouble value =
        measure == Measure.RATIO
            ? comparison.ratio(metric)
            : comparison.value(ModuleSet.OURS, metric);
    if (!comparison.name().equals(scenario) || value.isEmpty()) {
      return Optional.empty();
    }
    final double measured = value.getAsDouble();
    final boolean reached =
        metric.better() == Metric.Better.MORE ? measured >= bound : measured <= bound;
    return Optional.of(new Verdict(this, measured, reached));
  }

  /** The bound as people read it, for example {@code ≥ 6 ×}. */
  String wanted() {
    return (metric.better() == Metric.Better.MORE ? "≥ " : "≤ ") + show(bound);
  }

  /** A measured value as people read it. */
  String show(final double value) {
    if (measure == Measure.OURS) {
      return metric.show(value);
    }
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f ×" : "%.2f ×", value);
  }
}
