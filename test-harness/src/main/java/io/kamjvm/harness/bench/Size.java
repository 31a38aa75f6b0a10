// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/**
 * How much is measured.
 *
 * @param rounds repetitions of the round-trip measurement; its figures are medians
 * @param requests OPTIONS in each round, every one a loop of calls
 * @param starts starts, each with one kill of the engine
 * @param few subscriptions at the first memory reading
 * @param many subscriptions at the second
 */
record Size(int rounds, int requests, int starts, int few, int many) {
  static final Size FULL = new Size(5, 100, 7, 1_000, 50_000);
  static final Size QUICK = new Size(1, 50, 2, 200, 2_000);
}
