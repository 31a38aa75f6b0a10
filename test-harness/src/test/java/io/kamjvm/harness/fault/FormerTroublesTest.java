// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of presence servers have suffered from; docs/compatibility.md has the list. */
class FormerTroublesTest {
  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final Duration SHORT = Duration.ofMillis(700);

  @RegisterExtension
  static final Scene SCENE =
      Scene.onPostgres(config -> config.presence("db_update_period", 1).workers(4));

  @ParameterizedTest
  @ValueSource(strings = {"", " \r\n ", "\u00ef\u00bb\u00bf", "<?xml version=\"1.0\"?>\r\n"})
  @DisplayName("a body without a document is refused, and the server lives")
  void emptyBodies(final String body) {
    try (RawSipPeer peer = SCENE.udp()) {
      final String bob = someone("bob");
      final RequestDraft draft =
          peer.request("PUBLISH", bob, bob).header("Event", "presence").body(Documents.PIDF, body);
      assertThat(peer.exchange(draft).code()).isBetween(400, 499);
      assertThat(peer.answersOptions(LIMIT)).isTrue();
    }
  }

  @Test
  @DisplayName("a document that is cut short anywhere is refused, and the server lives")
  void truncatedBodies() {
    final String whole = Documents.withActivity("sip:bob@d", "t", "open", "away").strip();
    try (RawSipPeer peer = SCENE.udp()) {
      for (int end = 1; end < whole.length(); end += 17) {
        final String bob = someone("bob");
        final RequestDraft draft =
            peer.request("PUBLISH", bob, bob)
                .header("Event", "presence")
                .body(Documents.PIDF, whole.substring(0, end));
        assertThat(peer.exchange(draft).code()).as("cut at " + end).isEqualTo(415);
      }
      assertThat(peer.answersOptions(LIMIT)).isTrue();
    }
  }

  @Test
  @Deviation("tells the watchers in one loop, in the worker")
  @DisplayName("a watcher whose connection is dead delays nobody")
  void deadWatcher() {
    final String bob = someone("bob");
    final RawSipPeer dead = SCENE.tcp();
    final String mallory = someone("mallory");
    assertThat(
            dead.exchange(
                    dead.request("SUBSCRIBE", bob, mallory)
                        .header("Event", "presence")
                        .header("Expires", "600")
                        .header("Contact", "<" + dead.contact(user(mallory)) + ">"))
                .code())
        .isEqualTo(200);
    final List<Watch> crowd = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      final Watch watch = SCENE.peer().watch(someone("alice"), bob);
      watch.start();
      crowd.add(watch);
    }
    dead.close();
    final Publisher publisher = SCENE.peer().publisher(bob);
    publisher.publish(Documents.pidf(bob, "t", "open", "all of you"));
    for (final Watch watch : crowd) {
      assertThat(watch.next(LIMIT).body()).contains("all of you");
    }
  }

  @Test
  @DisplayName("a watcher that subscribed by TCP is told on its own connection")
  void ownConnection() {
    final String bob = someone("bob");
    final String alice = someone("alice");
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "on this line"));
    try (RawSipPeer peer = SCENE.tcp()) {
      final RequestDraft draft =
          peer.request("SUBSCRIBE", bob, alice)
              .header("Event", "presence")
              .header("Expires", "600")
              .header("Contact", "<" + peer.contact(user(alice)) + ">");
      assertThat(peer.exchange(draft).code()).isEqualTo(200);
      Await.until(
          "the NOTIFY on the connection",
          LIMIT,
          () ->
              peer.receive(SHORT)
                  .filter(SipMessage::isRequest)
                  .filter(m -> m.body().contains("on this line"))
                  .isPresent());
    }
  }

  @Test
  @DisplayName("a subscription that expires is told so once, and its row is gone")
  void expiresOnce() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.subscribe(2);
    assertThat(alice.next().state()).isEqualTo("active");
    final Notify last = alice.next(LIMIT);
    assertThat(last.state()).isEqualTo("terminated");
    assertThat(last.reason()).contains("timeout");
    alice.expectSilence(Duration.ofMillis(1500));
    Await.until("no row", LIMIT, () -> rows(alice.callId()) == 0);
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "too late"));
    alice.expectSilence(SHORT);
  }

  @Test
  @DisplayName("publications that arrive within milliseconds show each once, in no doubled body")
  void nothingDoubled() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    final List<CompletableFuture<SipMessage>> replies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      final Publisher publisher = SCENE.peer().publisher(bob);
      final RequestDraft draft =
          publisher
              .draft()
              .header("Expires", "600")
              .body(Documents.PIDF, Documents.pidf(bob, "t" + i, "open", "device-" + i));
      replies.add(SCENE.peer().sendAsync(draft));
    }
    final long accepted = replies.stream().map(CompletableFuture::join).filter(this::ok).count();
    assertThat(accepted).isPositive();
    final List<Notify> heard = new ArrayList<>();
    Await.until(
        "the last state",
        LIMIT,
        () -> {
          alice.poll(SHORT).ifPresent(heard::add);
          return !heard.isEmpty() && devices(heard.get(heard.size() - 1)) == accepted;
        });
    for (final Notify notify : heard) {
      assertThat(occurrences(notify.body(), "<presence")).isLessThanOrEqualTo(1);
      for (int i = 0; i < 8; i++) {
        assertThat(occurrences(notify.body(), "device-" + i + "<")).isLessThanOrEqualTo(1);
      }
    }
    for (int i = 1; i < heard.size(); i++) {
      assertThat(heard.get(i).cseq()).isEqualTo(heard.get(i - 1).cseq() + 1);
    }
  }

  @Test
  @Deviation("overruns a buffer of 200 bytes, or drops the list")
  @DisplayName("a watcher with a name of 60 characters at a host of 60 is in the list of watchers")
  void longWatcher() {
    final String bob = someone("bob");
    final String longName = "sip:" + "w".repeat(60) + "@" + "h".repeat(56) + ".org";
    SCENE.peer().watch(longName, bob).start();
    final Watch carol = SCENE.peer().watch(someone("carol"), bob).event("presence.winfo");
    assertThat(carol.start().body()).contains(longName);
  }

  @Test
  @Deviation("answers 400: the CSeq is not higher")
  @DisplayName("a SUBSCRIBE that comes again outside its transaction gets the same answer")
  void retransmittedSubscribe() {
    final String bob = someone("bob");
    final String alice = someone("alice");
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft =
          peer.request("SUBSCRIBE", bob, alice)
              .header("Event", "presence")
              .header("Expires", "600")
              .header("X-Scene", "no-newtran")
              .header("Contact", "<" + peer.contact(user(alice)) + ">");
      final SipMessage first = peer.exchange(draft);
      final Optional<SipMessage> second = peer.exchange(draft, LIMIT);
      assertThat(first.code()).isEqualTo(200);
      assertThat(second.map(SipMessage::code)).contains(200);
      assertThat(second.get().header("Expires")).isEqualTo(first.header("Expires"));
    }
  }

  private boolean ok(final SipMessage reply) {
    return reply.code() == 200;
  }

  private static long devices(final Notify notify) {
    return occurrences(notify.body(), "device-");
  }

  private static int occurrences(final String text, final String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private static int rows(final String callId) {
    return SCENE
        .database()
        .rows("SELECT callid FROM active_watchers WHERE callid = '" + callId + "'")
        .size();
  }
}
