// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/**
 * Hears what becomes of an order, on the engine thread. {@link #decided} comes once; it may come
 * before {@code publish} or {@code subscribe} has returned, or much later where the table has to be
 * asked or an earlier request of the same series or dialog is still under way.
 */
@FunctionalInterface
public interface OrderListener {

  /** What is done about it. */
  void decided(Decision decision);

  /**
   * How the request ended; only after {@link Decision.Sent}. A 412 may be followed by a second
   * answer: that of the publication made anew.
   */
  default void answered(final FinalAnswer answer) {
    // who does not care is not bothered
  }

  /** For who does not care at all. */
  static OrderListener none() {
    return decision -> {};
  }
}
