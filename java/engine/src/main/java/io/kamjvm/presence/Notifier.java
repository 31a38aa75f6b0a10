// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.time.Timers;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers. Each dialog has at most one NOTIFY under way, so CSeq and version rise by one
 * with each and no later NOTIFY carries an older state (D-04). Engine thread only.
 */
final class Notifier {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  private static final byte[] NOTHING_YET = new byte[0];

  private final Kamailio kamailio;
  private final Timers timers;
  private final PresenceParameters parameters;
  private final Optional<String> deletionWish;
  private final NotifyDrafts drafts;
  private final NotifyTurns turns;
  private final Views views;
  private final Consumer<Subscription> counted;
  private final Consumer<NotifyResult> gone;
  private final Recovery recovery;

  /**
   * @param counted called when the counters of a live subscription have moved
   * @param gone called when a result says that the watcher is gone
   */
  Notifier(
      final ModuleContext context,
      final PresenceParameters parameters,
      final NotifyDrafts drafts,
      final NotifyTurns turns,
      final Views views,
      final Consumer<Subscription> counted,
      final Consumer<NotifyResult> gone,
      final Recovery recovery) {
    this.kamailio = context.kamailio();
    this.timers = context.timers();
    this.parameters = parameters;
    this.deletionWish = parameters.deletionWish();
    this.drafts = drafts;
    this.turns = turns;
    this.views = views;
    this.counted = counted;
    this.gone = gone;
    this.recovery = recovery;
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
    recovery.count(subscription);
  }

  /** Notes that somebody has begun to watch, or goes on watching. */
  void watched(final Subscription subscription, final Subscription by) {
    subscription.outbox().watchers.add(by);
    recovery.count(subscription);
  }

  /** Notes that somebody no longer watches. */
  void unwatched(final Subscription subscription) {
    subscription.outbox().fullList = true;
    recovery.count(subscription);
  }

  /** Notes that the watcher has asked and was granted these seconds. */
  void asked(final Subscription subscription, final long granted) {
    subscription.outbox().asked = true;
    subscription.outbox().granted = granted;
    recovery.count(subscription);
  }

  /** Notes that the subscription has ended; it must no longer be live. */
  void ended(final Subscription subscription, final String reason, final Optional<byte[]> body) {
    final Outbox.Farewell farewell = new Outbox.Farewell(reason, body);
    subscription.outbox().farewell = Optional.of(farewell);
    recovery.farewell(subscription, farewell);
  }

  /** Notes that the watcher, who has a 2xx now, will hear once, when it is settled what. */
  void promised(final Subscription subscription, final String reason) {
    recovery.farewell(subscription, new Outbox.Farewell(reason, Optional.of(NOTHING_YET)));
  }

  /** Has a courier send what waits, if nothing is under way. */
  void pump(final Subscription subscription) {
    next(subscription).ifPresent(kamailio::send);
  }

  /**
   * What waits, if nothing is under way; the caller must send it. Empty too where the right to send
   * or the body has to be waited for: then a courier sends it, later.
   */
  Optional<Outgoing> next(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (outbox.inFlight || !outbox.waiting()) {
      return Optional.empty();
    }
    if (turns.immediate()) {
      return drafts.next(subscription).flatMap(draft -> rendered(subscription, draft));
    }
    outbox.inFlight = true;
    turns.take(subscription, taken -> turnTaken(subscription, taken));
    return Optional.empty();
  }

  private void turnTaken(final Subscription subscription, final boolean taken) {
    subscription.outbox().inFlight = false;
    if (taken) {
      drafts
          .next(subscription)
          .flatMap(draft -> rendered(subscription, draft))
          .ifPresent(kamailio::send);
    }
  }

  private Optional<Outgoing> rendered(final Subscription subscription, final NotifyDraft draft) {
    if (views.immediate(subscription)) {
      return Optional.of(emit(subscription, draft, views.of(subscription, draft.body())));
    }
    subscription.outbox().inFlight = true;
    views.make(subscription, draft.body(), view -> kamailio.send(emit(subscription, draft, view)));
    return Optional.empty();
  }

  private Outgoing emit(
      final Subscription subscription, final NotifyDraft draft, final Optional<byte[]> view) {
    final Outgoing outgoing =
        new Outgoing(
            NotifyMessage.of(
                subscription,
                draft.state(),
                view,
                draft.remaining(),
                parameters.exposeSubscription()),
            new NotifyResult(this, subscription, draft.last(), draft.body(), deletionWish));
    subscription.countNotify();
    subscription.outbox().inFlight = true;
    recovery.count(subscription);
    if (subscription.live()) {
      counted.accept(subscription);
    }
    if (parameters.logLevel() >= 3 || LOG.isDebugEnabled()) {
      LOG.debug(
          "NOTIFY {} of {} to {}, {}, Call-ID {}",
          subscription.row().event(),
          subscription.row().presentityUri(),
          subscription.row().contact(),
          draft.state(),
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
    if (subscription.live() && (result.ends() || silent)) {
      gone.accept(result);
    }
    pump(subscription);
    recovery.told(result);
  }

  /** A NOTIFY was dropped by the script. */
  void dropped(final NotifyResult result) {
    result.subscription().outbox().inFlight = false;
    pump(result.subscription());
    recovery.told(result);
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
      recovery.told(result);
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
