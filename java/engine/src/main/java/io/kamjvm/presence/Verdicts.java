// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.storage.WatcherRow;
import java.util.Optional;

/** Verdicts of packages, and how tables and NOTIFYs spell them (spec presence 9). */
final class Verdicts {
  static final String POLITE_BLOCK = "polite-block";
  private static final String PROBATION = "probation";
  private static final int WAITING = 4;

  private Verdicts() {}

  /**
   * What a verdict means.
   *
   * @param before how the watcher stood; empty for a new one
   */
  static Authorization.Verdict standing(final Verdict verdict, final Optional<Verdict> before) {
    return switch (verdict.kind()) {
      case ALLOW -> Authorization.Verdict.ACTIVE;
      case POLITE_BLOCK -> new Authorization.Verdict(Subscription.ACTIVE, POLITE_BLOCK);
      case BLOCK -> new Authorization.Verdict(Subscription.TERMINATED, verdict.reason());
      case CONFIRM -> new Authorization.Verdict(Subscription.PENDING, "");
      case UNDECIDED ->
          before.isEmpty() || before.get().kind() == Verdict.Kind.CONFIRM
              ? new Authorization.Verdict(Subscription.PENDING, "")
              : new Authorization.Verdict(Subscription.TERMINATED, PROBATION);
    };
  }

  /** What was decided, as a package would say it; empty when the status is none. */
  static Optional<Verdict> spoken(final int status, final String reason) {
    return switch (status) {
      case Subscription.ACTIVE ->
          Optional.of(reason.equals(POLITE_BLOCK) ? Verdict.POLITE_BLOCK : Verdict.ALLOW);
      case Subscription.PENDING, WAITING -> Optional.of(Verdict.CONFIRM);
      case Subscription.TERMINATED -> Optional.of(blocked(reason));
      default -> Optional.empty();
    };
  }

  /** The standing that a row of {@code watchers} keeps; empty when it says nothing that is one. */
  static Optional<Authorization.Verdict> kept(final WatcherRow row) {
    return spoken(row.status(), row.reason()).map(v -> standing(v, Optional.of(v)));
  }

  private static Verdict blocked(final String reason) {
    try {
      return Verdict.block(reason);
    } catch (final IllegalArgumentException e) {
      // another program has written something else
      return Verdict.BLOCK;
    }
  }
}
