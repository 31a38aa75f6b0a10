// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Subscribers as the engine's memory knows them. Engine thread only. */
final class MemorySubscribers implements Subscribers {
  private final Presentities presentities;
  private final Subscriptions subscriptions;
  private final Fanout fanout;
  private final Notifier notifier;
  private final WriteBack writeBack;
  private final LongSupplier now;

  MemorySubscribers(
      final Presentities presentities,
      final Subscriptions subscriptions,
      final Fanout fanout,
      final Notifier notifier,
      final WriteBack writeBack,
      final LongSupplier now) {
    this.presentities = presentities;
    this.subscriptions = subscriptions;
    this.fanout = fanout;
    this.notifier = notifier;
    this.writeBack = writeBack;
    this.now = now;
  }

  @Override
  public List<Change> marks(final Presentity presentity, final String sender) {
    return List.of();
  }

  @Override
  public List<Outgoing> changed(
      final Presentity presentity, final String sender, final int inline) {
    return fanout.changed(presentity, sender, inline);
  }

  @Override
  public void repeat(final String presentityUri, final EventPackage eventPackage) {
    presentities.find(presentityUri, eventPackage).ifPresent(fanout::repeat);
  }

  @Override
  public void any(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Boolean> answered) {
    answered.accept(unexpired(presentityUri, eventPackage).findAny().isPresent());
  }

  @Override
  public void list(
      final String presentityUri,
      final EventPackage eventPackage,
      final Consumer<Optional<List<SubscriptionRow>>> answered) {
    answered.accept(
        Optional.of(unexpired(presentityUri, eventPackage).map(Subscription::rowToWrite).toList()));
  }

  private Stream<Subscription> unexpired(
      final String presentityUri, final EventPackage eventPackage) {
    final long time = now.getAsLong();
    return presentities.find(presentityUri, eventPackage).stream()
        .flatMap(p -> p.subscriptions().stream())
        .filter(s -> s.row().expires() > time);
  }

  @Override
  public void authorize(final Authorization.Watcher watcher, final Authorization.Verdict verdict) {
    for (final Subscription subscription : List.copyOf(watcher.presentity().subscriptions())) {
      if (subscription.row().watcherUser().equals(watcher.user())
          && subscription.row().watcherDomain().equalsIgnoreCase(watcher.domain())) {
        subscription.queue().enterAlways(() -> authorize(subscription, verdict));
      }
    }
  }

  private void authorize(final Subscription subscription, final Authorization.Verdict verdict) {
    final SubscriptionRow row = subscription.row();
    if (!subscription.live()
        || row.status() == verdict.status() && row.reason().equals(verdict.reason())) {
      return;
    }
    subscription.row(row.authorized(verdict.status(), verdict.reason()));
    if (verdict.status() == Subscription.TERMINATED) {
      subscriptions.drop(subscription, WatcherEvent.ending(verdict.reason()));
      notifier.ended(subscription, verdict.reason(), false);
    } else {
      if (verdict.status() == Subscription.ACTIVE && row.status() != Subscription.ACTIVE) {
        subscription.event(WatcherEvent.APPROVED);
      }
      writeBack.put(subscription);
      fanout.watched(subscription, 0);
      notifier.asked(subscription, Math.max(1, row.expires() - now.getAsLong()));
    }
    notifier.pump(subscription);
  }
}
