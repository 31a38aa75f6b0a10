// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.RehearsalFrame;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.TimerWheel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays calls on a frame of its own before real ones come, so that classes are loaded and the way
 * through codecs and couriers is compiled when the first caller waits. Touches nothing shared.
 */
public final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int SCRIPT = 1;
  private static final int RPC = 2;
  private static final int EPOCH = 1;
  private static final int ROUNDS = 20_000;

  private final RehearsalFrame frame = new RehearsalFrame();
  private final Calls calls;
  private int generation;

  /** Prepares; nothing has run yet. */
  public WarmUp(final EngineClock clock) {
    final TimerWheel timers = new TimerWheel(clock);
    final CommandIds ids = new CommandIds();
    final Lane nowhere = new Lane(List.of(), 0, 0);
    final Couriers couriers =
        new Couriers(nowhere, nowhere, ids, timers, task -> {}, clock::monotonicMillis, 0);
    final Replies replies = new Replies(nowhere, ids, timers, task -> {}, 0);
    final Functions functions = new Functions();
    functions.script(SCRIPT, "warm-up", this::answer);
    functions.rpc(
        RPC,
        "warm-up",
        rpc -> {
          rpc.struct(Map.of("uri", "sip:bob@example.org", "expires", 3600));
          rpc.finish();
        });
    calls =
        new Calls(
            index -> frame.call(generation, EPOCH, index == SCRIPT ? this::publish : this::command),
            EPOCH,
            functions,
            couriers,
            replies,
            task -> {});
  }

  /** Plays for at most {@code millis}. */
  public void run(final long millis) {
    final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    int rounds = 0;
    while (rounds < ROUNDS && System.nanoTime() < end) {
      generation++;
      calls.called(rounds % 16 == 0 ? RPC : SCRIPT, generation);
      rounds++;
    }
    LOG.debug("{} calls played", rounds);
  }

  private void answer(final Call call) {
    final SipRequest request = call.request().orElseThrow();
    final Outgoing notify =
        new Outgoing(
            new OutgoingRequest(
                "NOTIFY",
                request.callId().orElse(""),
                request.to().uri().orElse(""),
                "to",
                request.from().uri().orElse(""),
                "from",
                request.contact().orElse(""),
                request.recordRoute(),
                1,
                Optional.of(request.socket()),
                "Event: presence\r\n",
                request.body(),
                Optional.of(view(request)),
                false),
            Couriers.indifferent());
    call.answer(
        new Answer(
            1,
            Optional.of(new SipReply(200, "OK", List.of("Expires: 3600", "SIP-ETag: a.1.2.3"))),
            Optional.of(view(request)),
            List.of(notify)));
  }

  private static SubscriptionView view(final SipRequest request) {
    final String uri = request.to().uri().orElse("");
    return new SubscriptionView(
        uri,
        "bob",
        "example.org",
        "alice",
        "example.org",
        "alice",
        "example.org",
        "presence",
        "",
        "to",
        "from",
        request.callId().orElse(""),
        1,
        1,
        uri,
        uri,
        "",
        3600,
        1,
        "",
        0,
        0,
        "",
        "");
  }

  private void command(final TlvWriter fields) {
    fields.integer(T_FUNCTION, RPC);
    fields.string(T_ARG, "presence");
  }

  private void publish(final TlvWriter fields) {
    fields.integer(T_FUNCTION, SCRIPT);
    fields.string(T_ARG, "sip:bob@example.org");
    final int message = fields.begin(T_MESSAGE);
    fields.string(T_METHOD, "PUBLISH");
    fields.string(T_RURI, "sip:bob@example.org");
    fields.string(T_RURI_USER, "bob");
    fields.string(T_RURI_HOST, "example.org");
    fields.string(T_FROM_URI, "sip:bob@example.org");
    fields.string(T_FROM_TAG, "a73kszlfl");
    fields.string(T_TO_URI, "sip:bob@example.org");
    fields.string(T_CALL_ID, "98798798@192.0.2.7");
    fields.integer(T_CSEQ, 1);
    fields.string(T_CONTACT, "sip:bob@192.0.2.7:5060");
    fields.string(T_RECORD_ROUTE, "<sip:192.0.2.1;lr>,<sip:192.0.2.2;lr>");
    fields.string(T_EVENT, "presence;id=7");
    fields.string(T_EVENT_NAME, "presence");
    final int parameter = fields.begin(T_EVENT_PARAM);
    fields.string(T_NAME, "id");
    fields.string(T_VALUE, "7");
    fields.end(parameter);
    fields.string(T_EXPIRES, "3600");
    fields.string(T_CONTENT_TYPE, "application/pidf+xml");
    fields.integer(T_CONTENT_LENGTH, 600);
    fields.bytes(T_BODY, new byte[600]);
    fields.string(T_ACCEPT, "application/pidf+xml");
    fields.string(T_SOCKET, "udp:192.0.2.1:5060");
    fields.string(T_SOCKET_URI, "sip:192.0.2.1:5060");
    fields.string(T_PROTO, "udp");
    fields.string(T_SOURCE, "udp:192.0.2.7:5060");
    fields.end(message);
    fields.integer(T_DEPTH, 0);
  }
}
