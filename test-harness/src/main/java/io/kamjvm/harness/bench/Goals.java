// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import static io.kamjvm.harness.bench.Goal.ours;
import static io.kamjvm.harness.bench.Goal.ratio;

import java.util.List;

/** The goals of the project, each with the scenario that decides about it. */
final class Goals {
  private static final double SECONDS_2 = 2_000;
  private static final double SECONDS_5 = 5_000;
  private static final double PERCENT_10 = 10;

  /** In the order in which they are shown. */
  static final List<Goal> ALL =
      List.of(
          ratio("PUBLISH, PostgreSQL 2/1", "publish-write-back", Metric.OPERATIONS, 6),
          ratio("its p99", "publish-write-back", Metric.P99, 0.5),
          ratio("PUBLISH, embedded", "publish-embedded", Metric.OPERATIONS, 20),
          ours("refused there", "publish-embedded", Metric.ERRORS, 0),
          ratio("PUBLISH, in memory: CPU", "publish-memory", Metric.CPU, 1),
          ratio("the same, stateless", "publish-memory-stateless", Metric.CPU, 1),
          ratio("SUBSCRIBE, PostgreSQL 1/1", "subscribe-write-through", Metric.OPERATIONS, 3),
          ratio("SUBSCRIBE, PostgreSQL 2/1", "subscribe-write-back", Metric.OPERATIONS, 3),
          ratio("fan-out 50×20, in memory", "fanout-50x20", Metric.NOTIFIES, 1.1),
          ratio("fan-out 50×20, PostgreSQL", "fanout-50x20-postgres", Metric.NOTIFIES, 1.8),
          ours("fan-out 10×200: lost", "fanout-10x200", Metric.LOST, 0),
          ours("repeated", "fanout-10x200", Metric.REPEATED, 0),
          ours("retransmitted", "fanout-10x200", Metric.NOTIFY_RETRANSMITTED, 0),
          ours("fan-out to a crowd: lost", "fanout-crowd", Metric.LOST, 0),
          ours("repeated", "fanout-crowd", Metric.REPEATED, 0),
          ours("retransmitted", "fanout-crowd", Metric.NOTIFY_RETRANSMITTED, 0),
          ratio("memory of a subscription", "bytes", Metric.BYTES, 1),
          ratio("restart with 500,000 subscriptions", "restart-500000", Metric.START, 1),
          ours("twice the knee: throughput kept", "overload", Metric.OF_THE_KNEE, 90),
          ours("watchers left on an old state", "overload", Metric.STALE, 0),
          ours("normal again", "overload", Metric.TROUBLE, SECONDS_5),
          ours("100 changes for a crowd: NOTIFYs each", "burst", Metric.MOST_PER_WATCHER, 3),
          ours("watchers left on an old state", "burst", Metric.STALE, 0),
          ours("engine killed, 100,000 subscriptions", "engine-killed", Metric.BACK, SECONDS_2),
          ours("soak: heap grows", "soak", Metric.HEAP_GROWTH, PERCENT_10),
          ratio("500 PUBLISH/s × 10: NOTIFY p99", "latency", Metric.NOTIFY_P99, 1.2));

  private Goals() {}
}
