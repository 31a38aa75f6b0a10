// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

/** Faults put into the doubles on purpose, to see that the simulation objects. */
enum Mutation {
  NONE,
  /** A NOTIFY reaches nobody, but the engine hears that it was answered 200. */
  LOSE_NOTIFY,
  /** The engine hears of an answer while the NOTIFY is still under way. */
  HASTY_ANSWER,
  /** A document that was acknowledged is not in the table after a crash. */
  LOSE_DOCUMENT,
  /** The tables forget NOTIFY counters in a crash. */
  FORGET_COUNTERS,
  /** A reply that is too late leaves nevertheless, but the engine hears that it did not. */
  WRONG_FATE
}
