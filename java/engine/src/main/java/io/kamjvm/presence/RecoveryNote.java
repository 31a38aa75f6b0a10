// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.SubscriptionRow;

/**
 * A subscription's entry in the recovery log: of what kind it is, which row it tells of, and what
 * its counter says. Engine thread only.
 */
final class RecoveryNote {

  /** {@code presence} in {@link RecoveryLog}: a document that no table has. */
  static final int DOCUMENT = 1;

  /** The row of a subscription. */
  static final int SUBSCRIPTION = 2;

  /** Which subscription it is; its row is in the table. */
  static final int COUNTERS = 3;

  /** A subscription has ended, and its last NOTIFY is owed. */
  static final int FAREWELL = 4;

  /** A subscription has ended, and the table does not know it yet. */
  static final int GONE = 5;

  /** A change of documents has been handed to the journal; what it means is not carried out yet. */
  static final int CHANGING = 6;

  /** The same for a new or refreshed subscription. */
  static final int SUBSCRIBING = 7;

  /** The same for a subscription that its watcher ends. */
  static final int UNSUBSCRIBING = 8;

  /** What a PUBLISH was answered. */
  static final int ANSWERED = 9;

  /** A NOTIFY is owed in a dialog that only the table knows. */
  static final int OWING = 10;

  private static final long OWED = 1;
  private static final int NUMBER_BITS = 31;
  private static final long NUMBER = (1L << NUMBER_BITS) - 1;

  final RecoveryLog.Entry entry;
  int kind;
  SubscriptionRow row;
  private long counter;

  RecoveryNote(
      final RecoveryLog.Entry entry,
      final int kind,
      final SubscriptionRow row,
      final long counter) {
    this.entry = entry;
    this.kind = kind;
    this.row = row;
    this.counter = counter;
  }

  /** CSeq and version of the last NOTIFY, and whether one is owed, in one word. */
  static long counter(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    return (subscription.localCseq() & NUMBER) << NUMBER_BITS + 1
        | (subscription.version() & NUMBER) << 1
        | (outbox.inFlight || outbox.waiting() ? OWED : 0);
  }

  static long cseq(final long counter) {
    return counter >>> NUMBER_BITS + 1;
  }

  static int version(final long counter) {
    return (int) (counter >>> 1 & NUMBER);
  }

  static boolean owed(final long counter) {
    return (counter & OWED) != 0;
  }

  /** Brings the counter up to date. */
  void count(final Subscription subscription) {
    final long now = counter(subscription);
    if (now != counter) {
      counter = now;
      entry.counter(now);
    }
  }

  /** Notes something else about the same subscription. */
  void replace(final int newKind, final byte[] value, final Subscription subscription) {
    final long now = counter(subscription);
    if (entry.replace(newKind, value, now)) {
      kind = newKind;
      row = subscription.row();
      counter = now;
    }
  }
}
