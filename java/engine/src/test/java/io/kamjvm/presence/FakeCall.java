// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

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

/** A call whose replies are kept; ended twice, it fails. */
final class FakeCall implements Call {
  private final World world;
  private final Optional<SipRequest> request;
  private final List<String> arguments;
  final List<SipReply> replies = new ArrayList<>();
  Optional<SubscriptionView> subscription = Optional.empty();
  PendingReply.Delivery delivery = PendingReply.Delivery.SENT;
  boolean busy;
  private boolean ended;
  private int returnCode;

  FakeCall(final World world, final Optional<SipRequest> request, final List<String> arguments) {
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
    return request
        .map(r -> "tag-" + r.callId().orElse("") + "-" + r.from().tag().orElse(""))
        .orElse("");
  }

  @Override
  public boolean transaction() {
    return true;
  }

  @Override
  public void answer(final Answer answer) {
    end(answer.returnCode());
    answer.reply().ifPresent(r -> replied(r));
    subscription = answer.subscription();
    answer.then().forEach(world::send);
  }

  private void replied(final SipReply reply) {
    replies.add(reply);
    world.peers.log.add("reply " + reply.code());
  }

  private void end(final int code) {
    if (ended) {
      throw new IllegalStateException("ended twice");
    }
    ended = true;
    returnCode = code;
  }

  @Override
  public PendingReply hold(final int code, final Optional<SubscriptionView> view) {
    end(code);
    subscription = view;
    return new PendingReply() {
      private boolean done;

      @Override
      public void reply(
          final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
        if (done) {
          throw new IllegalStateException("replied twice");
        }
        done = true;
        world.tasks.add(
            () -> {
              if (delivery == Delivery.SENT) {
                replied(reply);
                then.forEach(world::send);
              } else {
                busy = true;
              }
              if (world.newsComesLate) {
                world.news.add(() -> delivered.accept(delivery));
              } else {
                delivered.accept(delivery);
              }
            });
      }

      @Override
      public void busy() {
        if (done) {
          throw new IllegalStateException("replied twice");
        }
        done = true;
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
    return ended;
  }

  int returnCode() {
    if (!ended) {
      throw new IllegalStateException("still open");
    }
    return returnCode;
  }

  SipReply reply() {
    if (replies.size() != 1) {
      throw new AssertionError(replies.size() + " replies");
    }
    return replies.get(0);
  }

  int code() {
    return reply().code();
  }

  String header(final String name) {
    return reply().headers().stream()
        .filter(h -> h.startsWith(name + ": "))
        .map(h -> h.substring(name.length() + 2))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + reply()));
  }

  String etag() {
    return header("SIP-ETag");
  }
}
