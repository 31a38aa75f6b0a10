// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Refreshes of stored publications, which all expire within one {@code update_period} of pua, to a
 * server that answers at once. Both sides are observed for the same time, long enough for two
 * passes of stock.
 *
 * @param records that are stored
 * @param period {@code update_period}, seconds
 */
record PuaRefreshExperiment(int records, int period) implements Experiment {
  /** Seconds of life that a record has besides: a server starts meanwhile. */
  private static final int LEAD = 10;

  private static final int REST = 5;
  private static final int SHARED_MEGABYTES = 2_048;
  private static final double NANOS_PER_MILLI = 1e6;

  private static final Setup SETUP = Setup.of(Storage.WRITE_BACK).sharedMemory(SHARED_MEGABYTES);

  @Override
  public String name() {
    return "pua-refresh";
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Map<ModuleSet, List<Sample>> samples = new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      samples.put(side, List.of(measure(databases, side)));
    }
    return new Comparison(
        name(),
        String.format(Locale.ROOT, "pua refreshes %,d records", records),
        SETUP.told()
            + "; PostgreSQL, db_mode 0, update_period "
            + period
            + ", which is the time in which all expire; observed for "
            + seconds()
            + " s",
        samples);
  }

  private int seconds() {
    return 2 * period + LEAD + REST;
  }

  private Sample measure(final Databases databases, final ModuleSet side) {
    final String url = databases.create(Storage.WRITE_BACK, side);
    try (PublishTaker taker = new PublishTaker()) {
      fill(databases, url, taker.ports());
      databases.settle(Storage.WRITE_BACK);
      try (KamailioProcess kamailio = KamailioProcess.start(config(side, url))) {
        final UsageMeter meter = new UsageMeter(kamailio, databases.pid(Storage.WRITE_BACK));
        meter.begins();
        rest();
        meter.ends();
        return sample(meter.usage(), taker);
      }
    }
  }

  private KamailioConfig config(final ModuleSet side, final String url) {
    return SETUP
        .config(side, url)
        .line("loadmodule \"pua.so\"")
        .sameDatabase("pua", "db_url")
        .line("modparam(\"pua\", \"update_period\", " + period + ")");
  }

  /** One row for each, with an entity-tag of its own; they are kept up until somebody ends them. */
  private void fill(final Databases databases, final String url, final List<Integer> ports) {
    databases.execute(
        url,
        "INSERT INTO pua (pres_uri, pres_id, event, expires, desired_expires, flag, etag, tuple_id,"
            + " watcher_uri, call_id, to_tag, from_tag, cseq, record_route, contact,"
            + " remote_contact, version, extra_headers) SELECT 'sip:user' || g || '@127.0.0.1:' ||"
            + " (ARRAY["
            + ports.stream().map(String::valueOf).collect(Collectors.joining(","))
            + "])[1 + g % "
            + ports.size()
            + "], 'id', 1, extract(epoch from now())::int + "
            + (period + LEAD)
            + " + g % "
            + period
            + ", 0, 128, 'e' || g, 't', '', '', '', '', 0, '', '', '', 0, ''"
            + " FROM generate_series(1, "
            + records
            + ") g",
        "ANALYZE pua");
  }

  private Sample sample(final Usage usage, final PublishTaker taker) {
    final PublishTally tally = taker.tally();
    final double refreshed = Math.max(1, tally.records());
    final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.CPU, (usage.kamailioMicros() + usage.engineMicros()) / refreshed);
    values.put(Metric.CPU_ENGINE, usage.engineMicros() / refreshed);
    values.put(Metric.CPU_DATABASE, usage.databaseMicros() / refreshed);
    values.put(Metric.MEMORY, usage.memoryMegabytes());
    values.put(Metric.SHARED_PEAK, usage.sharedPeakMegabytes());
    values.put(Metric.ERRORS, (double) (records - tally.records()));
    values.put(Metric.PUBLISHES_PEAK, (double) tally.mostInOneSecond());
    values.put(Metric.SPAN, tally.spanNanos() / NANOS_PER_MILLI);
    values.put(Metric.RETRANSMITTED, (double) tally.retransmissions());
    values.put(Metric.SERVER_DROPS, (double) usage.socketDrops());
    values.put(Metric.GENERATOR_DROPS, (double) taker.drops());
    return Sample.of(values);
  }

  private void rest() {
    try {
      TimeUnit.SECONDS.sleep(seconds());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
