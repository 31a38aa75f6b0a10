// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.Arrays;
import java.util.List;

/** Values in order, to ask for the one at a given rank. */
final class Quantiles {
  private final double[] sorted;

  private Quantiles(final double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Quantiles of(final List<? extends Number> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values");
    }
    final double[] sorted = values.stream().mapToDouble(Number::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Quantiles(sorted);
  }

  /** The smallest value that is not exceeded by this share (0 to 1) of all: nearest rank. */
  double at(final double share) {
    final int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1];
  }

  /** The middle value, or the mean of the two in the middle. */
  double median() {
    final int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
