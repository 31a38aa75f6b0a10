// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.SubscriptionRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Working copies of the dialogs in which something is under way, for the mode in which the table is
 * the truth: a NOTIFY waits for its turn or its answer. Where nothing is under way nothing is kept.
 * Engine thread only.
 *
 * <p>The table counts as stock servers do, which may use it too: {@code local_cseq} is one less
 * than the CSeq of the last NOTIFY.
 */
final class Dialogs {
  private final Map<DialogId, Subscription> copies = new HashMap<>();

  /** All copies, those included whose dialog has begun anew since they ended. */
  private final Set<Subscription> kept = new HashSet<>();

  /** Those to which an earlier send took long; the oldest go. */
  private final Map<DialogId, Boolean> slow =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<DialogId, Boolean> eldest) {
          return size() > PresenceLimits.SLOW_DIALOGS;
        }
      };

  private final Presentities presentities;
  private final EventPackages packages;

  Dialogs(final Presentities presentities, final EventPackages packages) {
    this.presentities = presentities;
    this.packages = packages;
  }

  /** How many there are. */
  int count() {
    return kept.size();
  }

  /** Who is subscribed according to this row; empty when its package is not loaded. */
  Optional<Subscription> working(final SubscriptionRow row) {
    return packages.find(row.event()).map(eventPackage -> working(row, eventPackage));
  }

  private Subscription working(final SubscriptionRow row, final EventPackage eventPackage) {
    final DialogId dialog = new DialogId(row.callId(), row.toTag(), row.fromTag());
    final Subscription known = copies.get(dialog);
    if (known != null && known.live()) {
      return known;
    }
    final Subscription fresh =
        new Subscription(presentities.obtain(row.presentityUri(), eventPackage), counted(row));
    fresh.live(true);
    fresh.outbox().slow = slow.containsKey(dialog);
    fresh.presentity().pin();
    kept.add(fresh);
    copies.put(dialog, fresh);
    return fresh;
  }

  /** As {@link #working}, for a subscription that is in no table any more or was never. */
  Optional<Subscription> ended(final SubscriptionRow row) {
    final Optional<Subscription> copy = working(row);
    copy.ifPresent(
        subscription -> {
          if (subscription.outbox().turn) {
            // the last NOTIFY takes it
            turn(subscription, row);
          } else {
            final SubscriptionRow counted = counted(row);
            subscription.row(counted);
            subscription.count(counted.localCseq(), counted.version());
          }
          subscription.live(false);
        });
    return copy;
  }

  /** The row of a dialog in which no NOTIFY has been sent. */
  static SubscriptionRow fresh(final SubscriptionRow row) {
    return row.withCounters(-1, 0);
  }

  /** The row says whose turn it is: counters are such that the next NOTIFY is this one. */
  static void turn(final Subscription subscription, final SubscriptionRow row) {
    final SubscriptionRow counted = counted(row);
    subscription.row(counted);
    subscription.count(counted.localCseq() - 1, counted.version() - 1);
  }

  private static SubscriptionRow counted(final SubscriptionRow row) {
    return row.withCounters(row.localCseq() + 1, row.version());
  }

  /** Nothing is under way in the dialog any more. */
  void rested(final Subscription subscription) {
    if (kept.remove(subscription)) {
      if (subscription.outbox().slow && subscription.live()) {
        slow.put(subscription.dialog(), true);
      }
      copies.remove(subscription.dialog(), subscription);
      subscription.presentity().unpin();
      presentities.tidy(subscription.presentity());
    }
  }
}
