// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.List;
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
    if (!subscription.live()) {
      outbox.states = List.of();
    }
    if (!outbox.states.isEmpty()) {
      // also before what the watcher has asked for: that is newer
      final Optional<byte[]> state = outbox.states.remove(0);
      return active(subscription, state, -1, Optional.empty());
    }
    if (outbox.farewell.isPresent()) {
      return Optional.of(farewell(subscription, outbox.farewell.get()));
    }
    final Optional<byte[]> state = state(subscription);
    final boolean unknown = subscription.presentity().failed() && !outbox.asked;
    final long granted = outbox.granted;
    final Optional<LocalPath> path = outbox.path;
    outbox.clearState();
    if (unknown) {
      return Optional.empty();
    }
    return active(subscription, state, granted, path);
  }

  private NotifyDraft farewell(final Subscription subscription, final Outbox.Farewell farewell) {
    final Outbox outbox = subscription.outbox();
    final Optional<byte[]> state = farewell.state() ? state(subscription) : Optional.empty();
    final Optional<LocalPath> path = outbox.path;
    outbox.farewell = Optional.empty();
    outbox.clearState();
    outbox.states = List.of();
    final String name =
        farewell.reason().isEmpty() ? "terminated" : "terminated;reason=" + farewell.reason();
    return new NotifyDraft(name, state, 0, true, path, true);
  }

  private Optional<byte[]> state(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    final Presentity presentity = subscription.presentity();
    if (presentity.eventPackage().watcherinfo()) {
      return Optional.of(
          outbox.wholeList()
              ? watcherLists.full(subscription, outbox.undecided.orElse(List.of()))
              : watcherLists.partial(subscription, outbox.watchers));
    }
    if (outbox.asked || outbox.farewell.isPresent()) {
      return presentity.shownTo(subscription.row().contact());
    }
    return outbox.change ? outbox.departure.orElseGet(presentity::announced) : presentity.current();
  }

  private Optional<NotifyDraft> active(
      final Subscription subscription,
      final Optional<byte[]> state,
      final long granted,
      final Optional<LocalPath> path) {
    final long remaining = granted >= 0 ? granted : subscription.row().expires() - now.getAsLong();
    if (remaining <= 0 || !subscription.live()) {
      return Optional.empty();
    }
    final String name = subscription.row().status() == Subscription.ACTIVE ? "active" : "pending";
    return Optional.of(
        new NotifyDraft(
            name + ";expires=" + remaining,
            subscription.shown() ? state : Optional.empty(),
            remaining,
            false,
            path,
            granted >= 0));
  }
}
