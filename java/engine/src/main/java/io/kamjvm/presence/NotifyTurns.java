// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.function.Consumer;

/**
 * Who may send the next NOTIFY of a dialog, and with which counters. Where the tables are the truth
 * other servers send in the same dialog, so the counters come from there. Engine thread only.
 */
interface NotifyTurns {

  /** Whether {@link #take} need not be called. */
  boolean immediate(Subscription subscription);

  /**
   * Takes the next turn. When {@code taken} hears true, row and counters of the subscription are as
   * the turn left them and exactly one NOTIFY follows; false: none may follow now.
   */
  void take(Subscription subscription, Consumer<Boolean> taken);

  /** The NOTIFY of the turn that was taken has left, or will not. */
  default void sent(final Subscription subscription) {}

  /** Neither is a NOTIFY under way in the dialog nor does one wait. */
  default void rested(final Subscription subscription) {}
}
