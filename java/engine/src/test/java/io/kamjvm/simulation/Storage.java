// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A storage mode and what it promises.
 *
 * @param publCache parameter {@code publ_cache}
 * @param subsDbMode parameter {@code subs_db_mode}
 */
record Storage(int publCache, int subsDbMode) {

  /** As in {@link Scenario#name}. */
  static Storage parse(final String publCache, final String subsDbMode) {
    return new Storage(Integer.parseInt(publCache), Integer.parseInt(subsDbMode));
  }

  /** Every combination that there is. */
  static final List<Storage> ALL =
      IntStream.of(0, 1, 2)
          .boxed()
          .flatMap(cache -> IntStream.of(0, 1, 2, 3).mapToObj(mode -> new Storage(cache, mode)))
          .toList();

  /** Whether a document that was acknowledged survives everything. */
  boolean documentsDurable() {
    return publCache != 2;
  }

  /** Whether a subscription that was acknowledged survives everything. */
  boolean subscriptionsDurable() {
    return subsDbMode == 1 || subsDbMode == 3;
  }

  boolean subscriptionsStored() {
    return subsDbMode != 0;
  }

  @Override
  public String toString() {
    return publCache + "." + subsDbMode;
  }
}
