// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.List;

/**
 * A storage mode and what it promises.
 *
 * @param publCache parameter {@code publ_cache}
 * @param subsDbMode parameter {@code subs_db_mode}
 */
record Storage(int publCache, int subsDbMode) {

  /** Every combination that there is. */
  static final List<Storage> ALL =
      List.of(
          new Storage(0, 0),
          new Storage(0, 1),
          new Storage(0, 2),
          new Storage(1, 0),
          new Storage(1, 1),
          new Storage(1, 2),
          new Storage(2, 0),
          new Storage(2, 1),
          new Storage(2, 2));

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
