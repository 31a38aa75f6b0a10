// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The same load on both sides, in rounds that alternate. Both Kamailios run all the time; the one
 * whose turn it is not has nothing to do.
 *
 * @param name of the scenario
 * @param title for people
 * @param setup of both Kamailios
 * @param load of every round
 * @param size how long
 * @param rounds of each side
 */
record LoadExperiment(String name, String title, Setup setup, Load load, Size size, int rounds)
    implements Experiment {

  LoadExperiment(
      final String name, final String title, final Setup setup, final Load load, final Size size) {
    this(name, title, setup, load.with("seconds", size.seconds()), size, size.rounds());
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    try (Pair pair = new Pair(setup, databases)) {
      for (int round = 0; round < rounds; round++) {
        for (final ModuleSet side : Pair.order(round)) {
          samples
              .computeIfAbsent(side, s -> new ArrayList<>())
              .add(pair.measure(side, warm(round)));
        }
      }
    }
    return new Comparison(name, title, setup.told() + "; load: " + load.told(), samples);
  }

  private Load warm(final int round) {
    if (load.options().containsKey("warmup")) {
      return load;
    }
    return round > 0
        ? load.with("warmup", size.warmup())
        : load.with("warmup", size.firstWarmup()).with("warmup-operations", size.firstOperations());
  }
}
