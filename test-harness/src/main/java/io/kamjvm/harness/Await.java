// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for conditions, with a limit and a message; the alternative to sleeping for luck. */
public final class Await {
  private static final long POLL_MILLIS = 20;

  private Await() {}

  /**
   * Waits until the condition holds.
   *
   * @param what said in the failure
   * @throws AssertionError when the limit passes first
   */
  public static void until(
      final String what, final Duration limit, final BooleanSupplier condition) {
    if (!holdsWithin(limit, condition)) {
      throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
    }
  }

  /** Waits for a value to be there. */
  public static <T> T value(
      final String what, final Duration limit, final Supplier<Optional<T>> supplier) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      final Optional<T> value = supplier.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
      }
      pause();
    }
  }

  /** True as soon as the condition holds, false when the limit passes first. */
  public static boolean holdsWithin(final Duration limit, final BooleanSupplier condition) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }
}
