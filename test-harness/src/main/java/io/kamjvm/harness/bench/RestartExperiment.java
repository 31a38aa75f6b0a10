// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long Kamailio takes from its start until it answers, with so many subscriptions in
 * PostgreSQL. A few are made by SUBSCRIBEs; the others are copies of their rows with Call-IDs of
 * their own.
 *
 * @param size how many starts
 * @param subscriptions that are stored
 */
record RestartExperiment(Size size, int subscriptions) implements Experiment {
  private static final int MADE = 200;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int BYTES_IN_HEAP = 3_000;
  private static final int LEAST_HEAP_MEGABYTES = 512;

  /** Columns of the stock table that copies share with their original. */
  private static final String COLUMNS =
      "presentity_uri, watcher_username, watcher_domain, to_user, to_domain, event, event_id,"
          + " to_tag, from_tag, local_cseq, remote_cseq, contact, record_route, expires, status,"
          + " reason, version, socket_info, local_contact, from_user, from_domain, updated,"
          + " updated_winfo, flags, user_agent";

  @Override
  public String name() {
    return "restart-" + subscriptions;
  }

  private Setup setup() {
    final int heap =
        Math.max(LEAST_HEAP_MEGABYTES, (int) ((long) subscriptions * BYTES_IN_HEAP >> 20));
    return Setup.of(Storage.WRITE_BACK).onlyOurs("jvm_options", "-Xmx" + heap + "m");
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Setup setup = setup();
    final Map<ModuleSet, String> urls = new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      final String url = databases.create(Storage.WRITE_BACK, side);
      fill(databases, setup, side, url);
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
        setup.told() + "; " + MADE + " subscriptions were made, the others are copied rows",
        samples);
  }

  private void fill(
      final Databases databases, final Setup setup, final ModuleSet side, final String url) {
    try (KamailioProcess kamailio = KamailioProcess.start(setup.config(side, url))) {
      LoadGenerator.run(
          Load.of("subscribe").with("operations", MADE).with("presentities", MADE / 10),
          kamailio.port(),
          LoadGenerator.NOBODY);
    }
    databases.execute(
        url,
        "INSERT INTO active_watchers ("
            + COLUMNS
            + ", callid) SELECT "
            + COLUMNS
            + ", callid || '-' || g FROM active_watchers, generate_series(1, "
            + (subscriptions / MADE - 1)
            + ") g",
        "ANALYZE active_watchers");
  }

  private static Sample start(final Setup setup, final ModuleSet side, final String url) {
    final long from = System.nanoTime();
    try (KamailioProcess kamailio = KamailioProcess.start(setup.config(side, url))) {
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
