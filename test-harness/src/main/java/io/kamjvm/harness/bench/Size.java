// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds of each side in each comparison
 * @param seconds of one round
 * @param firstWarmup seconds of the same load before the first round of a side
 * @param warmup seconds of it before every round
 * @param crowd watchers of the one presentity that has many
 * @param subscriptions for the memory of one
 * @param restarts stored subscriptions of the restarts that are measured, one after the other
 * @param overload seconds at twice the knee
 * @param idle subscriptions whose idle cost is measured; 0: it is not
 * @param loops rounds of the bridge's round trips; their figures are medians
 * @param requests OPTIONS in each of them, every one a loop of calls
 * @param starts starts, each with one kill of the engine
 */
record Size(
    int rounds,
    double seconds,
    double firstWarmup,
    double warmup,
    int crowd,
    int subscriptions,
    List<Integer> restarts,
    double overload,
    int idle,
    int loops,
    int requests,
    int starts) {
  static final Size FULL =
      new Size(5, 4, 8, 1, 10_000, 50_000, List.of(50_000, 500_000), 60, 1_000_000, 5, 100, 7);
  static final Size QUICK =
      new Size(1, 1.2, 1.5, 0.3, 1_000, 5_000, List.of(5_000), 5, 0, 1, 50, 2);
}
