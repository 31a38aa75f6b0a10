// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

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

/** A call of a script function by one of the workers, and the couriers that may answer it later. */
final class SimulatedCall implements Call {

  /** What the one who asked experiences. */
  interface Asker {
    SipRequest request();

    /** The reply leaves. */
    void replied(SipReply reply);

    /** The transaction is gone, but the decision holds. */
    void unheard(SipReply reply);

    /**
     * The busy answer leaves.
     *
     * @param doubtful whether the tables may hold what was asked nevertheless
     */
    void busy(boolean doubtful);

    /** The engine has heard what became of the reply, or needs no news of it. */
    void concluded();
  }

  private enum State {
    OPEN,
    HELD,
    OVER
  }

  private final SimulatedServer server;
  private final EngineLife life;
  private final Asker asker;
  private State state = State.OPEN;

  SimulatedCall(final SimulatedServer server, final EngineLife life, final Asker asker) {
    this.server = server;
    this.life = life;
    this.asker = asker;
  }

  @Override
  public Optional<SipRequest> request() {
    return Optional.of(asker.request());
  }

  @Override
  public List<String> arguments() {
    return List.of();
  }

  @Override
  public String replyToTag() {
    return "to-" + asker.request().callId().orElse("");
  }

  @Override
  public boolean transaction() {
    return true;
  }

  private void move(final State from, final State to) {
    if (state != from) {
      throw new AssertionError("a call was ended twice: " + asker);
    }
    state = to;
    if (to == State.OVER) {
      server.over(this);
    }
  }

  @Override
  public void answer(final Answer answer) {
    if (!life.alive()) {
      return;
    }
    move(State.OPEN, State.OVER);
    asker.replied(
        answer.reply().orElseThrow(() -> new AssertionError("answered without a reply: " + asker)));
    asker.concluded();
    answer.then().forEach(server::send);
  }

  @Override
  public void busy() {
    if (!life.alive()) {
      return;
    }
    move(State.OPEN, State.OVER);
    asker.busy(false);
    asker.concluded();
  }

  @Override
  public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
    if (life.alive()) {
      move(State.OPEN, State.HELD);
    }
    return new Deferred();
  }

  /** The engine has died: couriers give the busy answer to whoever waits. */
  void orphaned() {
    state = State.OVER;
    asker.busy(true);
  }

  private final class Deferred implements PendingReply {
    private boolean used;

    private void use() {
      if (used) {
        throw new AssertionError("replied twice: " + asker);
      }
      used = true;
    }

    @Override
    public void reply(
        final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
      use();
      if (!life.alive()) {
        return;
      }
      final Delivery fate = server.fate();
      final long asked = server.time().monotonicMillis();
      server
          .time()
          .after(
              server.courierDelay(),
              () -> {
                if (life.alive()) {
                  leave(fate, asked, reply, then, delivered);
                }
              });
    }

    private void leave(
        final Delivery fate,
        final long asked,
        final SipReply reply,
        final List<Outgoing> then,
        final Consumer<Delivery> delivered) {
      move(State.HELD, State.OVER);
      switch (fate) {
        case SENT -> {
          asker.replied(reply);
          then.forEach(server::send);
        }
        case TOO_LATE -> {
          if (server.mutation() == Mutation.WRONG_FATE) {
            asker.replied(reply);
          } else {
            asker.busy(true);
          }
        }
        case GONE -> asker.unheard(reply);
      }
      if (fate == Delivery.SENT && server.losesNews()) {
        server.patienceEnds(life, asked, asker::concluded);
        return;
      }
      server.newsOfReply(
          life,
          () -> {
            asker.concluded();
            delivered.accept(fate);
          });
    }

    @Override
    public void busy() {
      use();
      if (!life.alive()) {
        return;
      }
      move(State.HELD, State.OVER);
      asker.busy(false);
      asker.concluded();
    }
  }
}
