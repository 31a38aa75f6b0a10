// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.KamailioDouble.Command;
import io.kamjvm.Requests.Heard;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests through the couriers' rings, which the C consumer reads. */
class CouriersTest {
  private static final String ADDRESS = "sip:alice@127.0.0.1:5070";
  private static final int CREDITS = 64;

  private final ManualClock clock = new ManualClock();
  private final RunningEngine engine = RunningEngine.started(clock);
  private final Heard heard = new Heard();

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  @DisplayName("Nothing is written to a ring before its courier serves this epoch")
  void waitsForHandshake() {
    send(Requests.notify(ADDRESS, heard));
    settle();
    assertThat(engine.kamailio.commands(KamailioDouble.REQUEST)).isEmpty();
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final Command command = awaitCommands(KamailioDouble.REQUEST, 1).get(0);
    assertThat(command.type()).isEqualTo(CMD_REQUEST);
    assertThat(command.epoch()).isEqualTo(1);
    assertThat(command.field(T_METHOD).text()).isEqualTo("NOTIFY");
    assertThat(command.field(T_LAST_CSEQ).number()).isEqualTo(41);
    assertThat(command.field(T_REQUEST_BODY).bytes()).containsExactly(1, 2, 3);
    assertThat(command.field(T_SEND_SOCKET).text()).isEqualTo("udp:127.0.0.1:5060");
  }

  @Test
  @DisplayName("A request names its event route; what that has set comes with the answer")
  void answerRoute() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    send(Requests.notify(ADDRESS, heard));
    final Command command = awaitCommands(KamailioDouble.REQUEST, 1).get(0);
    assertThat(command.field(T_ANSWER_ROUTE).text()).isEqualTo("probe:answered");
    engine.kamailio.sent(command.id(), 42);
    engine.kamailio.completed(command.id(), 200, "root=>wish", -7);
    engine.await(() -> heard.events.size() == 2);
    assertThat(heard.events).containsExactly("sent 42", "completed 200 {root=>wish=-7}");
  }

  @Test
  @DisplayName("An answer may come before the word that the request was sent")
  void completionBeforeSent() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    send(Requests.notify(ADDRESS, heard));
    final long id = awaitCommands(KamailioDouble.REQUEST, 1).get(0).id();
    engine.kamailio.completed(id, 481);
    engine.kamailio.sent(id, 42);
    engine.kamailio.completed(id, 200);
    engine.await(() -> heard.events.size() == 2);
    settle();
    assertThat(heard.events).containsExactly("completed 481", "sent 42");
    clock.advance(40_000);
    settle();
    assertThat(heard.events).hasSize(2);
  }

  @Test
  @DisplayName("Dropped and failed requests end with that")
  void droppedAndFailed() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final Heard other = new Heard();
    send(Requests.notify(ADDRESS, heard));
    send(Requests.notify(ADDRESS, other));
    final List<Command> commands = awaitCommands(KamailioDouble.REQUEST, 2);
    engine.kamailio.result(
        EV_SENT, commands.get(0).id(), fields -> fields.integer(T_STATUS, STATUS_DROPPED));
    engine.kamailio.result(
        EV_SENT,
        commands.get(1).id(),
        fields -> {
          fields.integer(T_STATUS, STATUS_FAILED);
          fields.string(T_TEXT, "no socket");
        });
    engine.await(() -> other.events.size() == 1);
    assertThat(heard.events).containsExactly("dropped");
    assertThat(other.events).containsExactly("failed no socket");
  }

  @Test
  @DisplayName("A result that never comes is reported lost, fr_timer and five seconds later")
  void watchdog() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    send(Requests.notify(ADDRESS, heard));
    final long id = awaitCommands(KamailioDouble.REQUEST, 1).get(0).id();
    // the command can be seen a moment before its watchdog is set
    settle();
    clock.advance(34_900);
    settle();
    assertThat(heard.events).isEmpty();
    clock.advance(200);
    engine.await(() -> heard.events.size() == 1);
    assertThat(heard.events).containsExactly("lost");
    engine.kamailio.sent(id, 42);
    settle();
    assertThat(heard.events).hasSize(1);
  }

  @Test
  @DisplayName("A courier has so many requests at once; answers, and time for dead ones, free it")
  void creditsBoundACourier() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    IntStream.range(0, 3 * CREDITS).forEach(i -> send(Requests.notify(ADDRESS, heard)));
    settle();
    final List<Command> first = awaitCommands(KamailioDouble.REQUEST, CREDITS);
    assertThat(first).hasSize(CREDITS);

    engine.kamailio.sent(first.get(0).id(), 1);
    engine.kamailio.completed(first.get(0).id(), 200);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 1)).hasSize(1);

    first.subList(1, CREDITS).forEach(command -> engine.kamailio.sent(command.id(), 1));
    engine.await(() -> heard.events.size() == CREDITS + 1);
    settle();
    assertThat(engine.kamailio.commands(KamailioDouble.REQUEST)).isEmpty();
    clock.advance(600);
    assertThat(awaitCommands(KamailioDouble.REQUEST, CREDITS - 1)).hasSize(CREDITS - 1);
  }

  @Test
  @DisplayName("A request to a name, or to a peer known as slow, takes the slow lane")
  void slowLane() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    engine.kamailio.courierServes(KamailioDouble.SLOW);
    send(Requests.notify("sip:alice@phone.example.org", heard));
    send(Requests.notify(ADDRESS, true, new byte[0], heard));
    send(Requests.notify(ADDRESS, heard));
    assertThat(awaitCommands(KamailioDouble.SLOW, 2)).hasSize(2);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 1)).hasSize(1);
  }

  @Test
  @DisplayName("A full ring makes requests wait, and loses none")
  void fullRing() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final byte[] body = new byte[60_000];
    IntStream.range(0, CREDITS).forEach(i -> send(Requests.notify(ADDRESS, false, body, heard)));
    final List<Long> ids = new ArrayList<>();
    engine.await(
        () -> {
          engine.kamailio.commands(KamailioDouble.REQUEST).forEach(c -> ids.add(c.id()));
          return ids.size() == CREDITS;
        });
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("A request that no ring can carry, or no queue can hold, fails and says so")
  void whatDoesNotFitFails() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    send(Requests.notify(ADDRESS, false, new byte[300_000], heard));
    engine.await(() -> heard.events.size() == 1);
    assertThat(heard.events.get(0)).startsWith("failed the request is longer");

    final Outgoing waiting = Requests.notify("sip:alice@phone.example.org", heard);
    inEngine(
        () -> {
          for (int i = 0; i < 65_536 + 2; i++) {
            engine.module.context.get().kamailio().send(waiting);
          }
        });
    engine.await(() -> heard.events.size() == 3);
    assertThat(heard.events.get(2)).startsWith("failed too many");
  }

  @Test
  @DisplayName("Events that make no sense are skipped; what follows is served")
  void malformedEvents() {
    assertThat(engine.kamailio.say(EV_CALL, new byte[3])).isZero();
    assertThat(engine.kamailio.say(EV_SENT, new byte[5])).isZero();
    assertThat(engine.kamailio.say(77, new byte[100])).isZero();
    engine.kamailio.result(EV_SENT, 4711, fields -> fields.string(T_STATUS, "no number"));
    engine.kamailio.result(EV_REPLIED, 4711, fields -> fields.integer(T_STATUS, 9));
    engine.probe(call -> call.answer(Answer.of(6)));
    assertThat(engine.call().number(T_RETURN)).isEqualTo(6);
    assertThat(engine.log.stream().filter(line -> line.contains("means nothing"))).hasSize(3);
  }

  private void send(final Outgoing outgoing) {
    engine
        .module
        .context
        .get()
        .engine()
        .execute(() -> engine.module.context.get().kamailio().send(outgoing));
  }

  private void inEngine(final Runnable task) {
    engine.module.context.get().engine().execute(task);
  }

  /** Returns when the engine has done what it was given so far, twice over. */
  private void settle() {
    for (int i = 0; i < 2; i++) {
      final CountDownLatch turn = new CountDownLatch(1);
      inEngine(turn::countDown);
      engine.await(() -> turn.getCount() == 0);
      assertThat(engine.rpc().has(T_RETURN)).isTrue();
    }
  }

  private List<Command> awaitCommands(final int courier, final int count) {
    final List<Command> commands = new ArrayList<>();
    engine.await(
        () -> {
          commands.addAll(engine.kamailio.commands(courier));
          return commands.size() >= count;
        });
    return commands;
  }
}
