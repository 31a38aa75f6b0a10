// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds of each side in each comparison
 * @param seconds of one round
 * @param firstWarmup seconds of the same load before the first round of a side
 * @param firstOperations that the first warm-up has at least: a JVM compiles what it has seen
 *     often; bounded by eight times its seconds
 * @param warmup seconds of it before every round
 * @param crowd watchers of the one presentity that has many, in a fan-out
 * @param patience seconds that the many changes of such a presentity may take, and as many again
 *     until every watcher knows the last
 * @param subscriptions for the memory of one
 * @param restarts stored subscriptions of the restarts that are measured, one after the other
 * @param overload seconds at twice the knee
 * @param soak minutes of steady load; 0: none
 * @param killed subscriptions that stand when the engine is killed under load
 * @param idle subscriptions whose idle cost is measured; 0: it is not
 * @param refreshed records that pua refreshes
 * @param updatePeriod of pua, seconds; all of them expire within one
 * @param loops rounds of the bridge's round trips; their figures are medians
 * @param requests OPTIONS in each of them, every one a loop of calls
 * @param starts starts, each with one kill of the engine
 */
record Size(
    int rounds,
    double seconds,
    double firstWarmup,
    int firstOperations,
    double warmup,
    int crowd,
    int patience,
    int subscriptions,
    List<Integer> restarts,
    double overload,
    int soak,
    int killed,
    int idle,
    int refreshed,
    int updatePeriod,
    int loops,
    int requests,
    int starts) {
  static final Size FULL =
      new Size(
          5,
          4,
          8,
          120_000,
          1,
          10_000,
          60,
          50_000,
          List.of(50_000, 500_000),
          60,
          10,
          100_000,
          1_000_000,
          100_000,
          100,
          5,
          100,
          7);
  static final Size QUICK =
      new Size(
          1,
          1.2,
          1.2,
          8_000,
          0.3,
          2_000,
          10,
          5_000,
          List.of(5_000),
          4,
          0,
          5_000,
          0,
          5_000,
          10,
          1,
          50,
          2);
}
