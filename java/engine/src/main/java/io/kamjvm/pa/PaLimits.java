// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/** The bounds of this package, in one place. */
final class PaLimits {
  /** NOTIFYs without a result, of all watchers. */
  static final int NOTIFIES_UNDER_WAY = 2_000;

  /** NOTIFYs made in one turn of the engine. */
  static final int NOTIFIES_PER_TURN = 16;

  /** Watchers looked at in one turn. */
  static final int WATCHERS_PER_TURN = 256;

  /** Presentities looked at in one turn. */
  static final int PRESENTITIES_PER_TURN = 32;

  /** Publications of a presentity. */
  static final int PUBLICATIONS = 64;

  /** Tuples of a presentity that are injected. */
  static final int INJECTED = 64;

  /** Characters of a URI, as the tables hold them. */
  static final int URI = 255;

  /** Characters of a user, a host, a tag or an Event's id. */
  static final int NAME = 64;

  /** Characters of a tag. */
  static final int TAG = 128;

  /** Characters of a route set. */
  static final int ROUTES = 4_096;

  /** Requests whose outcome is remembered for retransmissions and for the script. */
  static final int OUTCOMES = 16_384;

  /** How long that is, milliseconds (RFC 3261: 64 T1). */
  static final long OUTCOME_MILLIS = 32_000;

  /** Watchers that wait for one presentity to come back. */
  static final int OFFLINE_WATCHERS = 1_000;

  /** By how much a CSeq may be ahead of the table. */
  static final int CSEQ_BLOCK = 1_000;

  private PaLimits() {}
}
