// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * What the NOTIFY of a turn is made from, where that has to be read: who watches, for watcherinfo,
 * and documents. Engine thread only.
 */
final class TurnSources {
  private final TableReader reader;
  private final EventPackages packages;
  private final Timers timers;
  private final NotifySources sources;
  private final BiConsumer<Subscription, Runnable> documents;
  private final LongSupplier now;

  /**
   * @param documents runs a reader when the documents that a subscription is about are as they
   *     should be shown
   */
  TurnSources(
      final TableReader reader,
      final EventPackages packages,
      final ModuleContext context,
      final NotifySources sources,
      final BiConsumer<Subscription, Runnable> documents) {
    this.reader = reader;
    this.packages = packages;
    this.timers = context.timers();
    this.sources = sources;
    this.documents = documents;
    this.now = context.clock()::epochSeconds;
  }

  /** Runs {@code then} in this turn or a later one; while the table does not answer it waits. */
  void whenAtHand(final Subscription subscription, final Runnable then) {
    final Optional<String> watched =
        packages.watchedBy(subscription.presentity().eventPackage()).map(EventPackage::name);
    if (watched.isEmpty()) {
      documents.accept(subscription, () -> made(subscription, then));
      return;
    }
    final boolean asked =
        reader.ask(
            new Query.SubscriptionsOf(subscription.presentity().uri(), watched.get()),
            result -> {
              if (result instanceof Result.Found<List<SubscriptionRow>> found) {
                subscription.outbox().watching = Optional.of(watching(subscription, found.value()));
                made(subscription, then);
              } else {
                later(subscription, then);
              }
            });
    if (!asked) {
      later(subscription, then);
    }
  }

  private void made(final Subscription subscription, final Runnable then) {
    if (sources.atHand(subscription)) {
      then.run();
    } else {
      sources.fetch(subscription, then);
    }
  }

  private void later(final Subscription subscription, final Runnable then) {
    timers.schedule(PresenceLimits.JOURNAL_RETRY_MILLIS, () -> whenAtHand(subscription, then));
  }

  /** Only the rows of these are looked at, so that they need no presentity of their own. */
  private List<Subscription> watching(
      final Subscription subscription, final List<SubscriptionRow> rows) {
    final long time = now.getAsLong();
    final List<Subscription> watching = new ArrayList<>(rows.size());
    for (final SubscriptionRow row : rows) {
      if (row.expires() > time && row.status() != Subscription.TERMINATED) {
        final Subscription each = new Subscription(subscription.presentity(), row);
        each.live(true);
        watching.add(each);
      }
    }
    return watching;
  }
}
