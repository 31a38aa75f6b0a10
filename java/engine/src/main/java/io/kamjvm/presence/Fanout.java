// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells all watchers of a presentity. A few are told at once; more are told in slices, between
 * which the engine serves others. A crowd whose presentity changes again and again is told in
 * waves, so that everybody hears of the last state soon instead of a few of every one (RFC 3856
 * 6.10). Engine thread only.
 */
final class Fanout {
  private final ModuleContext context;
  private final Presentities presentities;
  private final EventPackages packages;
  private final Notifier notifier;

  Fanout(
      final ModuleContext context,
      final Presentities presentities,
      final EventPackages packages,
      final Notifier notifier) {
    this.packages = packages;
    this.context = context;
    this.presentities = presentities;
    this.notifier = notifier;
  }

  /**
   * The documents have changed.
   *
   * @param sender the one who caused it and need not be told; empty string if nobody
   * @return NOTIFYs that the caller sends after the reply, at most {@code inline}
   */
  List<Outgoing> changed(final Presentity presentity, final String sender, final int inline) {
    final List<Subscription> told = hearing(presentity, s -> !causes(s, sender));
    told.forEach(notifier::changed);
    if (presentity.inWaves()) {
      return List.of();
    }
    if (told.size() < PresenceLimits.CROWD || presentity.eventPackage().deliversEveryState()) {
      return send(told, inline);
    }
    presentity.inWaves(true);
    wave(presentity, told);
    return List.of();
  }

  /** Tells these; what changes from now on is told by the next wave. */
  private void wave(final Presentity presentity, final List<Subscription> told) {
    told.forEach(notifier::due);
    send(told, 0);
    afterwards(presentity, told.size(), 0);
  }

  private void afterwards(final Presentity presentity, final int told, final int waits) {
    context
        .timers()
        .schedule(
            Math.max(1, told / PresenceLimits.CROWD_PER_MILLISECOND),
            () -> nextWave(presentity, told, waits));
  }

  private void nextWave(final Presentity presentity, final int told, final int waits) {
    final List<Subscription> untold = new ArrayList<>();
    int under = 0;
    for (final Subscription subscription : presentity.subscriptions()) {
      final Outbox outbox = subscription.outbox();
      if (outbox.later()) {
        untold.add(subscription);
      }
      under += outbox.due || outbox.inFlight ? 1 : 0;
    }
    if (untold.isEmpty()) {
      presentity.inWaves(false);
    } else if (under > told / PresenceLimits.CROWD_BEHIND && waits < PresenceLimits.CROWD_WAITS) {
      afterwards(presentity, told, waits + 1);
    } else {
      wave(presentity, untold);
    }
  }

  /** Tells all watchers the current state again. */
  void repeat(final Presentity presentity) {
    final List<Subscription> told = hearing(presentity, s -> true);
    told.forEach(s -> notifier.asked(s, -1));
    send(told, 0);
  }

  private boolean causes(final Subscription subscription, final String sender) {
    return !sender.isEmpty() && presentities.sameUri(subscription.row().contact(), sender);
  }

  /**
   * Somebody's watching has begun or goes on.
   *
   * @return NOTIFYs that the caller sends after the reply, at most {@code inline}
   */
  List<Outgoing> watched(final Subscription by, final int inline) {
    final List<Subscription> told = hearingOfWatchers(by.presentity());
    told.forEach(s -> notifier.watched(s, by));
    return send(told, inline);
  }

  /** Somebody's watching is over; else as {@link #watched}. */
  List<Outgoing> unwatched(final Subscription by, final int inline) {
    final List<Subscription> told = hearingOfWatchers(by.presentity());
    told.forEach(notifier::unwatched);
    return send(told, inline);
  }

  /** Somebody's watching has been ended, as {@code how} says. */
  void left(final Subscription by, final WatcherEvent how) {
    final List<Subscription> told = hearingOfWatchers(by.presentity());
    if (by.row().status() == Subscription.PENDING) {
      // it goes on waiting for a decision, without a subscription
      told.forEach(notifier::unwatched);
    } else {
      told.forEach(s -> notifier.left(s, by, how));
    }
    send(told, 0);
  }

  private List<Subscription> hearingOfWatchers(final Presentity watched) {
    return packages
        .watcherinfoOf(watched.eventPackage())
        .flatMap(winfo -> presentities.find(watched.uri(), winfo))
        .map(list -> hearing(list, s -> true))
        .orElse(List.of());
  }

  private List<Subscription> hearing(
      final Presentity presentity, final Predicate<Subscription> also) {
    final long now = context.clock().epochSeconds();
    final List<Subscription> hearing = new ArrayList<>();
    for (final Subscription subscription : presentity.subscriptions()) {
      if (subscription.hears(now) && also.test(subscription)) {
        hearing.add(subscription);
      }
    }
    return hearing;
  }

  private List<Outgoing> send(final List<Subscription> told, final int inline) {
    final List<Outgoing> first = new ArrayList<>(inline);
    int next = 0;
    while (next < told.size() && first.size() < inline && !told.get(next).outbox().slow) {
      final Optional<Outgoing> outgoing = notifier.next(told.get(next));
      outgoing.ifPresent(first::add);
      next++;
    }
    if (next < told.size()) {
      final int from = next;
      context.engine().execute(() -> slice(told, from));
    }
    return first;
  }

  private void slice(final List<Subscription> told, final int from) {
    final int to = Math.min(told.size(), from + PresenceLimits.SLICE);
    told.subList(from, to).forEach(notifier::pump);
    if (to < told.size()) {
      context.engine().execute(() -> slice(told, to));
    }
  }
}
