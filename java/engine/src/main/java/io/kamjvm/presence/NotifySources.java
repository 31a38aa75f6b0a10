// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What NOTIFYs are made from and may have to be waited for: states that packages make on threads of
 * their own, and the watchers of {@code watchers} that wait for a decision. Engine thread only.
 */
final class NotifySources {
  private final Supplier<CurrentDocuments> documents;
  private final States states;
  private final WatcherLists watcherLists;

  NotifySources(
      final Supplier<CurrentDocuments> documents,
      final States states,
      final WatcherLists watcherLists) {
    this.documents = documents;
    this.states = states;
    this.watcherLists = watcherLists;
  }

  /** Whether the next NOTIFY can be made now; else {@link #fetch}. */
  boolean atHand(final Subscription subscription) {
    final Presentity presentity = subscription.presentity();
    final Outbox outbox = subscription.outbox();
    if (presentity.eventPackage().watcherinfo()) {
      return !outbox.wholeList()
          || outbox.undecided.isPresent()
          || !watcherLists.stored(presentity);
    }
    return !outbox.stateDue(subscription.shown()) || presentity.stateKnown() && !readingDue(outbox);
  }

  /** Whoever asks is told what the table says now; whom a change is told to, what it has led to. */
  private boolean readingDue(final Outbox outbox) {
    return documents.get().table() && !outbox.read && (outbox.asked || outbox.farewell.isPresent());
  }

  /** Runs {@code then}, in a later turn or now, when it can be made, as well as it can. */
  void fetch(final Subscription subscription, final Runnable then) {
    final Presentity presentity = subscription.presentity();
    if (presentity.eventPackage().watcherinfo()) {
      watcherLists.undecided(
          presentity,
          watchers -> {
            subscription.outbox().undecided = watchers.or(() -> Optional.of(List.of()));
            then.run();
          });
    } else if (readingDue(subscription.outbox())) {
      read(subscription, then);
    } else {
      states.prepare(presentity, then);
    }
  }

  private void read(final Subscription subscription, final Runnable then) {
    final AtomicInteger retries = new AtomicInteger();
    documents
        .get()
        .whenCurrent(
            subscription.presentity(),
            subscription,
            () ->
                subscription.live() || retries.getAndIncrement() < PresenceLimits.LAST_BODY_RETRIES,
            () -> {
              subscription.outbox().read = true;
              states.prepare(subscription.presentity(), then);
            });
  }
}
