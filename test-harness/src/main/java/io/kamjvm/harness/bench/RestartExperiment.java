// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long Kamailio takes from its start until it answers, with so many subscriptions in
 * PostgreSQL.
 *
 * @param size how many starts
 * @param subscriptions that are stored
 */
record RestartExperiment(Size size, int subscriptions) implements Experiment {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "restart-" + subscriptions;
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Setup setup = StoredSubscriptions.setup(subscriptions);
    final Map<ModuleSet, String> urls = new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      final String url = databases.create(Storage.WRITE_BACK, side);
      StoredSubscriptions.fill(databases, setup, side, url, subscriptions);
      urls.put(side, url);
    }
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    for (int round = 0; round < size.rounds(); round++) {
      for (final ModuleSet side : Pair.order(round)) {
        databases.settle(Storage.WRITE_BACK);
        samples
            .computeIfAbsent(side, s -> new ArrayList<>())
            .add(start(setup, side, urls.get(side)));
      }
    }
    return new Comparison(
        name(),
        String.format(Locale.ROOT, "restart with %,d subscriptions", subscriptions),
        setup.told()
            + "; "
            + StoredSubscriptions.MADE
            + " subscriptions were made, the others are copied rows",
        samples);
  }

  private static Sample start(final Setup setup, final ModuleSet side, final String url) {
    final long from = System.nanoTime();
    try (KamailioProcess kamailio =
        KamailioProcess.start(setup.config(side, url).startLimit(START_LIMIT))) {
      final double millis = (System.nanoTime() - from) / NANOS_PER_MILLI;
      return Sample.of(
          Map.of(
              Metric.START,
              millis,
              Metric.MEMORY,
              MemoryMap.of(kamailio.pids()).shareKilobytes() / 1024.0));
    }
  }
}
