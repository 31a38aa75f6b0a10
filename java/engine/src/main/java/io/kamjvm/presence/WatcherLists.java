// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.winfo.WatcherinfoDocument;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** The documents of watcherinfo packages. Engine thread only. */
final class WatcherLists {
  private final Presentities presentities;
  private final EventPackages packages;
  private final LongSupplier now;

  WatcherLists(
      final Presentities presentities, final EventPackages packages, final LongSupplier now) {
    this.presentities = presentities;
    this.packages = packages;
    this.now = now;
  }

  /** All who watch, as the subscription's next document. */
  byte[] full(final Subscription subscription) {
    final String uri = subscription.presentity().uri();
    final Collection<Subscription> inMemory =
        packages
            .watchedBy(subscription.presentity().eventPackage())
            .flatMap(watched -> presentities.find(uri, watched))
            .map(Presentity::subscriptions)
            .orElse(Set.of());
    final Collection<Subscription> watching =
        subscription.outbox().watching.<Collection<Subscription>>map(w -> w).orElse(inMemory);
    return document(subscription, true, watching);
  }

  /** Those who have come or asked again, as the subscription's next document. */
  byte[] partial(final Subscription subscription, final Collection<Subscription> changed) {
    return document(subscription, false, changed);
  }

  private byte[] document(
      final Subscription subscription,
      final boolean full,
      final Collection<Subscription> watching) {
    final List<WatcherinfoDocument.Watcher> watchers = new ArrayList<>(watching.size());
    for (final Subscription each : watching) {
      if (each.live() && each.row().expires() > now.getAsLong()) {
        watchers.add(watcher(each.row()));
      }
    }
    final String watched =
        packages.watchedBy(subscription.presentity().eventPackage()).orElseThrow().name();
    return new WatcherinfoDocument(
            subscription.version() + 1, full, subscription.presentity().uri(), watched, watchers)
        .bytes();
  }

  private static WatcherinfoDocument.Watcher watcher(final SubscriptionRow row) {
    return new WatcherinfoDocument.Watcher(
        row.callId(),
        switch (row.status()) {
          case Subscription.ACTIVE -> "active";
          case Subscription.PENDING -> "pending";
          case Subscription.TERMINATED -> "terminated";
          default -> "waiting";
        },
        SipUri.presentity(row.watcherUser(), row.watcherDomain()));
  }
}
