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
  private final Fanout fanout;
  private final StandingOrders orders;
  private final LongSupplier now;

  MemorySubscribers(
      final Presentities presentities,
      final Fanout fanout,
      final StandingOrders orders,
      final LongSupplier now) {
    this.presentities = presentities;
    this.fanout = fanout;
    this.orders = orders;
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
    orders.apply(watcher, verdict);
  }
}
