// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a subscription costs in memory, everything kept there: what Kamailio's shared memory, the
 * engine's heap after a collection and its recovery log hold more than before, divided by the
 * subscriptions made in between. Read when tm has forgotten its transactions.
 *
 * @param size how many
 */
record MemoryExperiment(Size size) implements Experiment {
  private static final Duration TRANSACTIONS_END = Duration.ofSeconds(30);
  private static final int WATCHERS = 10;
  private static final int WINDOW = 32;
  private static final double KILO = 1024;

  private static final Setup SETUP =
      Setup.of(Storage.MEMORY).onlyOurs("jvm_options", HeapUse.JVM_OPTION);

  private record Held(double shared, double heap, double recovery) {}

  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    try (Pair pair = new Pair(SETUP, databases)) {
      for (final ModuleSet side : ModuleSet.values()) {
        samples.put(side, List.of(measure(pair.kamailio(side))));
      }
    }
    return new Comparison(
        name(),
        String.format(Locale.ROOT, "memory of a subscription, %,d of them", size.subscriptions()),
        SETUP.told() + "; " + WATCHERS + " watchers of each presentity",
        samples);
  }

  private Sample measure(final KamailioProcess kamailio) {
    subscribe(kamailio, size.subscriptions() / WATCHERS);
    final Held before = held(kamailio);
    final double made = subscribe(kamailio, size.subscriptions());
    final Held after = held(kamailio);
    final double shared = (after.shared - before.shared) / made;
    final double heap = (after.heap - before.heap) / made;
    final double recovery = (after.recovery - before.recovery) / made;
    final Sample sample =
        Sample.of(
            Map.of(
                Metric.BYTES,
                shared + heap + recovery,
                Metric.SHARED_BYTES,
                shared,
                Metric.MEMORY,
                MemoryMap.of(kamailio.pids()).shareKilobytes() / KILO));
    return kamailio.engine().isEmpty()
        ? sample
        : sample.with(Metric.HEAP_BYTES, heap).with(Metric.RECOVERY_BYTES, recovery);
  }

  private static double subscribe(final KamailioProcess kamailio, final int subscriptions) {
    return LoadGenerator.run(
            Load.of("subscribe")
                .with("presentities", Math.max(1, subscriptions / WATCHERS))
                .with("operations", subscriptions)
                .with("window", WINDOW)
                .with("seconds", 120)
                .with("no-documents", ""),
            kamailio.port(),
            LoadGenerator.NOBODY)
        .number("subscriptions");
  }

  private static Held held(final KamailioProcess kamailio) {
    Await.until(
        "Kamailio's transactions ended",
        TRANSACTIONS_END,
        () -> kamailio.kamcmd().run("tm.stats").field("current").equals(List.of("0")));
    final OptionalLong engine =
        kamailio.engine().map(OptionalLong::of).orElse(OptionalLong.empty());
    return new Held(
        UsageMeter.shared(kamailio, "real_used"),
        engine.isEmpty() ? 0 : KILO * HeapUse.afterCollection(engine.getAsLong()).orElse(0),
        engine.isEmpty() ? 0 : KILO * MemoryMap.sharedAnonymousKilobytes(engine.getAsLong()));
  }
}
