// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * Runs a property over many seeds. A failure names the seed; {@code -Dkamjvm.seed=N} runs that one
 * again, alone.
 */
final class Seeded {
  private Seeded() {}

  static void runs(final int rounds, final Consumer<RandomGenerator> property) {
    final Long wanted = Long.getLong("kamjvm.seed");
    final long first = wanted == null ? System.nanoTime() : wanted;
    LongStream.range(first, first + (wanted == null ? rounds : 1))
        .forEach(seed -> run(seed, property));
  }

  private static void run(final long seed, final Consumer<RandomGenerator> property) {
    try {
      property.accept(new SplitMix(seed));
    } catch (final AssertionError | RuntimeException e) {
      throw new AssertionError("replay with -Dkamjvm.seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  /** Our own, so that a seed means the same on every JDK. */
  private static final class SplitMix implements RandomGenerator {
    private long state;

    SplitMix(final long seed) {
      state = seed;
    }

    @Override
    public long nextLong() {
      state += 0x9e3779b97f4a7c15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return z ^ (z >>> 31);
    }
  }
}
