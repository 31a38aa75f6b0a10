// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.Frame;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.AorOutcome;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A script function's call, in its frame. Requests that follow the answer are carried out by the
 * worker itself while it is at depth 0 and their next hop is an address; the others go to couriers
 * once the worker has said that its reply has left.
 */
final class FrameCall implements Call, Calls.Stepping {
  private static final Logger LOG = LoggerFactory.getLogger(FrameCall.class);

  /** Bytes kept for {@code T_AFTER_REPLY}. */
  private static final int SPARE = 16;

  private enum Progress {
    OPEN,
    STEP,
    HELD,
    ENDED
  }

  private final Frame frame;
  private final String function;
  private final CallRequest request;
  private final Couriers couriers;
  private final Replies replies;
  private final Executor engine;
  private Progress progress = Progress.OPEN;
  private Consumer<List<AorOutcome>> afterStep = outcomes -> {};
  private long marks;
  private OptionalInt branchFlag = OptionalInt.empty();

  FrameCall(
      final Frame frame,
      final String function,
      final CallRequest request,
      final Couriers couriers,
      final Replies replies,
      final Executor engine) {
    this.frame = frame;
    this.function = function;
    this.request = request;
    this.couriers = couriers;
    this.replies = replies;
    this.engine = engine;
  }

  @Override
  public Optional<SipRequest> request() {
    return request.message();
  }

  @Override
  public List<String> arguments() {
    return request.arguments();
  }

  @Override
  public String replyToTag() {
    return request.replyToTag();
  }

  @Override
  public boolean transaction() {
    return request.transaction();
  }

  @Override
  public void work(final List<AorWork> works, final Consumer<List<AorOutcome>> then) {
    advance(Progress.OPEN, Progress.STEP);
    afterStep = then;
    if (frame.ended()) {
      return;
    }
    final TlvWriter fields = frame.response();
    works.forEach(work -> LocationCodec.work(fields, work));
    if (fields.failed()) {
      LOG.error("{}: a step is longer than a frame; busy answer", function);
      advance(Progress.STEP, Progress.ENDED);
      frame.done(0);
      return;
    }
    frame.step(fields.length());
  }

  @Override
  public void resume() {
    advance(Progress.STEP, Progress.OPEN);
    final List<AorOutcome> outcomes;
    try {
      outcomes = LocationCodec.outcomes(frame.request());
    } catch (final IllegalArgumentException e) {
      LOG.error("{}: results of a step that can not be read; busy answer", function, e);
      busy();
      return;
    }
    Faults.contain(
        () -> afterStep.accept(outcomes),
        e -> {
          LOG.error("{} failed; busy answer", function, e);
          abort();
        });
  }

  @Override
  public void mark(final ScriptMark mark) {
    marks |= mark.bit();
  }

  @Override
  public void setBranchFlag(final int flag) {
    branchFlag = OptionalInt.of(flag);
  }

  @Override
  public void answer(final Answer answer) {
    advance(Progress.OPEN, Progress.ENDED);
    if (!finish(answer, Optional.empty())) {
      answer.then().forEach(o -> couriers.failLater(o, "the caller of " + function + " gave up"));
    }
  }

  @Override
  public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
    advance(Progress.OPEN, Progress.HELD);
    if (request.deferral().isEmpty()) {
      return new Kept(returnCode, subscription);
    }
    if (frame.ended()) {
      return new Deferred(request.deferral().get(), false);
    }
    final TlvWriter fields = frame.response();
    fields.integer(T_RETURN, returnCode);
    fields.integer(T_DEFERRED, 1);
    subscription.ifPresent(view -> AnswerCodec.subscription(fields, view));
    if (fields.failed()) {
      LOG.error("{}: the answer is longer than a frame; busy answer", function);
      frame.done(0);
      return new Deferred(request.deferral().get(), false);
    }
    return new Deferred(request.deferral().get(), frame.done(fields.length()));
  }

  @Override
  public void busy() {
    advance(Progress.OPEN, Progress.ENDED);
    frame.done(0);
  }

  /** Ends whatever is still open, after the function failed. */
  void abort() {
    if (progress == Progress.OPEN) {
      busy();
    }
  }

  private void advance(final Progress from, final Progress to) {
    if (progress != from) {
      throw new IllegalStateException(function + ": the call has ended already");
    }
    progress = to;
  }

  /**
   * Answers the frame; false when the caller had given up, or the answer was too long for it.
   *
   * @param delivered told when the worker has sent the reply, unless the result is false
   */
  private boolean finish(final Answer answer, final Optional<Consumer<Delivery>> delivered) {
    if (frame.ended()) {
      return false;
    }
    final TlvWriter fields = frame.response();
    fields.integer(T_RETURN, answer.returnCode());
    if (marks != 0) {
      fields.integer(T_UL_MARK, marks);
    }
    branchFlag.ifPresent(flag -> fields.integer(T_SET_BRANCH_FLAG, flag));
    answer.reply().ifPresent(reply -> AnswerCodec.reply(fields, reply));
    answer.subscription().ifPresent(view -> AnswerCodec.subscription(fields, view));
    answer.value().ifPresent(value -> fields.string(T_VALUE, value));
    if (overflows(fields)) {
      LOG.error("{}: the answer is longer than a frame; busy answer", function);
      frame.done(0);
      return false;
    }
    final List<Long> inline = new ArrayList<>(2);
    final List<Outgoing> later = encodeInline(fields, answer.then(), inline);
    // couriers run beside the worker: what they send must not overtake its reply
    final boolean waits = delivered.isPresent() || (answer.reply().isPresent() && !later.isEmpty());
    final OptionalLong mark =
        waits
            ? OptionalLong.of(replies.byWorker(d -> left(later, delivered, d)))
            : OptionalLong.empty();
    mark.ifPresent(id -> fields.integer(T_AFTER_REPLY, id));
    if (!frame.done(fields.length())) {
      mark.ifPresent(replies::forget);
      inline.forEach(couriers::forget);
      return false;
    }
    if (!waits) {
      later.forEach(couriers::send);
    }
    return true;
  }

  private void left(
      final List<Outgoing> later,
      final Optional<Consumer<Delivery>> delivered,
      final Delivery delivery) {
    later.forEach(couriers::send);
    delivered.ifPresent(listener -> listener.accept(delivery));
  }

  private static boolean overflows(final TlvWriter fields) {
    return fields.failed() || fields.length() > Frame.RESPONSE_CAPACITY - SPARE;
  }

  /** Writes what the worker can send itself and returns the rest, both in order. */
  private List<Outgoing> encodeInline(
      final TlvWriter fields, final List<Outgoing> then, final List<Long> ids) {
    int taken = 0;
    while (taken < then.size() && ids.size() < Limits.INLINE_REQUESTS) {
      final Outgoing outgoing = then.get(taken);
      if (request.depth() > 0 || Couriers.isSlow(outgoing)) {
        break;
      }
      final int before = fields.length();
      final long id = couriers.enterInline(outgoing);
      final int mark = fields.begin(T_COMMAND);
      fields.integer(T_ID, id);
      AnswerCodec.request(fields, outgoing.request());
      fields.end(mark);
      if (overflows(fields)) {
        fields.rewind(before);
        couriers.forget(id);
        break;
      }
      ids.add(id);
      taken++;
    }
    return then.subList(taken, then.size());
  }

  private void deliverLater(final Consumer<Delivery> to, final Delivery d) {
    engine.execute(() -> to.accept(d));
  }

  /** The worker waits in its frame until the reply is known. */
  private final class Kept implements PendingReply {
    private final int returnCode;
    private final Optional<SubscriptionView> subscription;

    Kept(final int returnCode, final Optional<SubscriptionView> subscription) {
      this.returnCode = returnCode;
      this.subscription = subscription;
    }

    @Override
    public void reply(
        final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
      advance(Progress.HELD, Progress.ENDED);
      final Answer answer = new Answer(returnCode, Optional.of(reply), subscription, then);
      if (!finish(answer, Optional.of(delivered))) {
        deliverLater(delivered, Delivery.TOO_LATE);
      }
    }

    @Override
    public void busy() {
      advance(Progress.HELD, Progress.ENDED);
      frame.done(0);
    }
  }

  /** The script has gone on; the record in the region waits for the reply. */
  private final class Deferred implements PendingReply {
    private final CallRequest.Deferral deferral;
    private final boolean accepted;

    Deferred(final CallRequest.Deferral deferral, final boolean accepted) {
      this.deferral = deferral;
      this.accepted = accepted;
    }

    @Override
    public void reply(
        final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
      advance(Progress.HELD, Progress.ENDED);
      if (!accepted) {
        // the worker gave up before the script could go on, and has sent the busy answer
        deliverLater(delivered, Delivery.TOO_LATE);
        return;
      }
      replies.reply(
          deferral.record(),
          deferral.generation(),
          Optional.of(reply),
          delivery -> {
            if (delivery == Delivery.SENT) {
              then.forEach(couriers::send);
            }
            delivered.accept(delivery);
          });
    }

    @Override
    public void busy() {
      advance(Progress.HELD, Progress.ENDED);
      if (accepted) {
        replies.reply(deferral.record(), deferral.generation(), Optional.empty(), delivery -> {});
      }
    }
  }
}
