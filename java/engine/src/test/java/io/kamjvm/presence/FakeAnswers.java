// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the tables in memory answer. */
final class FakeAnswers {
  private FakeAnswers() {}

  static Object to(final Query<?> query, final FakeStore store) {
    if (query instanceof Query.PublicationsOf of) {
      return publications(
          store,
          r ->
              r.user().equals(of.user())
                  && r.domain().equals(of.domain())
                  && r.event().equals(of.event()),
          Comparator.comparingLong(PublicationRow::receivedTime));
    } else if (query instanceof Query.ExpiredPublications expired) {
      return publications(
              store,
              r -> r.expires() > 0 && r.expires() < expired.nowEpochSeconds(),
              Comparator.comparing(PublicationRow::user))
          .stream()
          .limit(expired.limit())
          .toList();
    } else if (query instanceof Query.SubscriptionOf of) {
      return Optional.ofNullable(store.subscriptions.get(FakeStore.key(of.dialog())));
    } else if (query instanceof Query.SubscriptionsOf of) {
      return subscriptions(
          store, r -> r.presentityUri().equals(of.presentityUri()) && r.event().equals(of.event()));
    } else if (query instanceof Query.MarkedSubscriptions of) {
      return subscriptions(
          store, r -> store.marked.getOrDefault(FakeStore.key(r), -1) == of.slot());
    } else if (query instanceof Query.MarkedOf of) {
      return subscriptions(
              store,
              r ->
                  r.presentityUri().equals(of.presentityUri())
                      && r.event().equals(of.event())
                      && store.marked.containsKey(FakeStore.key(r)))
          .size();
    } else if (query instanceof Query.ExpiredSubscriptions expired) {
      return subscriptions(store, r -> r.expires() < expired.beforeEpochSeconds()).stream()
          .sorted(Comparator.comparingLong(SubscriptionRow::expires))
          .limit(expired.limit())
          .toList();
    } else if (query instanceof Query.TakeTurns take) {
      return turns(store, take);
    } else if (query instanceof Query.WatchersOf of) {
      return store.watchers.values().stream()
          .filter(w -> w.presentityUri().equals(of.presentityUri()) && w.event().equals(of.event()))
          .toList();
    } else if (query instanceof Query.WatcherOf of) {
      return store.watchers.values().stream()
          .filter(
              w ->
                  w.presentityUri().equals(of.presentityUri())
                      && w.watcherUser().equals(of.user())
                      && w.watcherDomain().equals(of.domain())
                      && w.event().equals(of.event()))
          .findFirst();
    }
    throw new IllegalArgumentException(query.toString());
  }

  private static List<PublicationRow> publications(
      final FakeStore store,
      final Predicate<PublicationRow> which,
      final Comparator<PublicationRow> order) {
    return store.publications.values().stream().filter(which).sorted(order).toList();
  }

  private static List<SubscriptionRow> subscriptions(
      final FakeStore store, final Predicate<SubscriptionRow> which) {
    return store.subscriptions.values().stream().filter(which).toList();
  }

  private static List<SubscriptionRow> turns(final FakeStore store, final Query.TakeTurns take) {
    final List<SubscriptionRow> taken = new ArrayList<>();
    take.dialogs()
        .forEach(
            dialog -> {
              final String key = FakeStore.key(dialog);
              final SubscriptionRow row = store.subscriptions.get(key);
              final int mark = store.marked.getOrDefault(key, -1);
              if (row != null
                  && row.expires() > take.nowEpochSeconds()
                  && take.marked().map(m -> m == mark).orElse(true)) {
                final SubscriptionRow now =
                    row.withCounters(row.localCseq() + 1, row.version() + 1);
                store.subscriptions.put(key, now);
                store.marked.remove(key);
                taken.add(now);
              }
            });
    return taken;
  }
}
