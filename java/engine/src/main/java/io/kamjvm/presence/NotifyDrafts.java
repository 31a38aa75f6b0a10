// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides what a watcher is told next, out of what waits in its outbox and the state as it is now
 * (spec presence 8.2, 8.3). Engine thread only.
 */
final class NotifyDrafts {
  private final WatcherLists watcherLists;
  private final LongSupplier now;

  NotifyDrafts(final WatcherLists watcherLists, final LongSupplier now) {
    this.watcherLists = watcherLists;
    this.now = now;
  }

  /** Takes what waits out of the outbox; empty when there is nobody to tell any more. */
  Optional<NotifyDraft> next(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (!outbox.states.isEmpty() && !outbox.asked) {
      final Optional<byte[]> state = outbox.states.poll();
      return active(subscription, state, -1);
    }
    if (outbox.farewell.isPresent()) {
      final Outbox.Farewell farewell = outbox.farewell.get();
      outbox.farewell = Optional.empty();
      outbox.clearState();
      outbox.states.clear();
      final String state =
          farewell.reason().isEmpty() ? "terminated" : "terminated;reason=" + farewell.reason();
      return Optional.of(new NotifyDraft(state, farewell.body(), 0, true));
    }
    final Presentity presentity = subscription.presentity();
    final Optional<byte[]> state;
    if (presentity.eventPackage().watcherinfo()) {
      final boolean whole = outbox.asked || outbox.change || outbox.fullList;
      state =
          Optional.of(
              whole
                  ? watcherLists.full(subscription)
                  : watcherLists.partial(subscription, outbox.watchers));
    } else if (outbox.asked) {
      state = presentity.shownTo(subscription.row().contact());
    } else {
      state = outbox.change ? presentity.announced() : presentity.current();
    }
    final long granted = outbox.granted;
    outbox.clearState();
    return active(subscription, state, granted);
  }

  private Optional<NotifyDraft> active(
      final Subscription subscription, final Optional<byte[]> state, final long granted) {
    final long remaining = granted >= 0 ? granted : subscription.row().expires() - now.getAsLong();
    if (remaining <= 0 || !subscription.live()) {
      return Optional.empty();
    }
    final int status = subscription.row().status();
    final boolean shown =
        status == Subscription.ACTIVE && !subscription.row().reason().equals("polite-block");
    final String name = status == Subscription.ACTIVE ? "active" : "pending";
    return Optional.of(
        new NotifyDraft(
            name + ";expires=" + remaining, shown ? state : Optional.empty(), remaining, false));
  }
}
