// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What NOTIFYs are made from and may have to be waited for: documents that are being read or
 * changed in the table, states that packages make on threads of their own, and the watchers of
 * {@code watchers} that wait for a decision. Engine thread only.
 */
final class NotifySources {
  private final States states;
  private final WatcherLists watcherLists;
  private final Supplier<CurrentDocuments> documents;

  NotifySources(
      final States states,
      final WatcherLists watcherLists,
      final Supplier<CurrentDocuments> documents) {
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
    return !outbox.stateDue(subscription.shown())
        || presentity.stateKnown() && documents.get().settled(presentity);
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
    } else if (documents.get().settled(presentity)) {
      states.prepare(presentity, then);
    } else {
      documents.get().whenCurrent(presentity, then, () -> true, then);
    }
  }
}
