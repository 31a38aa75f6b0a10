// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.KamailioDouble.Command;
import io.kamjvm.KamailioDouble.Outcome;
import io.kamjvm.Requests.Heard;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls through the region: C's caller half on one side, the whole engine on the other. */
class CallPathTest {
  private static final String ADDRESS = "sip:alice@127.0.0.1:5070";
  private static final String NAME = "sip:alice@phone.example.org";

  private final RunningEngine engine = RunningEngine.started();

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  @DisplayName("A function's return code, reply and $subs arrive at the caller")
  void answerArrives() {
    engine.probe(
        call ->
            call.answer(
                new Answer(
                    7,
                    Optional.of(new SipReply(200, "OK", List.of("Expires: 60", "SIP-ETag: x"))),
                    Optional.of(Requests.view()),
                    List.of())));
    final Outcome outcome = engine.call();
    assertThat(outcome.status()).isEqualTo(WAIT_DONE);
    assertThat(outcome.number(T_RETURN)).isEqualTo(7);
    assertThat(outcome.number(T_REPLY_CODE)).isEqualTo(200);
    assertThat(outcome.text(T_REPLY_REASON)).isEqualTo("OK");
    assertThat(outcome.text(T_REPLY_HEADERS)).isEqualTo("Expires: 60\r\nSIP-ETag: x\r\n");
    assertThat(outcome.all(T_SUBS).get(0).nested())
        .anySatisfy(
            field -> {
              assertThat(field.tag()).isEqualTo(SUBS_PRES_URI);
              assertThat(field.text()).isEqualTo("sip:bob@example.org");
            });
  }

  @Test
  @DisplayName("Every field of the message arrives at the function")
  void messageArrives() {
    final AtomicReference<Call> seen = new AtomicReference<>();
    engine.probe(
        call -> {
          seen.set(call);
          call.answer(Answer.of(1));
        });
    engine.call(CallPathTest::subscribe);
    final Call call = seen.get();
    assertThat(call.arguments()).containsExactly("one", "two");
    assertThat(call.replyToTag()).isEqualTo("reply-tag");
    assertThat(call.transaction()).isTrue();
    final SipRequest request = call.request().orElseThrow();
    assertThat(request.method()).isEqualTo("SUBSCRIBE");
    assertThat(request.requestUser()).contains("bob");
    assertThat(request.from().uri()).contains("sip:alice@example.org");
    assertThat(request.from().tag()).contains("a\udcff");
    assertThat(request.to().tag()).isEmpty();
    assertThat(request.cseq()).hasValue(5);
    assertThat(request.event().orElseThrow().name()).isEqualTo("presence");
    assertThat(request.event().orElseThrow().id()).contains("7");
    assertThat(request.eventText()).contains("presence;id=7");
    assertThat(request.contentLength()).hasValue(3);
    assertThat(request.body()).containsExactly(1, 2, 3);
    assertThat(request.accept()).containsExactly("application/pidf+xml", "text/plain");
    assertThat(request.malformed()).containsExactly("contact");
    assertThat(request.xavps()).containsEntry("root=>child", "9");
    assertThat(request.socketUri()).isEqualTo("sip:192.0.2.1:5060");
  }

  private static void subscribe(final TlvWriter fields) {
    fields.string(T_ARG, "one");
    fields.string(T_ARG, "two");
    fields.string(T_REPLY_TO_TAG, "reply-tag");
    fields.integer(T_TRANSACTION, 1);
    final int message = fields.begin(T_MESSAGE);
    fields.string(T_METHOD, "SUBSCRIBE");
    fields.string(T_RURI, "sip:bob@example.org");
    fields.string(T_RURI_USER, "bob");
    fields.string(T_FROM_URI, "sip:alice@example.org");
    fields.bytes(T_FROM_TAG, new byte[] {'a', (byte) 0xff});
    fields.integer(T_CSEQ, 5);
    fields.string(T_EVENT, "presence;id=7");
    fields.string(T_EVENT_NAME, "presence");
    final int parameter = fields.begin(T_EVENT_PARAM);
    fields.string(T_NAME, "id");
    fields.string(T_VALUE, "7");
    fields.end(parameter);
    fields.integer(T_CONTENT_LENGTH, 3);
    fields.bytes(T_BODY, new byte[] {1, 2, 3});
    fields.string(T_ACCEPT, "application/pidf+xml");
    fields.string(T_ACCEPT, "text/plain");
    fields.string(T_BAD, "contact");
    fields.string(T_SOCKET_URI, "sip:192.0.2.1:5060");
    final int xavp = fields.begin(T_XAVP);
    fields.string(T_NAME, "root=>child");
    fields.integer(T_NUMBER, 9);
    fields.end(xavp);
    fields.end(message);
  }

  @Test
  @DisplayName("A function that throws costs its own call: busy answer, and the next is served")
  void exceptionIsContained() {
    engine.probe(
        call -> {
          throw new IllegalStateException("on purpose");
        });
    assertBusy(engine.call());
    engine.probe(
        call -> {
          throw new StackOverflowError();
        });
    assertBusy(engine.call());
    engine.probe(call -> call.answer(Answer.of(3)));
    assertThat(engine.call().number(T_RETURN)).isEqualTo(3);
    assertThat(engine.log).anyMatch(line -> line.contains("on purpose"));
  }

  @Test
  @DisplayName("A request that can not be read, or names no function, gets the busy answer")
  void nonsenseGetsBusyAnswer() {
    assertBusy(engine.kamailio.call(0, 5_000, fields -> fields.integer(T_FUNCTION, 4711)));
    assertBusy(engine.kamailio.call(0, 5_000, fields -> fields.string(T_FUNCTION, "no number")));
    assertBusy(engine.kamailio.call(0, 5_000, fields -> {}));
  }

  @Test
  @DisplayName("An answer that is longer than a frame becomes the busy answer, logged")
  void tooLongAnswerBecomesBusy() {
    engine.probe(
        call ->
            call.answer(
                Answer.reply(1, new SipReply(200, "OK", List.of("X: " + "y".repeat(FRAME_AREA))))));
    assertBusy(engine.call());
    assertThat(engine.log).anyMatch(line -> line.contains("longer than a frame"));
  }

  @Test
  @DisplayName("A call that is ended twice stays ended once")
  void secondAnswerIsRefused() {
    final AtomicReference<Throwable> thrown = new AtomicReference<>();
    engine.probe(
        call -> {
          call.answer(Answer.of(1));
          try {
            call.answer(Answer.of(2));
          } catch (final IllegalStateException e) {
            thrown.set(e);
          }
        });
    assertThat(engine.call().number(T_RETURN)).isEqualTo(1);
    engine.await(() -> thrown.get() != null);
  }

  @Test
  @DisplayName("Requests after a reply leave with it, their results come back to their listeners")
  void requestsLeaveInline() {
    final Heard heard = new Heard();
    answerWith(List.of(Requests.notify(ADDRESS, heard)));
    final Outcome outcome = engine.call();
    final List<KamailioDouble.Field> command = outcome.all(T_COMMAND).get(0).nested();
    final long id = command.get(0).number();
    assertThat(command).extracting(KamailioDouble.Field::tag).contains(T_ID, T_METHOD, T_LAST_CSEQ);
    engine.kamailio.sent(id, 42);
    engine.kamailio.completed(id, 200);
    engine.await(() -> heard.events.size() == 2);
    assertThat(heard.events).containsExactly("sent 42", "completed 200");
  }

  @Test
  @DisplayName("More requests than the worker may send itself follow its reply, through couriers")
  void overflowGoesToCouriers() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final List<Outgoing> then =
        IntStream.range(0, 20).mapToObj(i -> Requests.notify(ADDRESS, new Heard())).toList();
    answerWith(then);
    final Outcome outcome = engine.call();
    assertThat(outcome.all(T_COMMAND)).hasSize(16);
    assertThat(outcome.fields().get(outcome.fields().size() - 1).tag()).isEqualTo(T_AFTER_REPLY);
    engine.call();
    assertThat(engine.kamailio.commands(KamailioDouble.REQUEST)).as("before the reply").isEmpty();
    replyHasLeft(outcome);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 4)).hasSize(4);
  }

  @Test
  @DisplayName("Requests too big for the frame go to the couriers")
  void bigRequestsGoToCouriers() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    answerWith(
        IntStream.range(0, 4)
            .mapToObj(i -> Requests.notify(ADDRESS, false, new byte[60_000], new Heard()))
            .toList());
    final Outcome outcome = engine.call();
    assertThat(outcome.all(T_COMMAND)).hasSize(2);
    replyHasLeft(outcome);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 2)).hasSize(2);
  }

  @Test
  @DisplayName("A request that may block, or a call below another, never sends inline")
  void slowAndNestedGoToCouriers() {
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    engine.kamailio.courierServes(KamailioDouble.SLOW);
    answerWith(List.of(Requests.notify(NAME, new Heard())));
    final Outcome slow = engine.call();
    assertThat(slow.has(T_COMMAND)).isFalse();
    replyHasLeft(slow);
    assertThat(awaitCommands(KamailioDouble.SLOW, 1)).hasSize(1);
    answerWith(List.of(Requests.notify(ADDRESS, new Heard())));
    final Outcome nested = engine.call(fields -> fields.integer(T_DEPTH, 1));
    assertThat(nested.has(T_COMMAND)).isFalse();
    replyHasLeft(nested);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 1)).hasSize(1);
  }

  @Test
  @DisplayName("Where Kamailio can not defer, a held call keeps its worker until the reply")
  void heldWithoutDeferral() {
    final List<Delivery> delivered = new CopyOnWriteArrayList<>();
    final Heard heard = new Heard();
    engine.probe(
        call -> {
          final PendingReply pending = call.hold(5, Optional.of(Requests.view()));
          inLaterTurn(
              () ->
                  pending.reply(
                      new SipReply(202, "Accepted"),
                      List.of(Requests.notify(ADDRESS, heard)),
                      delivered::add));
        });
    final Outcome outcome = engine.call();
    assertThat(outcome.number(T_RETURN)).isEqualTo(5);
    assertThat(outcome.number(T_REPLY_CODE)).isEqualTo(202);
    assertThat(outcome.has(T_DEFERRED)).isFalse();
    assertThat(outcome.has(T_SUBS)).isTrue();
    assertThat(outcome.all(T_COMMAND)).hasSize(1);
    engine.probe(call -> call.answer(Answer.of(1)));
    engine.call();
    assertThat(delivered).as("what is told before the reply has left").isEmpty();
    replyHasLeft(outcome);
    engine.await(() -> delivered.equals(List.of(Delivery.SENT)));
  }

  @Test
  @DisplayName("Where Kamailio can defer, the script goes on and a courier sends the reply")
  void heldWithDeferral() {
    engine.kamailio.courierServes(KamailioDouble.REPLY);
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final List<Delivery> delivered = new CopyOnWriteArrayList<>();
    final AtomicReference<PendingReply> pending = new AtomicReference<>();
    engine.probe(call -> pending.set(call.hold(1, Optional.empty())));
    final Outcome outcome = engine.call(CallPathTest::deferrable);
    assertThat(outcome.number(T_RETURN)).isEqualTo(1);
    assertThat(outcome.number(T_DEFERRED)).isEqualTo(1);
    assertThat(outcome.has(T_REPLY_CODE)).isFalse();

    inLaterTurn(
        () ->
            pending
                .get()
                .reply(
                    new SipReply(200, "OK", List.of("SIP-ETag: x")),
                    List.of(Requests.notify(ADDRESS, new Heard())),
                    delivered::add));
    final Command reply = awaitCommands(KamailioDouble.REPLY, 1).get(0);
    assertThat(reply.type()).isEqualTo(CMD_REPLY);
    assertThat(reply.field(T_DEFERRAL).number()).isEqualTo(17);
    assertThat(reply.field(T_GENERATION).number()).isEqualTo(3);
    assertThat(reply.field(T_REPLY_CODE).number()).isEqualTo(200);
    assertThat(engine.kamailio.commands(KamailioDouble.REQUEST)).isEmpty();

    engine.kamailio.replied(reply.id(), REPLIED_SENT);
    assertThat(awaitCommands(KamailioDouble.REQUEST, 1)).hasSize(1);
    assertThat(delivered).containsExactly(Delivery.SENT);
  }

  @Test
  @DisplayName("A deferred reply that came too late, or whose transaction is gone, sends nothing")
  void deferredReplyTooLate() {
    engine.kamailio.courierServes(KamailioDouble.REPLY);
    engine.kamailio.courierServes(KamailioDouble.REQUEST);
    final List<Delivery> delivered = new CopyOnWriteArrayList<>();
    engine.probe(
        call ->
            call.hold(1, Optional.empty())
                .reply(
                    new SipReply(200, "OK"),
                    List.of(Requests.notify(ADDRESS, new Heard())),
                    delivered::add));
    engine.call(CallPathTest::deferrable);
    engine.kamailio.replied(awaitCommands(KamailioDouble.REPLY, 1).get(0).id(), REPLIED_BUSY);
    engine.call(CallPathTest::deferrable);
    engine.kamailio.replied(awaitCommands(KamailioDouble.REPLY, 1).get(0).id(), REPLIED_GONE);
    engine.await(() -> delivered.size() == 2);
    assertThat(delivered).containsExactly(Delivery.TOO_LATE, Delivery.GONE);
    assertThat(engine.kamailio.commands(KamailioDouble.REQUEST)).isEmpty();
  }

  @Test
  @DisplayName("A held call that ends busy has the busy answer sent for its record")
  void deferredBusy() {
    engine.kamailio.courierServes(KamailioDouble.REPLY);
    engine.probe(call -> call.hold(1, Optional.empty()).busy());
    engine.call(CallPathTest::deferrable);
    final Command reply = awaitCommands(KamailioDouble.REPLY, 1).get(0);
    assertThat(reply.has(T_REPLY_CODE)).isFalse();
    assertThat(reply.field(T_DEFERRAL).number()).isEqualTo(17);
    engine.kamailio.replied(reply.id(), REPLIED_SENT);
  }

  @Test
  @DisplayName("When the caller gives up, its frame comes back and the decision is undone")
  void abandonedFrameComesBack() {
    final AtomicReference<PendingReply> pending = new AtomicReference<>();
    final List<Delivery> delivered = new CopyOnWriteArrayList<>();
    final Heard heard = new Heard();
    engine.probe(call -> pending.set(call.hold(1, Optional.empty())));
    final Outcome outcome =
        engine.kamailio.call(0, 30, fields -> fields.integer(T_FUNCTION, RunningEngine.PROBE));
    assertThat(outcome.status()).isEqualTo(WAIT_DEADLINE);
    engine.await(() -> engine.kamailio.frameState(0) == FRAME_FREE);
    engine.probe(call -> call.answer(Answer.of(9)));
    assertThat(engine.call().number(T_RETURN)).isEqualTo(9);

    inLaterTurn(
        () ->
            pending
                .get()
                .reply(
                    new SipReply(200, "OK"),
                    List.of(Requests.notify(ADDRESS, heard)),
                    delivered::add));
    engine.await(() -> delivered.equals(List.of(Delivery.TOO_LATE)));
    assertThat(heard.events).isEmpty();
  }

  @Test
  @DisplayName("Requests of an answer that nobody waited for are reported as failed")
  void requestsOfAbandonedAnswerFail() {
    final AtomicReference<Call> held = new AtomicReference<>();
    final Heard heard = new Heard();
    engine.probe(held::set);
    engine.kamailio.call(0, 30, fields -> fields.integer(T_FUNCTION, RunningEngine.PROBE));
    inLaterTurn(
        () ->
            held.get()
                .answer(
                    new Answer(
                        1,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(Requests.notify(ADDRESS, heard)))));
    engine.await(() -> heard.events.size() == 1);
    assertThat(heard.events.get(0)).startsWith("failed");
  }

  @Test
  @DisplayName("Calls of several processes at once all get their own answer")
  void concurrentCalls() {
    engine.probe(call -> call.answer(Answer.of(Integer.parseInt(call.arguments().get(0)))));
    final AtomicInteger right = new AtomicInteger();
    final List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int process = 0; process < 4; process++) {
      final int number = process;
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 500; i++) {
                  final int expected = number * 1000 + i;
                  final Outcome outcome =
                      engine.kamailio.call(
                          number,
                          10_000,
                          fields -> {
                            fields.integer(T_FUNCTION, RunningEngine.PROBE);
                            fields.string(T_ARG, Integer.toString(expected));
                          });
                  if (outcome.status() == WAIT_DONE && outcome.number(T_RETURN) == expected) {
                    right.incrementAndGet();
                  }
                }
              }));
    }
    callers.forEach(caller -> caller.orTimeout(60, TimeUnit.SECONDS).join());
    assertThat(right).hasValue(2000);
  }

  @Test
  @DisplayName("RPC records beyond one response area arrive page by page, complete and in order")
  void rpcPages() {
    final String filler = "z".repeat(1000);
    engine.list(
        rpc -> {
          for (int i = 0; i < 1000; i++) {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("number", i);
            row.put("text", filler);
            rpc.struct(row);
          }
          rpc.string("end");
          rpc.finish();
        });
    final Outcome outcome = engine.rpc();
    assertThat(outcome.status()).isEqualTo(WAIT_DONE);
    assertThat(outcome.all(T_RPC_STRUCT)).hasSize(1000);
    final List<Long> numbers =
        outcome.all(T_RPC_STRUCT).stream()
            .map(struct -> struct.nested().get(0).nested().get(1).number())
            .toList();
    assertThat(numbers).isSorted().startsWith(0L).endsWith(999L);
    assertThat(outcome.text(T_RPC_STRING)).isEqualTo("end");
    assertThat(outcome.has(T_FAULT_CODE)).isFalse();
  }

  @Test
  @DisplayName("An RPC that faults or throws ends with a fault")
  void rpcFaults() {
    engine.list(rpc -> rpc.fault(404, "no such presentity"));
    final Outcome fault = engine.rpc();
    assertThat(fault.number(T_FAULT_CODE)).isEqualTo(404);
    assertThat(fault.text(T_FAULT_TEXT)).isEqualTo("no such presentity");
    engine.list(
        rpc -> {
          throw new IllegalStateException("on purpose");
        });
    assertThat(engine.rpc().number(T_FAULT_CODE)).isEqualTo(500);
  }

  private static void deferrable(final TlvWriter fields) {
    fields.integer(T_DEFERRAL, 17);
    fields.integer(T_GENERATION, 3);
    fields.integer(T_TRANSACTION, 1);
  }

  private static void assertBusy(final Outcome outcome) {
    assertThat(outcome.status()).isEqualTo(WAIT_DONE);
    assertThat(outcome.fields()).isEmpty();
  }

  private void answerWith(final List<Outgoing> then) {
    engine.probe(
        call ->
            call.answer(
                new Answer(1, Optional.of(new SipReply(200, "OK")), Optional.empty(), then)));
  }

  private void replyHasLeft(final Outcome outcome) {
    engine.kamailio.replied(outcome.number(T_AFTER_REPLY), REPLIED_SENT);
  }

  private void inLaterTurn(final Runnable task) {
    engine.module.context.get().engine().execute(task);
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
