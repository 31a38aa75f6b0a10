// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client in a real Kamailio against a stub server (spec pua 6), driven by pua_rpc. */
class PuaTest {
  @RegisterExtension
  static final PuaScene SCENE =
      new PuaScene(config -> config.line("modparam(\"pua\", \"update_period\", 10)"));

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  @Test
  @DisplayName(
      "PUA-010 PUA-011 PUA-090 PUBLISH as it leaves, its entity-tag in the answer and the next")
  void pua010pua011pua090() {
    final String user = someone("alice");
    assertThat(SCENE.publish(user, 3600, ".")).contains("\"SIP-ETag\"", "\"Expires\"", "3601");
    final SipMessage first = SCENE.stub().next(user);
    final String uri = SCENE.stub().uri(user);
    assertThat(first.requestUri()).isEqualTo(uri);
    assertThat(first.required("To")).isEqualTo("<" + uri + ">");
    assertThat(first.required("From")).startsWith("<" + uri + ">;tag=");
    assertThat(first.required("CSeq")).isEqualTo("10 PUBLISH");
    assertThat(first.required("Max-Forwards")).isEqualTo("70");
    assertThat(first.required("Event")).isEqualTo("presence");
    assertThat(first.required("Expires")).isEqualTo("3601");
    assertThat(first.required("Content-Type")).isEqualTo("application/pidf+xml");
    assertThat(first.header("SIP-If-Match")).isEmpty();
    assertThat(first.header("Route")).isEmpty();
    assertThat(first.body()).contains("<tuple id=\"t\">");
    assertThat(first.required("X-Local-Request")).isEqualTo("seen");
    SCENE.publish(user, 3600, ".");
    final SipMessage second = SCENE.stub().next(user);
    assertThat(second.required("SIP-If-Match")).startsWith("e");
    assertThat(second.callId()).isNotEqualTo(first.callId());
  }

  @Test
  @DisplayName("PUA-021 what was granted shorter than asked is refreshed, without document")
  void pua021() {
    final String user = someone("short");
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 4, "tag-" + r.callId()));
    try {
      final String answer = SCENE.publish(user, 600, ".");
      assertThat(answer).contains("\"Expires\"");
      final SipMessage first = SCENE.stub().next(user);
      final SipMessage refresh = SCENE.stub().next(user);
      assertThat(refresh.body()).isEmpty();
      assertThat(refresh.header("Content-Type")).isEmpty();
      assertThat(refresh.required("SIP-If-Match")).isEqualTo("tag-" + first.callId());
      assertThat(Integer.parseInt(refresh.required("Expires"))).isBetween(590, 601);
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }

  @Test
  @DisplayName("PUA-025 PUA-090 a 412 is told, nothing is published anew")
  void pua025() {
    final String user = someone("forgotten");
    SCENE.publish(user, 3600, ".");
    SCENE.stub().next(user);
    SCENE.stub().reaction = r -> StubServer.refusal(r, "412 Conditional Request Failed");
    try {
      assertThat(SCENE.publish(user, 3600, ".")).contains("412");
      assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
    SCENE.publish(user, 3600, ".");
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("PUA-028 a server that does not answer: the time-out is told, the series stays")
  void pua028() {
    final String user = someone("silent");
    SCENE.publish(user, 3600, ".");
    SCENE.stub().next(user);
    SCENE.stub().reaction = r -> Optional.empty();
    try {
      assertThat(SCENE.publish(user, 3600, ".")).contains("408");
      SCENE.stub().next(user);
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
    SCENE.publish(user, 3600, ".");
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName("PUA-031 an outbound proxy gets the request, which does not show it")
  void pua031() {
    final String user = someone("via");
    final String answer =
        SCENE.call(
            "pua.publish",
            "sip:" + user + "@192.0.2.77",
            "3600",
            "presence",
            "application/pidf+xml",
            ".",
            ".",
            SCENE.stub().uri("proxy"),
            ".",
            PuaScene.pidf(user));
    assertThat(answer).contains("SIP-ETag");
    final SipMessage request = SCENE.stub().next(user);
    assertThat(request.requestUri()).isEqualTo("sip:" + user + "@192.0.2.77");
    assertThat(request.header("Route")).isEmpty();
  }

  @Test
  @DisplayName("PUA-033 line breaks in extra headers are refused, nothing is sent")
  void pua033() {
    final String user = someone("inject");
    final String answer =
        SCENE.call(
            "pua.publish",
            SCENE.stub().uri(user),
            "3600",
            "presence",
            ".",
            ".",
            ".",
            ".",
            "X-A: 1\\r\\n\\r\\nbody",
            PuaScene.pidf(user));
    assertThat(answer).contains("error").contains("extra headers");
    assertThat(SCENE.stub().find(user, Duration.ofMillis(300))).isEmpty();
  }

  @Test
  @DisplayName("PUA-036 an entity-tag of 5000 bytes does no harm, and is given back")
  void pua036() {
    final String user = someone("longtag");
    final String etag = "t".repeat(5000);
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 3600, etag));
    try {
      assertThat(SCENE.publish(user, 3600, ".")).contains(etag);
      SCENE.stub().next(user);
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
    SCENE.publish(user, 3600, ".");
    assertThat(SCENE.stub().next(user).required("SIP-If-Match")).isEqualTo(etag);
  }

  @Test
  @DisplayName("A request that event_route[tm:local-request] drops is told as a failure")
  void dropped() {
    assertThat(SCENE.publish("dropped", 3600, ".")).contains("error").contains("(1/RPC/PUBLISH)");
  }

  @Test
  @DisplayName(
      "PUA-045 PUA-046 PUA-048 PUA-058 a subscription's life, its target moved by a NOTIFY")
  void pua045pua058() {
    final String user = someone("watched");
    final String watcher = "sip:watcher@127.0.0.1";
    SCENE.stub().reaction =
        r ->
            Optional.of(
                StubServer.reply(
                    r,
                    "200 OK",
                    List.of(
                        "Expires: " + r.required("Expires"),
                        "Contact: <" + SCENE.stub().uri("moved") + ">",
                        "Record-Route: <"
                            + SCENE.stub().uri("r2")
                            + ";lr>,<"
                            + SCENE.stub().uri("r1")
                            + ";lr>")));
    try {
      SCENE.call("pua.subscribe", SCENE.stub().uri(user), watcher, "presence", 600);
      final SipMessage first = SCENE.stub().next(user);
      assertThat(first.method()).isEqualTo("SUBSCRIBE");
      assertThat(first.requestUri()).isEqualTo(SCENE.stub().uri(user));
      assertThat(first.required("Contact")).isEqualTo("<" + watcher + ">");
      assertThat(first.required("Expires")).isEqualTo("610");
      assertThat(first.required("CSeq")).isEqualTo("10 SUBSCRIBE");
      assertThat(first.header("Accept")).isEmpty();
      SCENE.call("pua.subscribe", SCENE.stub().uri(user), watcher, "presence", 700);
      final SipMessage second = SCENE.stub().next(user);
      assertThat(second.requestUri()).isEqualTo(SCENE.stub().uri("moved"));
      assertThat(second.callId()).isEqualTo(first.callId());
      assertThat(second.toTag()).contains("stub");
      assertThat(second.required("CSeq")).isEqualTo("11 SUBSCRIBE");
      assertThat(String.join(",", second.headers("Route")).replace(" ", ""))
          .matches("<" + SCENE.stub().uri("r1") + ";lr>,<" + SCENE.stub().uri("r2") + ";lr>");
      moveByNotify(first, user, watcher);
      SCENE.stub().reaction = SCENE.stub()::grant;
      SCENE.call("pua.subscribe", SCENE.stub().uri(user), watcher, "presence", 0);
      final SipMessage last = SCENE.stub().next(user);
      assertThat(last.requestUri()).isEqualTo(SCENE.stub().uri("elsewhere"));
      assertThat(last.required("Expires")).isEqualTo("0");
      assertThat(last.required("CSeq")).isEqualTo("12 SUBSCRIBE");
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }

  private static void moveByNotify(
      final SipMessage subscribe, final String user, final String watcher) {
    try (RawSipPeer notifier = RawSipPeer.udp(SCENE.kamailio().port())) {
      final String local = subscribe.fromTag().orElseThrow();
      assertThat(notify(notifier, user, watcher, local, "stub", subscribe.callId(), true))
          .isEqualTo(200);
      assertThat(notify(notifier, user, watcher, local, "stubx", subscribe.callId(), true))
          .isEqualTo(481);
      assertThat(notify(notifier, user, watcher, local, "stub", subscribe.callId(), false))
          .isEqualTo(481);
    }
  }

  private static int notify(
      final RawSipPeer notifier,
      final String user,
      final String watcher,
      final String localTag,
      final String remoteTag,
      final String callId,
      final boolean contact) {
    final RequestDraft notify =
        notifier
            .request("NOTIFY", "sip:watcher@127.0.0.1:" + SCENE.kamailio().port(), watcher)
            .with("From", "<" + SCENE.stub().uri(user) + ">;tag=" + remoteTag)
            .with("To", "<" + watcher + ">;tag=" + localTag)
            .with("Call-ID", callId)
            .header("Event", "presence")
            .header("Subscription-State", "active");
    if (contact) {
      notify.header("Contact", "\"N\" <" + SCENE.stub().uri("elsewhere") + ">;x=y");
    }
    return notifier.exchange(notify).code();
  }

  @Test
  @DisplayName("A dead engine forgets no series: its successor goes on with it")
  void engineDies() {
    final String user = someone("survivor");
    SCENE.publish(user, 3600, ".");
    SCENE.stub().next(user);
    final long before = SCENE.kamailio().engine().orElseThrow();
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Await.until(
        "another engine",
        Duration.ofSeconds(30),
        () -> SCENE.kamailio().engine().filter(pid -> pid != before).isPresent());
    Await.until(
        "the engine serves",
        Duration.ofSeconds(30),
        () -> SCENE.publish(user, 3600, ".").contains("SIP-ETag"));
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName("PUA-092 PUA-093 pua.send_publish does not wait, and has series of its own")
  void pua092pua093() {
    final String user = someone("async");
    SCENE.publish(user, 3600, ".");
    SCENE.stub().next(user);
    SCENE.stub().reaction = r -> Optional.empty();
    try {
      final String answer =
          SCENE.call(
              "pua.send_publish",
              SCENE.stub().uri(user),
              "3600",
              "presence",
              "application/pidf+xml",
              ".",
              ".",
              ".",
              ".",
              PuaScene.pidf(user));
      assertThat(answer).doesNotContain("error");
      assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isEmpty();
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }

  @Test
  @DisplayName("PUA-019 PUA-091 PUA-094 what can not be done is a fault with its reason")
  void pua019pua091pua094() {
    final String uri = SCENE.stub().uri(someone("faulty"));
    assertThat(SCENE.call("pua.publish", uri, "3600", "presence", ".", ".", ".", ".", "."))
        .contains("(10/RPC/PUBLISH)");
    assertThat(SCENE.call("pua.publish", uri, "3600", "presence", ".", ".", ".", "."))
        .contains("Too few or wrong type of parameters (7)");
    assertThat(SCENE.call("pua.publish", uri, "3600", "presence", ".", ".", "x", ".", "."))
        .contains("Wrong ETag");
    assertThat(SCENE.call("pua.publish", uri, "abc", "presence", ".", ".", ".", ".", "."))
        .contains("Invalid expires value 'abc'");
    assertThat(SCENE.call("pua.publish", "alice", "1", "presence", ".", ".", ".", ".", "."))
        .contains("Invalid presentity uri 'alice'");
    assertThat(SCENE.call("pua.publish", uri, "1", "foo", ".", ".", ".", ".", "."))
        .contains("Unknown event");
    assertThat(SCENE.call("pua.subscribe", uri, uri, "foo", 60)).contains("404");
    assertThat(SCENE.call("pua.cleanup")).doesNotContain("error");
  }
}
