// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;

/** A SUBSCRIBE and what its sender may conclude from the answer. */
final class SubscribeAttempt implements SimulatedCall.Asker {
  private final Bystander bystander;
  private final Dialog dialog;
  private final SipRequest request;
  private final long seconds;
  private final boolean initial;
  private final long asked;
  private final long askedMillis;
  private boolean over;

  /**
   * @param seconds asked for; 0 ends or fetches
   */
  SubscribeAttempt(
      final Bystander bystander,
      final Dialog dialog,
      final SipRequest request,
      final long seconds,
      final boolean initial) {
    this.bystander = bystander;
    this.dialog = dialog;
    this.request = request;
    this.seconds = seconds;
    this.initial = initial;
    this.asked = bystander.now();
    this.askedMillis = bystander.millis();
    dialog.ask(this);
  }

  @Override
  public SipRequest request() {
    return request;
  }

  long seconds() {
    return seconds;
  }

  boolean over() {
    return over;
  }

  @Override
  public void replied(final SipReply reply) {
    bystander.note(() -> this + " is answered " + reply.code());
    dialog.look();
    dialog.doubt(false);
    switch (reply.code()) {
      case 200 -> {
        bystander.check(
            PublishAttempt.header(reply, "Expires").equals(Long.toString(seconds)),
            () -> this + " is granted " + PublishAttempt.header(reply, "Expires"));
        holds();
      }
      case 481 -> {
        bystander.check(
            !initial && !dialog.surelyLive(), () -> this + " is told that there is no such dialog");
        dialog.end();
      }
      case 500 -> {
        // refused: as if it had not been asked
      }
      default -> bystander.check(false, () -> this + " is answered " + reply);
    }
    bystander.answered(this, reply);
  }

  @Override
  public void unheard(final SipReply reply) {
    bystander.note(() -> this + " holds, unheard");
    dialog.look();
    dialog.doubt(false);
    if (reply.code() == 200) {
      holds();
    }
  }

  private void holds() {
    final long cseq = request.cseq().orElse(0);
    if (initial && dialog.live() && dialog.remoteCseq() == cseq) {
      // a retransmission: nothing happens twice
      return;
    }
    if (dialog.fetch) {
      return;
    }
    final Bystander.Span decided = bystander.since(asked, askedMillis);
    if (seconds > 0 && !dialog.live() && dialog.mayHaveLapsedUnanswered(decided, seconds)) {
      return;
    }
    bystander.check(
        initial || dialog.live(), () -> this + " is granted, but there is no such dialog");
    if (seconds == 0) {
      dialog.end();
    } else {
      dialog.granted(cseq, decided.earliest() + seconds, decided.latest() + seconds);
    }
  }

  @Override
  public void busy(final boolean doubtful) {
    bystander.note(() -> this + " is answered busy");
    if (doubtful) {
      dialog.doubt(true);
    }
    bystander.busy(this);
  }

  @Override
  public void concluded() {
    over = true;
    dialog.workOff();
  }

  @Override
  public String toString() {
    return "SUBSCRIBE " + request.cseq().orElse(0) + " for " + seconds + " s " + dialog;
  }
}
