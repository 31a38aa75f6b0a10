// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every scenario in which stock and ours are compared. */
final class Matrix {
  /** What is under way when throughput is measured; the goals say 128. */
  private static final int WINDOW = 128;

  private static final int PUBLISHERS = 500;
  private static final int MIXED_RATE = 1_000;

  /** A registered user stands for so many of the subscriptions of other scenarios. */
  private static final int PER_REGISTERED = 5;

  /** With few watchers there would be time to tell each of them every change. */
  private static final int BURST_CROWD = 10_000;

  /** Heaps that hold a million subscriptions and 200,000 documents; ZGC's references are longer. */
  private static final int G1_MEGABYTES = 3_072;

  private static final int ZGC_MEGABYTES = 5_120;

  private final Size size;
  private final List<Experiment> experiments = new ArrayList<>();

  private Matrix(final Size size) {
    this.size = size;
  }

  /** In the order in which they run. */
  static List<Experiment> of(final Size size) {
    final Matrix matrix = new Matrix(size);
    matrix.publish();
    matrix.subscribe();
    matrix.fanouts();
    matrix.steady();
    matrix.special();
    return List.copyOf(matrix.experiments);
  }

  private void publish() {
    final Load load = Load.of("publish").with("presentities", PUBLISHERS).with("window", WINDOW);
    add("publish-memory", "PUBLISH, in memory", Setup.of(Storage.MEMORY), load);
    add(
        "publish-memory-stateless",
        "PUBLISH, in memory, stateless",
        Setup.of(Storage.MEMORY).stateless(),
        load);
    add("publish-memory-tcp", "PUBLISH, in memory, TCP", Setup.of(Storage.MEMORY), tcp(load));
    final Load kilobyte = load.with("body", 1_000);
    add("publish-memory-1k", "PUBLISH of 1 kB, in memory", Setup.of(Storage.MEMORY), kilobyte);
    add("publish-write-back", "PUBLISH, PostgreSQL 2/1", Setup.of(Storage.WRITE_BACK), load);
    add("publish-write-through", "PUBLISH, PostgreSQL 1/1", Setup.of(Storage.WRITE_THROUGH), load);
    add("publish-database-only", "PUBLISH, PostgreSQL 3/0", Setup.of(Storage.DATABASE_ONLY), load);
    /* more than one at a time is more than SQLite can do; the documents must come first */
    add(
        "publish-embedded",
        "PUBLISH, H2 and SQLite",
        Setup.of(Storage.EMBEDDED),
        load.with("presentities", 2 * WINDOW).with("setup-window", 1));
  }

  private void subscribe() {
    final Load load =
        Load.of("subscribe").with("presentities", PUBLISHERS).with("window", WINDOW / 4);
    add("subscribe-memory", "SUBSCRIBE, in memory", Setup.of(Storage.MEMORY), load);
    add(
        "subscribe-write-through",
        "SUBSCRIBE, PostgreSQL 1/1",
        Setup.of(Storage.WRITE_THROUGH),
        load);
    add("subscribe-write-back", "SUBSCRIBE, PostgreSQL 2/1", Setup.of(Storage.WRITE_BACK), load);
  }

  private void fanouts() {
    final Load many = crowd("fanout", 50, 20).with("window", 16);
    add("fanout-50x20", "fan-out 50×20, in memory", Setup.of(Storage.MEMORY), many);
    add("fanout-50x20-tcp", "fan-out 50×20, in memory, TCP", Setup.of(Storage.MEMORY), tcp(many));
    add(
        "fanout-50x20-postgres",
        "fan-out 50×20, PostgreSQL 2/1",
        Setup.of(Storage.WRITE_BACK),
        many);
    add(
        "fanout-10x200",
        "fan-out 10×200, in memory",
        Setup.of(Storage.MEMORY),
        crowd("fanout", 10, 200).with("window", 10));
    add(
        "fanout-crowd",
        String.format(Locale.ROOT, "fan-out 1×%,d, in memory", size.crowd()),
        Setup.of(Storage.MEMORY),
        crowd("fanout", 1, size.crowd()).with("window", 1).with("fanout-limit", 20_000));
  }

  private void steady() {
    add(
        "latency",
        "500 PUBLISH/s × 10 watchers, in memory",
        Setup.of(Storage.MEMORY),
        crowd("flood", PUBLISHERS, 10).with("rate", 500));
    add(
        "mixed",
        "70 % refresh, 20 % publish, 10 % subscribe",
        Setup.of(Storage.MEMORY),
        crowd("mixed", 200, 5).with("rate", MIXED_RATE));
  }

  private void special() {
    experiments.add(
        new LoadExperiment(
            "burst",
            String.format(Locale.ROOT, "100 changes in 1 s for %,d watchers", BURST_CROWD),
            Setup.of(Storage.MEMORY),
            crowd("flood", 1, BURST_CROWD)
                .with("rate", 100)
                .with("operations", 100)
                .with("seconds", size.patience())
                .with("drain", size.patience())
                .with("warmup", 0),
            size,
            1));
    experiments.add(new OverloadExperiment(size));
    experiments.add(new MemoryExperiment(size));
    size.restarts().forEach(count -> experiments.add(new RestartExperiment(size, count)));
    experiments.add(new EngineKilledExperiment(size, size.killed()));
    experiments.add(new PuaRefreshExperiment(size.refreshed(), size.updatePeriod()));
    if (size.soak() > 0) {
      experiments.add(new SoakExperiment(size));
    }
    if (size.idle() > 0) {
      experiments.add(new IdleExperiment(size.idle()));
      experiments.add(new PausesExperiment("G1GC", G1_MEGABYTES, size.idle()));
      experiments.add(new PausesExperiment("ZGC", ZGC_MEGABYTES, size.idle()));
    }
    experiments.add(new PaRegistrarExperiment(size.subscriptions() / PER_REGISTERED));
  }

  private void add(final String name, final String title, final Setup setup, final Load load) {
    experiments.add(new LoadExperiment(name, title, setup, load, size));
  }

  private static Load crowd(final String scenario, final int presentities, final int watchers) {
    return Load.of(scenario).with("presentities", presentities).with("watchers", watchers);
  }

  private static Load tcp(final Load load) {
    return load.with("transport", "tcp");
  }
}
