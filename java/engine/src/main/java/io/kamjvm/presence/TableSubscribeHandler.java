// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.presence.DurableAnswer.Decision;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code handle_subscribe} where the table is the truth ({@code subs_db_mode} 3): a dialog's row is
 * read, the request is decided on, the row is written, and only then the reply leaves. One request
 * per dialog is decided on at a time; what another server does to the row meanwhile makes the
 * writing fail, and the peer tries again. Engine thread only.
 */
final class TableSubscribeHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TableSubscribeHandler.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final SubscribeAnswers answers;
  private final Authorization authorization;
  private final Presentities presentities;
  private final ActiveWatchers table;
  private final TableSubscribers subscribers;
  private final TableFanout fanout;
  private final Dialogs dialogs;
  private final Notifier notifier;
  private final DurableAnswer durable;
  private final Map<DialogId, EntityQueue> deciding = new HashMap<>();
  private final OpenQuestions questions;

  /** Dialogs of which only the table knows whether they are over. */
  private final Set<DialogId> unsettled = new HashSet<>();

  TableSubscribeHandler(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Authorization authorization,
      final Presentities presentities,
      final ActiveWatchers table,
      final TableSubscribers subscribers,
      final TableFanout fanout,
      final Dialogs dialogs,
      final Notifier notifier,
      final DurableAnswer durable) {
    this.context = context;
    this.parameters = parameters;
    this.answers = new SubscribeAnswers(parameters, packages);
    this.authorization = authorization;
    this.presentities = presentities;
    this.table = table;
    this.subscribers = subscribers;
    this.fanout = fanout;
    this.dialogs = dialogs;
    this.notifier = notifier;
    this.durable = durable;
    this.questions = new OpenQuestions(context.clock());
  }

  /** How long the oldest request waits for the table, milliseconds; 0 when none does. */
  long oldestMillis() {
    return questions.oldestMillis();
  }

  /** Requests in this dialog get the busy answer until {@link #settled}. */
  void unsettled(final DialogId dialog) {
    unsettled.add(dialog);
  }

  void settled(final DialogId dialog) {
    unsettled.remove(dialog);
  }

  /** Decides on a request that has passed the checks. */
  void handle(final Call call, final SubscribeRequest subscribe) {
    if (unsettled.contains(subscribe.dialog())) {
      call.busy();
      return;
    }
    final EntityQueue queue =
        deciding.computeIfAbsent(
            subscribe.dialog(), d -> new EntityQueue(() -> deciding.remove(d)));
    final Turn turn = new Turn(call, subscribe, queue);
    if (!queue.enter(turn::begin)) {
      LOG.warn("too many SUBSCRIBE requests wait in dialog {}", subscribe.dialog().callId());
      call.busy();
    }
  }

  /** One request, while it holds its dialog. */
  private final class Turn {
    private final Call call;
    private final SubscribeRequest subscribe;
    private final EntityQueue queue;

    Turn(final Call call, final SubscribeRequest subscribe, final EntityQueue queue) {
      this.call = call;
      this.subscribe = subscribe;
      this.queue = queue;
    }

    void begin() {
      queue.hold();
      final Object question = questions.asked();
      table.of(
          subscribe.dialog(),
          answer ->
              step(
                  () -> {
                    questions.answered(question);
                    if (answer.isEmpty()) {
                      call.busy();
                      queue.release();
                    } else {
                      known(answer.get().filter(this::counts));
                    }
                  }));
    }

    /** Runs a step; one that fails must not lock its dialog for ever. */
    private void step(final Runnable action) {
      try {
        action.run();
      } catch (final RuntimeException | StackOverflowError e) {
        LOG.error("a SUBSCRIBE in dialog {} failed", subscribe.dialog().callId(), e);
        queue.release();
      }
    }

    private void end(final Answer answer) {
      call.answer(answer);
      queue.release();
    }

    private boolean again(final SubscriptionRow row) {
      return subscribe.initial() && subscribe.cseq() == row.remoteCseq();
    }

    /** A row that waits for its last NOTIFY is no subscription any more. */
    private boolean counts(final SubscriptionRow row) {
      return row.status() != Subscription.TERMINATED || again(row);
    }

    private void known(final Optional<SubscriptionRow> row) {
      if (row.isEmpty() && subscribe.initial()) {
        authorize();
      } else if (row.isEmpty() || !SubscribeAnswers.matches(row.get(), subscribe)) {
        LOG.info("SUBSCRIBE in dialog {} refused: no such dialog", subscribe.dialog().callId());
        end(Answer.reply(-1, Replies.noSubscription()));
      } else if (again(row.get())) {
        // a retransmission: the same answer, nothing done twice (D-34)
        end(
            new Answer(
                1,
                Optional.of(answers.reply(subscribe, row.get())),
                view(row.get(), subscribe.granted()),
                List.of()));
      } else if (!answers.inOrder(row.get(), subscribe)) {
        LOG.info("SUBSCRIBE in dialog {} refused: CSeq too low", subscribe.dialog().callId());
        end(Answer.reply(-1, Replies.badRequest()));
      } else if (subscribe.granted() == 0) {
        unsubscribe(row.get());
      } else {
        refresh(row.get());
      }
    }

    private void authorize() {
      final Presentity presentity = pinned();
      final Authorization.Watcher watcher =
          new Authorization.Watcher(presentity, subscribe.watcherUser(), subscribe.watcherDomain());
      authorization.decide(
          watcher,
          verdict ->
              step(
                  () -> {
                    try {
                      decided(presentity, verdict);
                    } finally {
                      unpin(presentity);
                    }
                  }));
    }

    private void decided(
        final Presentity presentity, final Optional<Authorization.Verdict> verdict) {
      if (verdict.isPresent()) {
        create(verdict.get());
      } else {
        LOG.warn("nobody can tell whether {} may be watched", presentity.uri());
        call.busy();
        queue.release();
      }
    }

    private void create(final Authorization.Verdict verdict) {
      final SubscriptionRow row =
          Dialogs.fresh(
              subscribe
                  .row(context.clock().epochSeconds(), parameters.serverAddress())
                  .authorized(verdict.status(), verdict.reason()));
      if (verdict.status() == Subscription.TERMINATED) {
        // told that it is over, and not kept (D-06)
        passing(row, verdict.reason(), false);
      } else if (subscribe.granted() > 0) {
        final List<Change> forward = new ArrayList<>(marked());
        forward.add(0, new Change.AddSubscription(row));
        final Presentity presentity = pinned();
        final int epoch = presentity.rules().epoch;
        decide(
            forward,
            List.of(remove()),
            row,
            () -> {
              dialogs.working(row).ifPresent(s -> authorization.recheck(s, epoch));
              begun(row);
              unpin(presentity);
            },
            () -> unpin(presentity));
      } else if (subscribers.notifiers() && !parameters.fastNotify()) {
        final SubscriptionRow over = row.authorized(Subscription.TERMINATED, "timeout");
        final List<Change> forward = new ArrayList<>(marked());
        forward.add(0, new Change.AddSubscription(over));
        decide(forward, List.of(remove()), over, () -> {}, () -> {});
      } else {
        passing(row, "timeout", parameters.fastNotify());
      }
    }

    private Presentity pinned() {
      final Presentity presentity =
          presentities.obtain(subscribe.presentity(), subscribe.eventPackage());
      presentity.pin();
      return presentity;
    }

    private void unpin(final Presentity presentity) {
      presentity.unpin();
      presentities.tidy(presentity);
    }

    /** Answers, and tells once what there is to tell. */
    private void passing(final SubscriptionRow row, final String reason, final boolean shown) {
      final boolean told = shown || row.status() == Subscription.TERMINATED;
      final Optional<Subscription> over = told ? dialogs.ended(row) : Optional.empty();
      over.ifPresent(s -> notifier.ending(s, reason, shown));
      end(
          new Answer(
              1,
              Optional.of(answers.reply(subscribe, row)),
              view(row, subscribe.granted()),
              List.of()));
      if (told) {
        // in a later turn of the engine, so that the reply is first
        context.engine().execute(() -> over.ifPresent(s -> subscribers.farewell(s, reason, shown)));
      }
    }

    private void refresh(final SubscriptionRow before) {
      final SubscriptionRow after =
          before.refreshed(
              subscribe.cseq(),
              subscribe.contact(),
              context.clock().epochSeconds() + subscribe.granted());
      final List<Change> forward = new ArrayList<>(marked());
      forward.add(0, new Change.UpdateSubscription(after));
      decide(
          forward,
          List.of(new Change.UpdateSubscription(before)),
          after,
          () -> begun(after),
          () -> {});
    }

    private void unsubscribe(final SubscriptionRow before) {
      if (!durable.decide(call, queue, leaving(before, 0))) {
        queue.release();
      }
    }

    private Decision leaving(final SubscriptionRow before, final int attempts) {
      final SubscriptionRow after =
          before.refreshed(subscribe.cseq(), subscribe.contact(), before.expires());
      return new Decision(
              List.of(
                  new Change.EndSubscription(
                      subscribe.dialog(),
                      OptionalLong.of(before.localCseq()),
                      before.remoteCseq())),
              List.of(new Change.AddSubscription(before)),
              answers.reply(subscribe, after),
              view(after, 0),
              () -> left(after),
              () -> {})
          .undone(() -> backAgain(before))
          .again(pending -> leaveAgain(pending, before, attempts + 1));
    }

    /** What was due while its row was gone has not been told. */
    private void backAgain(final SubscriptionRow row) {
      undone(row);
      dialogs
          .working(row)
          .ifPresent(
              subscription -> {
                notifier.asked(subscription, -1);
                notifier.pump(subscription);
              });
    }

    /** Who watches the watchers may have read what is not true any more. */
    private void undone(final SubscriptionRow row) {
      fanout.unwatched(row.presentityUri(), subscribe.eventPackage(), () -> {});
    }

    private void left(final SubscriptionRow row) {
      dialogs
          .ended(row)
          .ifPresent(
              s -> {
                notifier.cameBy(s, answers.path(subscribe));
                notifier.ending(s, "timeout", true);
                fanout.unwatched(s, () -> subscribers.farewell(s, "timeout", true));
              });
    }

    /** A NOTIFY has been sent in the dialog meanwhile, or it is over: the row knows. */
    private void leaveAgain(
        final PendingReply pending, final SubscriptionRow before, final int attempts) {
      table.of(
          subscribe.dialog(), answer -> step(() -> leaveAgain(pending, before, attempts, answer)));
    }

    private void leaveAgain(
        final PendingReply pending,
        final SubscriptionRow before,
        final int attempts,
        final Optional<Optional<SubscriptionRow>> answer) {
      final Optional<SubscriptionRow> row = answer.flatMap(r -> r);
      if (answer.isPresent() && row.isEmpty()) {
        pending.reply(Replies.noSubscription(), List.of(), delivery -> {});
      } else if (row.isEmpty()
          || row.get().remoteCseq() != before.remoteCseq()
          || attempts > PresenceLimits.END_RETRIES) {
        pending.busy();
      } else if (durable.decide(pending, queue, leaving(row.get(), attempts))) {
        return;
      }
      queue.release();
    }

    /** What leaves the NOTIFY that follows to a notifier. */
    private List<Change> marked() {
      return subscribers.notifiers() && !parameters.fastNotify()
          ? List.of(new Change.MarkSubscription(subscribe.dialog(), subscribers.slots()))
          : List.of();
    }

    private Change remove() {
      final DialogId dialog = subscribe.dialog();
      return new Change.RemoveSubscription(dialog.callId(), dialog.localTag(), dialog.remoteTag());
    }

    private void decide(
        final List<Change> forward,
        final List<Change> backward,
        final SubscriptionRow row,
        final Runnable carryOut,
        final Runnable forget) {
      final Decision decision =
          new Decision(
                  forward,
                  backward,
                  answers.reply(subscribe, row),
                  view(row, subscribe.granted()),
                  carryOut,
                  forget)
              .undone(() -> undone(row));
      if (!durable.decide(call, queue, decision)) {
        queue.release();
      }
    }

    /** The order is: the reply, what it means to those who watch the watchers, the NOTIFY. */
    private void begun(final SubscriptionRow row) {
      dialogs
          .working(row)
          .ifPresent(
              subscription -> {
                subscription.row(row);
                notifier.owing(subscription);
                fanout.watched(subscription, () -> dialogs.working(row).ifPresent(this::notified));
              });
    }

    private void notified(final Subscription subscription) {
      if (marked().isEmpty() && answers.notified(subscribe)) {
        notifier.cameBy(subscription, answers.path(subscribe));
        notifier.asked(subscription, subscribe.granted());
      }
      notifier.pump(subscription);
    }

    private Optional<SubscriptionView> view(final SubscriptionRow row, final long expires) {
      final Presentity presentity =
          presentities.obtain(row.presentityUri(), subscribe.eventPackage());
      try {
        return answers.view(new Subscription(presentity, row), row, expires);
      } finally {
        presentities.tidy(presentity);
      }
    }
  }
}
