// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.time.Timers;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers. Each dialog has at most one NOTIFY under way, so CSeq and version rise by one
 * with each and no later NOTIFY carries an older state (D-04). Engine thread only.
 */
final class Notifier {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  private final Kamailio kamailio;
  private final Timers timers;
  private final LongSupplier now;
  private final PresenceParameters parameters;
  private final WatcherLists watcherLists;
  private final Consumer<Subscription> counted;
  private final Consumer<NotifyResult> gone;

  /**
   * @param counted called when the counters of a live subscription have moved
   * @param gone called when a result says that the watcher is gone
   */
  Notifier(
      final ModuleContext context,
      final PresenceParameters parameters,
      final WatcherLists watcherLists,
      final Consumer<Subscription> counted,
      final Consumer<NotifyResult> gone) {
    this.kamailio = context.kamailio();
    this.timers = context.timers();
    this.now = context.clock()::epochSeconds;
    this.parameters = parameters;
    this.watcherLists = watcherLists;
    this.counted = counted;
    this.gone = gone;
  }

  /** Notes that the documents have changed; {@link #next} or {@link #pump} sends. */
  void changed(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (subscription.presentity().eventPackage().deliversEveryState()) {
      if (outbox.states.size() >= PresenceLimits.WAITING_STATES) {
        outbox.states.poll();
      }
      outbox.states.add(subscription.presentity().announced());
    } else {
      outbox.change = true;
    }
  }

  /** Notes that somebody has begun to watch, or goes on watching. */
  void watched(final Subscription subscription, final Subscription by) {
    subscription.outbox().watchers.add(by);
  }

  /** Notes that somebody no longer watches. */
  void unwatched(final Subscription subscription) {
    subscription.outbox().fullList = true;
  }

  /** Notes that the watcher has asked and was granted these seconds. */
  void asked(final Subscription subscription, final long granted) {
    subscription.outbox().asked = true;
    subscription.outbox().granted = granted;
  }

  /** Notes that the subscription has ended; it must no longer be live. */
  void ended(final Subscription subscription, final String reason, final Optional<byte[]> body) {
    subscription.outbox().farewell = Optional.of(new Outbox.Farewell(reason, body));
  }

  /** Has a courier send what waits, if nothing is under way. */
  void pump(final Subscription subscription) {
    next(subscription).ifPresent(kamailio::send);
  }

  /** What waits, if nothing is under way; the caller must send it. */
  Optional<Outgoing> next(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (outbox.inFlight || !outbox.waiting()) {
      return Optional.empty();
    }
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
      return Optional.of(emit(subscription, state, farewell.body(), 0, true));
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
    } else {
      state = outbox.change ? presentity.announced() : presentity.current();
    }
    final long granted = outbox.granted;
    outbox.clearState();
    return active(subscription, state, granted);
  }

  private Optional<Outgoing> active(
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
        emit(
            subscription,
            name + ";expires=" + remaining,
            shown ? state : Optional.empty(),
            remaining,
            false));
  }

  private Outgoing emit(
      final Subscription subscription,
      final String state,
      final Optional<byte[]> body,
      final long remaining,
      final boolean last) {
    final Optional<byte[]> view =
        body.map(b -> subscription.presentity().eventPackage().view(b, subscription.version() + 1));
    final Outgoing outgoing =
        new Outgoing(
            NotifyMessage.of(subscription, state, view, remaining, parameters.exposeSubscription()),
            new NotifyResult(this, subscription, last, body));
    subscription.countNotify();
    subscription.outbox().inFlight = true;
    if (subscription.live()) {
      counted.accept(subscription);
    }
    if (parameters.logLevel() >= 3 || LOG.isDebugEnabled()) {
      LOG.debug(
          "NOTIFY {} of {} to {}, {}, Call-ID {}",
          subscription.row().event(),
          subscription.row().presentityUri(),
          subscription.row().contact(),
          state,
          subscription.row().callId());
    }
    return outgoing;
  }

  /** A NOTIFY got its final answer, or 408. */
  void answered(final NotifyResult result) {
    final int code = result.code();
    final Subscription subscription = result.subscription();
    subscription.outbox().inFlight = false;
    subscription.outbox().failures = 0;
    final boolean silent = code == 408 && parameters.timeoutRemovesSubscription();
    if (subscription.live() && (result.denied() || silent)) {
      gone.accept(result);
    }
    pump(subscription);
  }

  /** A NOTIFY was dropped by the script. */
  void dropped(final NotifyResult result) {
    result.subscription().outbox().inFlight = false;
    pump(result.subscription());
  }

  /** A NOTIFY has not left, or nobody knows: the subscription stays and its state is due again. */
  void unsent(final NotifyResult result, final String reason) {
    final Subscription subscription = result.subscription();
    final Outbox outbox = subscription.outbox();
    outbox.inFlight = false;
    if (outbox.failures == 0) {
      LOG.warn(
          "NOTIFY {} of {} could not be sent to {}: {}",
          subscription.row().event(),
          subscription.row().presentityUri(),
          subscription.row().contact(),
          reason);
    }
    if (result.last() || outbox.failures >= PresenceLimits.SEND_RETRIES) {
      outbox.failures = 0;
      pump(subscription);
      return;
    }
    if (subscription.presentity().eventPackage().deliversEveryState()) {
      outbox.states.addFirst(result.body());
    } else {
      outbox.change = true;
    }
    timers.schedule(
        PresenceLimits.SEND_RETRY_MILLIS << outbox.failures++, () -> pump(subscription));
  }
}
