// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on their way to reply FIFOs. A process of Kamailio's asks for one after the other and
 * says with each question what it has written last, so that an answer survives a question nobody
 * waits for any more.
 */
final class FifoAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(FifoAnswers.class);
  private static final int MOST = 1_000;

  /** The process waits a little longer. */
  private static final long PATIENCE_MILLIS = 4_000;

  private record Answer(String mark, String replyName, String text) {}

  private final Timers timers;
  private final int epoch;
  private final Deque<Answer> answers = new ArrayDeque<>();
  private Optional<RpcCall> waiting = Optional.empty();
  private long count;
  private boolean stopped;

  FifoAnswers(final Timers timers, final int epoch) {
    this.timers = timers;
    this.epoch = epoch;
  }

  /** Has it written; without a name of the reply FIFO nobody wants it. */
  void offer(final String replyName, final String text) {
    if (replyName.isEmpty()) {
      return;
    }
    if (answers.size() == MOST) {
      LOG.error("an answer on reply FIFO {} is lost: {} wait already", replyName, MOST);
      return;
    }
    count++;
    answers.addLast(new Answer(epoch + "." + count, replyName, text));
    final Optional<RpcCall> asker = waiting;
    waiting = Optional.empty();
    asker.ifPresent(this::hand);
  }

  /** {@code fifo.answer}. */
  void ask(final RpcCall call) {
    final String written = call.arguments().isEmpty() ? "" : call.arguments().get(0);
    if (!answers.isEmpty() && answers.peekFirst().mark().equals(written)) {
      answers.removeFirst();
    }
    waiting.ifPresent(RpcCall::finish);
    waiting = Optional.empty();
    if (stopped) {
      call.finish();
    } else if (answers.isEmpty()) {
      waiting = Optional.of(call);
      timers.schedule(PATIENCE_MILLIS, () -> sendAway(call));
    } else {
      hand(call);
    }
  }

  private void sendAway(final RpcCall call) {
    if (waiting.filter(w -> w == call).isPresent()) {
      waiting = Optional.empty();
      call.finish();
    }
  }

  private void hand(final RpcCall call) {
    final Answer answer = answers.peekFirst();
    call.string(answer.mark());
    call.string(answer.replyName());
    call.string(answer.text());
    call.finish();
  }

  /** Nobody is kept waiting from now on. */
  void stop() {
    stopped = true;
    waiting.ifPresent(RpcCall::finish);
    waiting = Optional.empty();
  }
}
