// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.DialogId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** All subscriptions, by dialog. Engine thread only. */
final class Subscriptions {
  private final Map<DialogId, Subscription> byDialog = new HashMap<>();
  private final PresenceParameters parameters;
  private final Presentities presentities;
  private final Notifier notifier;
  private final Fanout fanout;
  private final WriteBack writeBack;
  private final ExpiryTimers<Subscription> expiry;
  private final ModuleContext context;
  private final Recovery recovery;
  private final Consumer<Subscription> due = s -> s.queue().enterAlways(() -> expire(s));

  Subscriptions(
      final ModuleContext context,
      final PresenceParameters parameters,
      final Presentities presentities,
      final Notifier notifier,
      final Fanout fanout,
      final WriteBack writeBack,
      final ExpiryTimers<Subscription> expiry,
      final Recovery recovery) {
    this.context = context;
    this.parameters = parameters;
    this.presentities = presentities;
    this.notifier = notifier;
    this.fanout = fanout;
    this.writeBack = writeBack;
    this.expiry = expiry;
    this.recovery = recovery;
  }

  Optional<Subscription> find(final DialogId dialog) {
    return Optional.ofNullable(byDialog.get(dialog));
  }

  /** How many there are, those included that are not committed yet. */
  int count() {
    return byDialog.size();
  }

  /** Keeps the dialog's place while its first change is not committed. */
  void reserve(final Subscription subscription) {
    byDialog.put(subscription.dialog(), subscription);
  }

  /** Gives the place up. */
  void forget(final Subscription subscription) {
    byDialog.remove(subscription.dialog(), subscription);
    presentities.tidy(subscription.presentity());
  }

  /** The subscription, or its refresh, holds. */
  void activate(final Subscription subscription) {
    byDialog.put(subscription.dialog(), subscription);
    subscription.live(true);
    subscription.presentity().subscriptions().add(subscription);
    recovery.holds(subscription);
    expiry.set(subscription, subscription.row().expires() + parameters.expiresOffset(), due);
  }

  /** The subscription is over; what its watcher is told is the caller's business. */
  void end(final Subscription subscription) {
    subscription.live(false);
    recovery.ended(subscription);
    expiry.cancel(subscription);
    byDialog.remove(subscription.dialog(), subscription);
    subscription.presentity().subscriptions().remove(subscription);
    presentities.tidy(subscription.presentity());
  }

  /** As {@link #end}, for an end that no request of the watcher brings about. */
  void drop(final Subscription subscription, final WatcherEvent how) {
    end(subscription);
    writeBack.remove(subscription);
    fanout.left(subscription, how);
  }

  /**
   * A subscription that was loaded has ended meanwhile. Its watcher knows when; who watches the
   * watchers does not.
   */
  void missed(final Subscription subscription) {
    writeBack.remove(subscription);
    fanout.unwatched(subscription, 0);
    presentities.tidy(subscription.presentity());
  }

  /** A NOTIFY's result says that the watcher is gone. */
  void gone(final NotifyResult result) {
    final Subscription subscription = result.subscription();
    subscription
        .queue()
        .enterAlways(
            () -> {
              // who has refreshed since then is there, even if the older NOTIFY found nobody
              if (subscription.live() && (result.ends() || result.ofThisRefresh())) {
                drop(subscription, WatcherEvent.DEACTIVATED);
              }
            });
  }

  /** Subscriptions of the same resource and Call-ID (parameter {@code delete_same_subs}). */
  List<Subscription> same(final Presentity presentity, final String callId) {
    final List<Subscription> same = new ArrayList<>();
    if (parameters.deleteSameSubscriptions()) {
      for (final Subscription subscription : presentity.subscriptions()) {
        if (subscription.row().callId().equals(callId)) {
          same.add(subscription);
        }
      }
    }
    return same;
  }

  private void expire(final Subscription subscription) {
    final long due = subscription.row().expires() + parameters.expiresOffset();
    if (!subscription.live() || due > context.clock().epochSeconds()) {
      return;
    }
    drop(subscription, WatcherEvent.TIMEOUT);
    notifier.ended(subscription, "timeout", false);
    notifier.pump(subscription);
  }
}
