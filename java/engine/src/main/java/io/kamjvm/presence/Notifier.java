// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.presence.Views.View;
import io.kamjvm.time.Timers;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  private final PresenceParameters parameters;
  private final Optional<String> deletionWish;
  private final NotifyLog log;
  private final NotifyDrafts drafts;
  private final NotifySources sources;
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
      final NotifySources sources,
      final NotifyTurns turns,
      final Views views,
      final Consumer<Subscription> counted,
      final Consumer<NotifyResult> gone,
      final Recovery recovery) {
    this.kamailio = context.kamailio();
    this.timers = context.timers();
    this.parameters = parameters;
    this.deletionWish = parameters.deletionWish();
    this.log = new NotifyLog(kamailio, parameters.logLevel(), parameters.logFacility());
    this.drafts = drafts;
    this.sources = sources;
    this.turns = turns;
    this.views = views;
    this.counted = counted;
    this.gone = gone;
    this.recovery = recovery;
  }

  /** Notes that the documents have changed; {@link #next} or {@link #pump} sends. */
  void changed(final Subscription subscription) {
    changed(subscription, subscription.presentity()::announced);
  }

  /** As {@link #changed}, where packages that deliver every state tell the change as this. */
  void changed(final Subscription subscription, final Supplier<Optional<byte[]>> state) {
    final Outbox outbox = subscription.outbox();
    if (subscription.presentity().eventPackage().deliversEveryState()) {
      if (outbox.states.size() >= PresenceLimits.WAITING_STATES) {
        outbox.states.remove(0);
      }
      outbox.deliver(state.get(), false);
    } else {
      outbox.change = true;
      outbox.departure = Optional.empty();
    }
    recovery.count(subscription);
  }

  /** Of one in a crowd: what has changed is for this wave. */
  void due(final Subscription subscription) {
    subscription.outbox().due = subscription.outbox().change;
  }

  /** As {@link #changed}: somebody has left, and the presentity will not remember that. */
  void departed(final Subscription subscription, final Optional<byte[]> state) {
    changed(subscription, () -> state);
    subscription.outbox().departure = Optional.of(state);
  }

  /** Notes that somebody has begun to watch, or goes on watching. */
  void watched(final Subscription subscription, final Subscription by) {
    subscription.outbox().owe(by, Optional.empty());
    recovery.count(subscription);
  }

  /** Notes that somebody's watching has ended, and how. */
  void left(final Subscription subscription, final Subscription by, final WatcherEvent how) {
    subscription.outbox().owe(by, Optional.of(how));
    recovery.count(subscription);
  }

  /** Notes that somebody no longer watches. */
  void unwatched(final Subscription subscription) {
    subscription.outbox().fullList = true;
    recovery.count(subscription);
  }

  /** Notes how the watcher's SUBSCRIBE came; the NOTIFY that it causes goes back the same way. */
  void cameBy(final Subscription subscription, final LocalPath path) {
    subscription.outbox().path = Optional.of(path);
  }

  /** Notes that the watcher has asked and was granted these seconds. */
  void asked(final Subscription subscription, final long granted) {
    subscription.presentity().retryState();
    subscription.outbox().asked = true;
    subscription.outbox().granted = granted;
    recovery.count(subscription);
  }

  /**
   * Notes that the subscription has ended; it must no longer be live.
   *
   * @param state whether the watcher is shown the state once more, if it may see it
   */
  void ended(final Subscription subscription, final String reason, final boolean state) {
    subscription.presentity().retryState();
    owesLast(subscription);
    subscription.outbox().ending = false;
    subscription.outbox().farewell =
        Optional.of(new Outbox.Farewell(reason, state && subscription.shown()));
    recovery.farewell(subscription, reason, state);
  }

  /** Notes that {@link #ended} will follow, when it is settled what the watcher is shown. */
  void ending(final Subscription subscription, final String reason, final boolean state) {
    owesLast(subscription);
    subscription.outbox().ending = true;
    recovery.farewell(subscription, reason, state);
  }

  /** Until its watcher has been told, changes must reach the presentity that it will show. */
  private static void owesLast(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (!outbox.ending && outbox.farewell.isEmpty()) {
      subscription.presentity().owesLast();
    }
  }

  private static void toldLast(final Subscription subscription) {
    subscription.presentity().toldLast();
    // if nobody else needs it it is forgotten
    subscription.presentity().queue().enterAlways(() -> {});
  }

  /** Notes that something will follow, when it is known what. */
  void owing(final Subscription subscription) {
    recovery.owing(subscription);
  }

  /** {@link Recovery#telling}. */
  Runnable telling(final String presentityUri, final EventPackage eventPackage) {
    return recovery.telling(presentityUri, eventPackage);
  }

  /** Notes that what {@link #ending} announced will not come. */
  void givenUp(final Subscription subscription) {
    subscription.outbox().ending = false;
    toldLast(subscription);
    recovery.forget(subscription);
  }

  /** Has a courier send what waits, if nothing is under way. */
  void pump(final Subscription subscription) {
    next(subscription).ifPresent(kamailio::send);
    rest(subscription);
  }

  private void rest(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (!outbox.inFlight && !outbox.waiting() && !outbox.ending) {
      recovery.rests(subscription);
      turns.rested(subscription);
    }
  }

  /**
   * What waits, if nothing is under way; the caller must send it. Empty too where the right to send
   * or the body has to be waited for: then a courier sends it, later.
   */
  Optional<Outgoing> next(final Subscription subscription) {
    final Outbox outbox = subscription.outbox();
    if (outbox.inFlight
        || !outbox.waiting()
        || subscription.presentity().inWaves() && outbox.later()) {
      return Optional.empty();
    }
    if (!turns.immediate(subscription)) {
      outbox.inFlight = true;
      turns.take(subscription, taken -> turnTaken(subscription, taken));
      return Optional.empty();
    }
    if (!sources.atHand(subscription)) {
      outbox.inFlight = true;
      sources.fetch(
          subscription,
          () -> {
            outbox.inFlight = false;
            pump(subscription);
          });
      return Optional.empty();
    }
    return drafts.next(subscription).flatMap(draft -> rendered(subscription, draft));
  }

  private void turnTaken(final Subscription subscription, final boolean taken) {
    subscription.outbox().inFlight = false;
    if (taken) {
      drafts
          .next(subscription)
          .flatMap(draft -> rendered(subscription, draft))
          .ifPresent(kamailio::send);
    }
    // another change may have come while the turn was waited for
    pump(subscription);
  }

  private Optional<Outgoing> rendered(final Subscription subscription, final NotifyDraft draft) {
    final Rendering rendering = new Rendering(subscription, draft);
    views.make(subscription, draft.body(), rendering::made);
    return rendering.atOnce();
  }

  /** A NOTIFY whose body is being made, perhaps elsewhere: then a courier sends it. */
  private final class Rendering {
    private final Subscription subscription;
    private final NotifyDraft draft;
    private Optional<View> view = Optional.empty();
    private boolean awaited;

    Rendering(final Subscription subscription, final NotifyDraft draft) {
      this.subscription = subscription;
      this.draft = draft;
    }

    void made(final View made) {
      view = Optional.of(made);
      if (awaited) {
        subscription.outbox().inFlight = false;
        outgoing().or(() -> next(subscription)).ifPresent(kamailio::send);
        rest(subscription);
      }
    }

    Optional<Outgoing> atOnce() {
      if (view.isPresent()) {
        return outgoing().or(() -> next(subscription));
      }
      awaited = true;
      subscription.outbox().inFlight = true;
      return Optional.empty();
    }

    private Optional<Outgoing> outgoing() {
      final View made = view.orElseThrow();
      return made.failed() && !draft.owed()
          ? Optional.empty()
          : Optional.of(emit(subscription, draft, made.body()));
    }
  }

  private Outgoing emit(
      final Subscription subscription, final NotifyDraft draft, final Optional<byte[]> view) {
    final OutgoingRequest request =
        NotifyMessage.of(
            subscription,
            draft.path().orElseGet(() -> LocalPath.of(subscription.row())),
            draft.state(),
            view,
            draft.remaining(),
            parameters.exposeSubscription());
    final NotifyResult result =
        new NotifyResult(
            this,
            subscription,
            draft.last(),
            draft.body(),
            deletionWish,
            log.line(request, subscription.row()));
    subscription.countNotify();
    subscription.outbox().turn = false;
    subscription.outbox().inFlight = true;
    recovery.count(subscription);
    if (subscription.live()) {
      counted.accept(subscription);
    }
    if (draft.last()) {
      toldLast(subscription);
    }
    return new Outgoing(request, result);
  }

  /** A NOTIFY has left. */
  void left(final NotifyResult result) {
    result.logLine().ifPresent(log::write);
    turns.sent(result.subscription());
  }

  /** A NOTIFY got its final answer, or 408. */
  void answered(final NotifyResult result) {
    turns.sent(result.subscription());
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
    turns.sent(result.subscription());
    result.subscription().outbox().inFlight = false;
    pump(result.subscription());
    recovery.told(result);
  }

  /** A NOTIFY has not left, or nobody knows: the subscription stays and its state is due again. */
  void unsent(final NotifyResult result, final String reason) {
    turns.sent(result.subscription());
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
      outbox.deliver(result.body(), true);
    } else {
      outbox.change = true;
      outbox.due = true;
    }
    timers.schedule(
        PresenceLimits.SEND_RETRY_MILLIS << outbox.failures++, () -> pump(subscription));
  }
}
