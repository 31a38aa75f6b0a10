// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Gives the dialogs of a watcher a new standing: they are told, and ended where nothing may be seen
 * any more (spec presence 9.3). Engine thread only.
 */
final class StandingOrders {
  private final Subscriptions subscriptions;
  private final Fanout fanout;
  private final Notifier notifier;
  private final WriteBack writeBack;
  private final LongSupplier now;

  StandingOrders(
      final Subscriptions subscriptions,
      final Fanout fanout,
      final Notifier notifier,
      final WriteBack writeBack,
      final LongSupplier now) {
    this.subscriptions = subscriptions;
    this.fanout = fanout;
    this.notifier = notifier;
    this.writeBack = writeBack;
    this.now = now;
  }

  /** All dialogs of the watcher stand so from now on. */
  void apply(final Authorization.Watcher watcher, final Authorization.Verdict verdict) {
    for (final Subscription subscription : List.copyOf(watcher.presentity().subscriptions())) {
      if (subscription.row().watcherUser().equals(watcher.user())
          && subscription.row().watcherDomain().equals(watcher.domain())) {
        subscription.queue().enterAlways(() -> apply(subscription, verdict));
      }
    }
  }

  private void apply(final Subscription subscription, final Authorization.Verdict verdict) {
    final SubscriptionRow before = subscription.row();
    if (!subscription.live() || verdict.isOf(subscription)) {
      return;
    }
    if (verdict.status() == Subscription.TERMINATED) {
      subscription.row(before.authorized(verdict.status(), verdict.reason()));
      subscriptions.drop(subscription, WatcherEvent.ending(verdict.reason()));
      notifier.ended(subscription, verdict.reason(), false);
    } else {
      subscription.row(before.authorized(verdict.status(), verdict.reason()));
      if (verdict.status() == Subscription.ACTIVE && before.status() != Subscription.ACTIVE) {
        subscription.event(WatcherEvent.APPROVED);
      }
      writeBack.put(subscription);
      fanout.watched(subscription, 0);
      notifier.asked(subscription, Math.max(1, before.expires() - now.getAsLong()));
    }
    notifier.pump(subscription);
  }
}
