// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Everything that is left to chance, out of one seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(final long seed) {
    this.random = new SplittableRandom(seed);
  }

  boolean chance(final double probability) {
    return random.nextDouble() < probability;
  }

  int below(final int bound) {
    return random.nextInt(bound);
  }

  /** From {@code least} to {@code most}, both included. */
  long between(final long least, final long most) {
    return least + random.nextLong(most - least + 1);
  }

  <T> T pick(final List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
