// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code handle_subscribe([watcher_uri])}: spec presence 7. Engine thread only. */
final class SubscribeHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SubscribeHandler.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final SubscribeAnswers answers;
  private final Presentities presentities;
  private final Subscriptions subscriptions;
  private final Notifier notifier;
  private final Fanout fanout;
  private final Authorization authorization;
  private final PackageCode code;
  private final WriteBack writeBack;
  private final CurrentDocuments documents;
  private final Optional<DurableAnswer> durable;
  private final Optional<TableSubscribeHandler> table;

  SubscribeHandler(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Presentities presentities,
      final Subscriptions subscriptions,
      final Notifier notifier,
      final Fanout fanout,
      final Authorization authorization,
      final PackageCode code,
      final WriteBack writeBack,
      final CurrentDocuments documents,
      final Optional<DurableAnswer> durable,
      final Optional<TableSubscribeHandler> table) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.answers = new SubscribeAnswers(parameters, packages);
    this.presentities = presentities;
    this.subscriptions = subscriptions;
    this.notifier = notifier;
    this.fanout = fanout;
    this.authorization = authorization;
    this.code = code;
    this.writeBack = writeBack;
    this.documents = documents;
    this.durable = durable;
    this.table = table;
  }

  /** How long the oldest request waits for the table, milliseconds; 0 when none does. */
  long oldestMillis() {
    return table.map(TableSubscribeHandler::oldestMillis).orElse(0L);
  }

  void handle(final Call call) {
    final Optional<SipRequest> request = call.request();
    if (request.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    try {
      final SubscribeRequest subscribe =
          SubscribeRequest.check(call, request.get(), packages, parameters);
      if (!code.serves(subscribe.eventPackage()) && !leaves(subscribe)) {
        call.busy();
      } else if (table.isPresent()) {
        table.get().handle(listening(call, subscribe), subscribe);
      } else {
        route(listening(call, subscribe), subscribe);
      }
    } catch (final RequestRefusedException e) {
      LOG.info("SUBSCRIBE for {} refused: {}", request.get().requestUri(), e.getMessage());
      call.answer(Answer.reply(e.returnCode(), e.reply()));
    }
  }

  /** What a SUBSCRIBE says in its body counts when it is granted. */
  private Call listening(final Call call, final SubscribeRequest subscribe)
      throws RequestRefusedException {
    final Optional<SubscribeBodies> bodies = packages.heard(subscribe.eventPackage());
    if (bodies.isEmpty() || subscribe.request().body().length == 0) {
      return call;
    }
    try {
      return new GrantedCall(call, bodies.get().heard(subscribe.request()));
    } catch (final UnacceptableBodyException e) {
      throw new RequestRefusedException(new SipReply(e.code(), e.reason()), e.getMessage());
    }
  }

  /** Whoever leaves needs no package for it. */
  private static boolean leaves(final SubscribeRequest subscribe) {
    return !subscribe.initial() && subscribe.granted() == 0;
  }

  private void route(final Call call, final SubscribeRequest subscribe)
      throws RequestRefusedException {
    final Optional<Subscription> known =
        subscriptions
            .find(subscribe.dialog())
            .filter(s -> SubscribeAnswers.matches(s.row(), subscribe));
    if (known.isPresent()) {
      final Subscription subscription = known.get();
      if (!subscription.queue().enter(() -> inDialog(call, subscribe, subscription))) {
        LOG.warn("too many SUBSCRIBE requests wait in dialog {}", subscribe.dialog().callId());
        call.busy();
      }
    } else if (subscribe.initial()) {
      create(call, subscribe);
    } else {
      throw new RequestRefusedException(Replies.noSubscription(), "no such dialog");
    }
  }

  private void create(final Call call, final SubscribeRequest subscribe) {
    final Presentity presentity =
        presentities.obtain(subscribe.presentity(), subscribe.eventPackage());
    final SubscriptionRow row =
        subscribe.row(context.clock().epochSeconds(), parameters.serverAddress());
    final Subscription subscription = new Subscription(presentity, row);
    presentity.pin();
    subscriptions.reserve(subscription);
    subscription
        .queue()
        .enterAlways(
            () -> {
              final AwaitedVerdict awaited =
                  new AwaitedVerdict(
                      subscription.queue(),
                      verdict -> decided(call, subscribe, subscription, verdict));
              authorization.decide(
                  new Authorization.Watcher(
                      presentity, subscribe.watcherUser(), subscribe.watcherDomain()),
                  awaited::made);
              awaited.await();
            });
  }

  private void decided(
      final Call call,
      final SubscribeRequest subscribe,
      final Subscription subscription,
      final Optional<Authorization.Verdict> verdict) {
    final Presentity presentity = subscription.presentity();
    presentity.unpin();
    if (verdict.isEmpty()) {
      subscriptions.forget(subscription);
      LOG.warn("nobody can tell whether {} may be watched", presentity.uri());
      call.busy();
      return;
    }
    subscription.row(subscription.row().authorized(verdict.get().status(), verdict.get().reason()));
    if (verdict.get().status() == Subscription.TERMINATED) {
      // nothing is kept of it (D-06)
      notifier.ended(subscription, verdict.get().reason(), false);
      answer(call, subscribe, subscription, subscription.row(), true, List.of());
      subscriptions.forget(subscription);
    } else if (subscribe.granted() == 0) {
      fetch(call, subscribe, subscription);
      subscriptions.forget(subscription);
    } else {
      begin(call, subscribe, subscription);
    }
  }

  private void begin(
      final Call call, final SubscribeRequest subscribe, final Subscription subscription) {
    final Presentity presentity = subscription.presentity();
    final SubscriptionRow row = subscription.row();
    final int epoch = presentity.rules().epoch;
    presentity.pin();
    final List<Subscription> replaced = subscriptions.same(presentity, row.callId());
    final Runnable carryOut =
        () -> {
          replaced.stream()
              .filter(Subscription::live)
              .forEach(old -> subscriptions.drop(old, WatcherEvent.DEACTIVATED));
          subscriptions.activate(subscription);
          presentity.unpin();
          authorization.recheck(subscription, epoch);
        };
    if (durable.isEmpty()) {
      carryOut.run();
      writeBack.put(subscription);
      told(call, subscribe, subscription, row);
      return;
    }
    final DurableAnswer.Decision decision =
        new DurableAnswer.Decision(
            List.of(new Change.PutSubscription(row)),
            List.of(remove(subscription)),
            answers.reply(subscribe, row),
            answers.view(subscription, row, subscribe.granted()),
            () -> {
              carryOut.run();
              stored(subscription, row);
              fanout.watched(subscription, 0);
              granted(subscription, subscribe);
              whenSettled(subscription, () -> notifier.pump(subscription));
            },
            () -> {
              presentity.unpin();
              subscriptions.forget(subscription);
            });
    durable.get().decide(call, subscription.queue(), decision);
  }

  private void fetch(
      final Call call, final SubscribeRequest subscribe, final Subscription subscription) {
    if (!parameters.fastNotify()) {
      answer(call, subscribe, subscription, subscription.row(), false, List.of());
    } else if (documents.atHand(subscription.presentity())) {
      notifier.ended(subscription, "timeout", true);
      answer(call, subscribe, subscription, subscription.row(), true, List.of());
    } else {
      notifier.ending(subscription, "timeout", true);
      answer(call, subscribe, subscription, subscription.row(), false, List.of());
      lastBody(subscription);
    }
  }

  /** Sends the last NOTIFY when its body can be made; without a body it would say less. */
  void lastBody(final Subscription subscription) {
    final AtomicInteger retries = new AtomicInteger();
    documents.whenCurrent(
        subscription.presentity(),
        new Object(),
        () -> {
          final boolean again = retries.getAndIncrement() < PresenceLimits.LAST_BODY_RETRIES;
          if (!again) {
            notifier.givenUp(subscription);
          }
          return again;
        },
        () -> {
          notifier.ended(subscription, "timeout", true);
          notifier.pump(subscription);
        });
  }

  /**
   * Runs when no change of the presentity is under way: the publisher may have its 200 already, and
   * who asks after that must see what was published.
   */
  void whenSettled(final Subscription subscription, final Runnable reader) {
    documents.whenCurrent(subscription.presentity(), subscription, subscription::live, reader);
  }

  /** Where the table is the truth: {@link TableSubscribeHandler#unsettled}. */
  void unsettled(final DialogId dialog) {
    table.ifPresent(t -> t.unsettled(dialog));
  }

  void settled(final DialogId dialog) {
    table.ifPresent(t -> t.settled(dialog));
  }

  private void inDialog(
      final Call call, final SubscribeRequest subscribe, final Subscription subscription) {
    if (!subscription.live()) {
      if (subscribe.initial()) {
        create(call, subscribe);
      } else {
        call.answer(Answer.reply(-1, Replies.noSubscription()));
      }
      return;
    }
    final SubscriptionRow before = subscription.row();
    if (subscribe.initial() && subscribe.cseq() == before.remoteCseq()) {
      // a retransmission: the same answer, nothing done twice (D-34)
      answer(call, subscribe, subscription, before, false, List.of());
    } else if (!answers.inOrder(before, subscribe)) {
      LOG.info("SUBSCRIBE in dialog {} refused: CSeq too low", subscribe.dialog().callId());
      call.answer(Answer.reply(-1, Replies.badRequest()));
    } else if (subscribe.granted() == 0) {
      unsubscribe(call, subscribe, subscription);
    } else {
      refresh(call, subscribe, subscription);
    }
  }

  private void refresh(
      final Call call, final SubscribeRequest subscribe, final Subscription subscription) {
    final SubscriptionRow before = subscription.rowToWrite();
    final SubscriptionRow after =
        before.refreshed(
            subscribe.cseq(),
            subscribe.contact(),
            context.clock().epochSeconds() + subscribe.granted());
    final Runnable carryOut =
        () -> {
          subscription.row(after);
          subscriptions.activate(subscription);
        };
    if (durable.isEmpty()) {
      carryOut.run();
      writeBack.put(subscription);
      told(call, subscribe, subscription, after);
      return;
    }
    durable
        .get()
        .decide(
            call,
            subscription.queue(),
            new DurableAnswer.Decision(
                List.of(new Change.PutSubscription(after)),
                List.of(new Change.PutSubscription(before)),
                answers.reply(subscribe, after),
                answers.view(subscription, after, subscribe.granted()),
                () -> {
                  carryOut.run();
                  stored(subscription, after);
                  fanout.watched(subscription, 0);
                  granted(subscription, subscribe);
                  whenSettled(subscription, () -> notifier.pump(subscription));
                },
                () -> {}));
  }

  private static void stored(final Subscription subscription, final SubscriptionRow row) {
    subscription.written(row.localCseq());
    subscription.reserved();
  }

  private void unsubscribe(
      final Call call, final SubscribeRequest subscribe, final Subscription subscription) {
    final SubscriptionRow before = subscription.rowToWrite();
    final SubscriptionRow after =
        before.refreshed(subscribe.cseq(), subscribe.contact(), before.expires());
    final Runnable carryOut =
        () -> {
          subscription.row(after);
          notifier.cameBy(subscription, answers.path(subscribe));
          if (documents.table()) {
            notifier.ending(subscription, "timeout", true);
            // it must be the same presentity that others read and change meanwhile
            subscription.presentity().pin();
            subscriptions.end(subscription);
            lastBody(subscription);
            subscription.presentity().unpin();
          } else {
            notifier.ended(subscription, "timeout", true);
            subscriptions.end(subscription);
          }
        };
    if (durable.isEmpty()) {
      carryOut.run();
      writeBack.remove(subscription);
      final List<Outgoing> first = fanout.unwatched(subscription, PresenceLimits.INLINE_NOTIFIES);
      answer(call, subscribe, subscription, after, true, first);
      return;
    }
    durable
        .get()
        .decide(
            call,
            subscription.queue(),
            new DurableAnswer.Decision(
                List.of(remove(subscription)),
                List.of(new Change.PutSubscription(before)),
                answers.reply(subscribe, after),
                answers.view(subscription, after, 0),
                () -> {
                  carryOut.run();
                  fanout.unwatched(subscription, 0);
                  whenSettled(subscription, () -> notifier.pump(subscription));
                },
                () -> {}));
  }

  private static Change remove(final Subscription subscription) {
    final SubscriptionRow row = subscription.row();
    return new Change.RemoveSubscription(row.callId(), row.toTag(), row.fromTag());
  }

  /** Notes the NOTIFY that follows a SUBSCRIBE, where one does (spec presence 8.1). */
  private boolean granted(final Subscription subscription, final SubscribeRequest subscribe) {
    final boolean notified = answers.notified(subscribe);
    if (notified) {
      notifier.cameBy(subscription, answers.path(subscribe));
      notifier.asked(subscription, subscribe.granted());
    }
    return notified;
  }

  /** The order is: the reply, what it means to those who watch the watchers, the NOTIFY. */
  private void told(
      final Call call,
      final SubscribeRequest subscribe,
      final Subscription subscription,
      final SubscriptionRow row) {
    final List<Outgoing> first = fanout.watched(subscription, PresenceLimits.INLINE_NOTIFIES);
    answer(call, subscribe, subscription, row, granted(subscription, subscribe), first);
  }

  private void answer(
      final Call call,
      final SubscribeRequest subscribe,
      final Subscription subscription,
      final SubscriptionRow row,
      final boolean notify,
      final List<Outgoing> first) {
    /* before the counters move on: the script sees those of the NOTIFY to come */
    final Optional<SubscriptionView> view = answers.view(subscription, row, subscribe.granted());
    final List<Outgoing> then = new ArrayList<>(first);
    if (notify && !documents.atHand(subscription.presentity())) {
      whenSettled(subscription, () -> notifier.pump(subscription));
    } else if (notify) {
      notifier.next(subscription).ifPresent(then::add);
    }
    call.answer(new Answer(1, Optional.of(answers.reply(subscribe, row)), view, then));
  }
}
