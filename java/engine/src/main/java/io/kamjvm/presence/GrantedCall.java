// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A call after which something is done if its request is granted, whoever sends the reply. */
final class GrantedCall implements Call {
  private final Call call;
  private final Runnable granted;

  GrantedCall(final Call call, final Runnable granted) {
    this.call = call;
    this.granted = granted;
  }

  @Override
  public Optional<SipRequest> request() {
    return call.request();
  }

  @Override
  public List<String> arguments() {
    return call.arguments();
  }

  @Override
  public String replyToTag() {
    return call.replyToTag();
  }

  @Override
  public boolean transaction() {
    return call.transaction();
  }

  @Override
  public void answer(final Answer answer) {
    call.answer(answer);
    answer.reply().filter(GrantedCall::isSuccess).ifPresent(reply -> granted.run());
  }

  @Override
  public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
    final PendingReply pending = call.hold(returnCode, subscription);
    return new PendingReply() {
      @Override
      public void reply(
          final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
        pending.reply(
            reply,
            then,
            delivery -> {
              delivered.accept(delivery);
              if (delivery == Delivery.SENT && isSuccess(reply)) {
                granted.run();
              }
            });
      }

      @Override
      public void busy() {
        pending.busy();
      }
    };
  }

  @Override
  public void busy() {
    call.busy();
  }

  private static boolean isSuccess(final SipReply reply) {
    return reply.code() < 300;
  }
}
