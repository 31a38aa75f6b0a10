// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.b2b;

import static io.kamjvm.harness.b2b.B2bScene.notifying;
import static io.kamjvm.harness.b2b.B2bScene.pidf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.pua.StubServer;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** presence_b2b in a real Kamailio against a stub server (spec pa-and-b2b part 4). */
class B2bTest {
  private static final String PIDF = "application/pidf+xml";

  @RegisterExtension static final B2bScene SCENE = new B2bScene(config -> config);

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  @AfterEach
  void calm() {
    SCENE.stub().reaction = SCENE.stub()::grant;
  }

  private static void granting(final String... headers) {
    SCENE.stub().reaction =
        r ->
            Optional.of(
                StubServer.reply(
                    r,
                    "200 OK",
                    java.util.stream.Stream.concat(
                            List.of(headers).stream(),
                            List.of("Contact: <" + SCENE.stub().uri("notifier") + ">").stream())
                        .toList()));
  }

  @Test
  @DisplayName("PAB-058 PAB-064 SUBSCRIBE as it leaves, and the renewal in its dialog")
  void pab058pab064() {
    final String user = someone("bob");
    granting("Expires: 14");
    SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    assertThat(first.method()).isEqualTo("SUBSCRIBE");
    assertThat(first.requestUri()).isEqualTo(SCENE.stub().uri(user));
    assertThat(first.required("To")).isEqualTo("<" + SCENE.stub().uri(user) + ">");
    assertThat(first.required("From")).startsWith("<" + B2bScene.watcher() + ">;tag=");
    assertThat(first.headers("Event")).containsExactly("presence");
    assertThat(first.headers("Expires")).containsExactly("60");
    assertThat(first.headers("Content-Length")).containsExactly("0");
    assertThat(first.headers("Max-Forwards")).containsExactly("70");
    assertThat(first.headers("Contact"))
        .containsExactly("<sip:127.0.0.1:" + SCENE.kamailio().port() + ">");
    assertThat(first.required("CSeq")).isEqualTo("1 SUBSCRIBE");
    assertThat(first.header("Accept")).isEmpty();
    assertThat(first.header("Route")).isEmpty();
    final SipMessage renewal = SCENE.stub().next(user);
    assertThat(renewal.callId()).isEqualTo(first.callId());
    assertThat(renewal.required("CSeq")).isEqualTo("2 SUBSCRIBE");
    assertThat(renewal.toTag()).contains("stub");
    assertThat(renewal.requestUri()).isEqualTo(SCENE.stub().uri("notifier"));
    assertThat(renewal.headers("Contact")).isEqualTo(first.headers("Contact"));
  }

  @Test
  @DisplayName("PAB-080 PAB-093 PAB-094 PAB-086 what a NOTIFY says is delivered once")
  void pab080pab086pab093pab094() {
    final String user = someone("carol");
    final String record = SCENE.stub().uri(user);
    final String id = SCENE.subscribe(record);
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    final long mark = SCENE.kamailio().log().mark();
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      final SipMessage ok =
          notifier.exchange(
              notifying(notifier, first, 1, "active;expires=59").body(PIDF, pidf("open")));
      assertThat(ok.code()).isEqualTo(200);
      SCENE
          .kamailio()
          .log()
          .await(
              "SAID " + record + " sip:watcher@127.0.0.1 active open <null>",
              mark,
              Duration.ofSeconds(10));
      final String shown = SCENE.call("get", id);
      assertThat(shown).contains(first.callId(), "<basic>open", "confirmed", "active", "stub");
      assertThat(
              notifier
                  .exchange(notifying(notifier, first, 2, "active").body(PIDF, "<presence"))
                  .code())
          .isEqualTo(200);
      SCENE
          .kamailio()
          .log()
          .await("SAID " + record + " \\S+ active <null> <null>", mark, Duration.ofSeconds(10));
      assertThat(SCENE.call("get", id)).contains("<basic>open");
      assertThat(SCENE.kamailio().log().matching("SAID " + record, mark)).hasSize(2);
    }
    assertThat(SCENE.call("stats")).containsPattern("\"parse_errors\":\\s*[1-9]");
    assertThat(SCENE.call("trace", "detailed"))
        .contains("[" + id + "]: 2,", "EUAC count: ", "create_cnt: ", "destroy_cnt: ");
    assertThat(SCENE.call("list", "confirmed")).contains(id, record, "rpc");
    assertThat(SCENE.call("get", "9-999")).contains("404", "No such subscription");
    assertThat(SCENE.subscribe(record)).isEqualTo(id);
  }

  @Test
  @DisplayName("PAB-081 PAB-083 PAB-105 a NOTIFY that comes before any answer makes the dialog")
  void pab081pab083pab105() {
    final String user = someone("early");
    SCENE.stub().reaction = r -> Optional.empty();
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      assertThat(
              notifier
                  .exchange(
                      notifying(notifier, first, 1, "active;expires=60").body(PIDF, pidf("open")))
                  .code())
          .isEqualTo(200);
      SCENE.awaitState(id, "confirmed");
      final RequestDraft forked = notifying(notifier, first, 1, "active");
      forked.with("From", forked.value("From").replace("tag=stub", "tag=other"));
      assertThat(notifier.exchange(forked).code()).isEqualTo(481);
      // tm gives up after 2 s, and the dialog stays
      SCENE.stub().find(user, Duration.ofMillis(3_000));
      SCENE.awaitState(id, "confirmed");
      assertThat(SCENE.call("get", id)).contains(first.callId());
      SCENE.call("unsubscribe", id);
      final Optional<SipMessage> end = receive(notifier, "SUBSCRIBE");
      assertThat(end).isPresent();
      assertThat(end.get().required("Expires")).isEqualTo("0");
      assertThat(end.get().toTag()).contains("stub");
      assertThat(end.get().callId()).isEqualTo(first.callId());
    }
  }

  private static Optional<SipMessage> receive(final RawSipPeer peer, final String method) {
    for (int i = 0; i < 10; i++) {
      final Optional<SipMessage> message = peer.receive(Duration.ofSeconds(5));
      if (message.isEmpty() || message.get().isRequest() && message.get().method().equals(method)) {
        return message;
      }
    }
    return Optional.empty();
  }

  @Test
  @DisplayName("PAB-082 PAB-087 strangers get nothing from the module, nonsense gets what it is")
  void pab082pab087() {
    final String user = someone("strict");
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    final long mark = SCENE.kamailio().log().mark();
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      final SipMessage stranger =
          notifier.exchange(notifying(notifier, first, 1, "active").with("Call-ID", "unknown"));
      assertThat(stranger.code()).isEqualTo(481);
      assertThat(stranger.reason()).isEqualTo("Unable to handle notification");
      assertThat(
              notifier
                  .exchange(notifying(notifier, first, 1, "active").with("Event", "dialog"))
                  .code())
          .isEqualTo(489);
      assertThat(
              notifier
                  .exchange(notifying(notifier, first, 1, "active").without("Subscription-State"))
                  .code())
          .isEqualTo(400);
      assertThat(SCENE.kamailio().log().matching("SAID \\S+" + user, mark)).isEmpty();
      assertThat(notifier.exchange(notifying(notifier, first, 5, "active")).code()).isEqualTo(200);
      assertThat(notifier.exchange(notifying(notifier, first, 5, "active")).code()).isEqualTo(500);
      assertThat(notifier.exchange(notifying(notifier, first, 4, "active")).code()).isEqualTo(500);
    }
    SCENE.call("unsubscribe", id);
  }

  @Test
  @DisplayName("PAB-076 PAB-092 the end: Expires 0 in the dialog, then the last NOTIFY")
  void pab076pab092() {
    final String user = someone("leaving");
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    final long mark = SCENE.kamailio().log().mark();
    SCENE.call("unsubscribe", id);
    final SipMessage end = SCENE.stub().next("notifier", user);
    assertThat(end.required("Expires")).isEqualTo("0");
    assertThat(end.callId()).isEqualTo(first.callId());
    SCENE.awaitState(id, "waiting_for_termination");
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      assertThat(
              notifier
                  .exchange(notifying(notifier, first, 1, "active").body(PIDF, pidf("closed")))
                  .code())
          .isEqualTo(200);
      assertThat(
              notifier.exchange(notifying(notifier, first, 2, "terminated;reason=timeout")).code())
          .isEqualTo(200);
      SCENE.awaitGone(id);
      assertThat(notifier.exchange(notifying(notifier, first, 3, "terminated")).code())
          .isEqualTo(481);
    }
    assertThat(SCENE.kamailio().log().matching("SAID \\S+" + user, mark)).isEmpty();
  }

  @Test
  @DisplayName("PAB-070 PAB-077 refused: another dialog after 4 s; no last NOTIFY: gone after 3 s")
  void pab070pab077() {
    final String user = someone("unknown");
    SCENE.stub().reaction = r -> StubServer.refusal(r, "404 Not Found");
    final long mark = SCENE.kamailio().log().mark();
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "waiting");
    SCENE
        .kamailio()
        .log()
        .await(
            "SAID \\S+" + user + "\\S+ \\S+ pending <null> unreachable",
            mark,
            Duration.ofSeconds(10));
    calm();
    final SipMessage second = SCENE.stub().next(user);
    assertThat(second.callId()).isNotEqualTo(first.callId());
    SCENE.awaitState(id, "confirmed");
    SCENE.call("unsubscribe", id);
    SCENE.awaitGone(id);
  }

  @Test
  @DisplayName("PAB-072 PAB-073 a redirection is followed, a longer time is asked for")
  void pab072pab073() {
    final String user = someone("moved");
    SCENE.stub().reaction =
        r ->
            r.requestUri().contains("/elsewhere") || r.requestUri().contains("elsewhere@")
                ? r.required("Expires").equals("60")
                    ? Optional.of(StubServer.reply(r, "423 Too Brief", List.of("Min-Expires: 120")))
                    : SCENE.stub().grant(r)
                : Optional.of(
                    StubServer.reply(
                        r,
                        "302 Moved",
                        List.of("Contact: <" + SCENE.stub().uri("elsewhere") + ">")));
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    SCENE.stub().next(user);
    final SipMessage followed = SCENE.stub().next(user);
    assertThat(followed.requestUri()).isEqualTo(SCENE.stub().uri("elsewhere"));
    assertThat(followed.required("P-Hint")).isEqualTo("trying new subscription after 3xx");
    final SipMessage longer = SCENE.stub().next(user);
    assertThat(longer.required("Expires")).isEqualTo("120");
    SCENE.awaitState(id, "confirmed");
    SCENE.call("unsubscribe", id);
  }

  @Test
  @DisplayName("PAB-089 PAB-091 deactivated: at once again; rejected: never")
  void pab089pab091() {
    final String user = someone("shy");
    final long mark = SCENE.kamailio().log().mark();
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      assertThat(
              notifier
                  .exchange(notifying(notifier, first, 1, "terminated;reason=deactivated"))
                  .code())
          .isEqualTo(200);
      final SipMessage second = SCENE.stub().next(user);
      assertThat(second.callId()).isNotEqualTo(first.callId());
      SCENE.awaitState(id, "confirmed");
      assertThat(
              notifier
                  .exchange(notifying(notifier, second, 1, "terminated;reason=rejected"))
                  .code())
          .isEqualTo(200);
      SCENE
          .kamailio()
          .log()
          .await(
              "SAID \\S+" + user + "\\S+ \\S+ rejected <null> rejected",
              mark,
              Duration.ofSeconds(10));
      SCENE.awaitState(id, "waiting");
    }
    assertThat(SCENE.stub().find(user, Duration.ofSeconds(5))).isEmpty();
    SCENE.call("unsubscribe", id);
    SCENE.awaitGone(id);
  }

  @Test
  @DisplayName("The script asks for a subscription's state and presence")
  void variables() {
    final String user = someone("asked");
    final String record = SCENE.stub().uri(user);
    final String id = SCENE.subscribe(record);
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    try (RawSipPeer peer = RawSipPeer.udp(SCENE.kamailio().port())) {
      peer.exchange(notifying(peer, first, 1, "active").body(PIDF, pidf("closed")));
      final SipMessage answer =
          peer.exchange(
              peer.request("MESSAGE", "sip:x@127.0.0.1", B2bScene.watcher())
                  .header("X-Record", record)
                  .header("X-Subscriber", B2bScene.watcher()));
      assertThat(answer.required("X-State")).isEqualTo("confirmed closed");
    }
    SCENE.call("unsubscribe", id);
  }

  @Test
  @DisplayName("While the engine is away a NOTIFY gets the busy answer, and no 481 of the script")
  void engineAway() {
    final String user = someone("away");
    final String id = SCENE.subscribe(SCENE.stub().uri(user));
    final SipMessage first = SCENE.stub().next(user);
    SCENE.awaitState(id, "confirmed");
    final long engine = SCENE.kamailio().engine().orElseThrow();
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      Signal.STOP.send(engine);
      try {
        final SipMessage busy = notifier.exchange(notifying(notifier, first, 1, "active"));
        assertThat(busy.code()).isEqualTo(500);
        assertThat(busy.header("Retry-After")).isPresent();
      } finally {
        Signal.CONT.send(engine);
      }
      Await.until(
          "the engine serves again",
          Duration.ofSeconds(10),
          () -> !SCENE.call("get", id).contains("503"));
      int cseq = 2;
      while (notifier.exchange(notifying(notifier, first, cseq, "active")).code() == 500
          && cseq < 20) {
        cseq++;
      }
      SCENE.awaitState(id, "confirmed");
    }
    SCENE.call("unsubscribe", id);
  }
}
