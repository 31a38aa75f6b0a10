// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A call whose reply is kept; ended twice, it fails. */
final class FakeCall implements Call {
  private final PaWorld world;
  private final Optional<SipRequest> request;
  private final List<String> arguments;
  final List<SipReply> replies = new ArrayList<>();
  PendingReply.Delivery delivery = PendingReply.Delivery.SENT;
  boolean busy;
  private Optional<Integer> code = Optional.empty();

  FakeCall(final PaWorld world, final Optional<SipRequest> request, final List<String> arguments) {
    this.world = world;
    this.request = request;
    this.arguments = arguments;
  }

  @Override
  public Optional<SipRequest> request() {
    return request;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public String replyToTag() {
    return request.map(r -> "tag-" + r.callId().orElse("")).orElse("");
  }

  @Override
  public boolean transaction() {
    return false;
  }

  @Override
  public void answer(final Answer answer) {
    end(answer.returnCode());
    answer.reply().ifPresent(this::replied);
    answer.then().forEach(world::send);
  }

  private void replied(final SipReply reply) {
    replies.add(reply);
    world.log.add("reply " + reply.code());
  }

  private void end(final int returnCode) {
    if (code.isPresent()) {
      throw new IllegalStateException("ended twice");
    }
    code = Optional.of(returnCode);
  }

  @Override
  public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
    end(returnCode);
    return new PendingReply() {
      @Override
      public void reply(
          final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
        world.tasks.add(
            () -> {
              if (delivery == Delivery.SENT) {
                replied(reply);
                then.forEach(world::send);
              } else {
                busy = true;
              }
              delivered.accept(delivery);
            });
      }

      @Override
      public void busy() {
        busy = true;
      }
    };
  }

  @Override
  public void busy() {
    end(1);
    busy = true;
  }

  boolean ended() {
    return code.isPresent();
  }

  int returnCode() {
    return code.orElseThrow();
  }

  int code() {
    return reply().code();
  }

  SipReply reply() {
    if (replies.size() != 1) {
      throw new AssertionError(replies.size() + " replies");
    }
    return replies.get(0);
  }

  String header(final String name) {
    return reply().headers().stream()
        .filter(h -> h.startsWith(name + ": "))
        .map(h -> h.substring(name.length() + 2))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + reply()));
  }
}
