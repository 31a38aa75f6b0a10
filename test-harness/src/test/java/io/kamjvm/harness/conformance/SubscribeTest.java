// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SUBSCRIBE on baseline B, except that subscriptions are written through to be looked at. */
class SubscribeTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @RegisterExtension
  static final Scene SCENE = Scene.onPostgres(config -> config.presence("subs_db_mode", 1));

  private static Watch watch(final String presentity) {
    return SCENE.peer().watch(someone("alice"), presentity);
  }

  private static void publish(final String presentity, final String note) {
    SCENE.peer().publisher(presentity).publish(Documents.pidf(presentity, note, "open", note));
  }

  private static List<Map<String, String>> stored(final String presentity) {
    return SCENE
        .database()
        .rows("SELECT * FROM active_watchers WHERE presentity_uri='" + presentity + "'");
  }

  private static RequestDraft raw(final RawSipPeer peer, final String presentity) {
    final String alice = someone("alice");
    return peer.request("SUBSCRIBE", presentity, alice)
        .header("Event", "presence")
        .header("Expires", "600")
        .header("Contact", "<" + peer.contact(user(alice)) + ">");
  }

  private static SipMessage reply(final RequestDraft draft, final RawSipPeer peer) {
    return peer.exchange(draft);
  }

  @Test
  @DisplayName(
      "PRES-036 initial SUBSCRIBE is answered 200 with Expires, Contact and To-tag, then notified")
  void pres036() {
    final Watch alice = watch(someone("bob"));
    final SipMessage reply = alice.subscribe(600);
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(reply.header("Expires")).contains("600");
    assertThat(reply.header("Contact")).isPresent();
    assertThat(reply.toTag()).isPresent();
    final Notify notify = alice.next();
    assertThat(notify.subscriptionState()).isEqualTo("active;expires=600");
    assertThat(notify.message().fromTag()).isEqualTo(reply.toTag());
    assertThat(notify.message().toTag()).contains(alice.fromTag());
  }

  @Test
  @DisplayName("PRES-038 no Expires is granted 3600, and so is 99999")
  void pres038() {
    final Watch alice = watch(someone("bob"));
    assertThat(alice.send(alice.draft()).header("Expires")).contains("3600");
    assertThat(watch(someone("bob")).subscribe(99999).header("Expires")).contains("3600");
  }

  @Test
  @DisplayName("PRES-040 a missing or unknown Event is answered 489 with Allow-Events")
  void pres040() {
    try (RawSipPeer peer = SCENE.udp()) {
      final SipMessage missing = reply(raw(peer, someone("bob")).without("Event"), peer);
      assertThat(missing.startLine()).isEqualTo("SIP/2.0 489 Bad Event");
      assertThat(missing.required("Allow-Events")).contains("presence");
      final SipMessage unknown = reply(raw(peer, someone("bob")).with("Event", "foo"), peer);
      assertThat(unknown.code()).isEqualTo(489);
      assertThat(unknown.required("Allow-Events")).contains("presence");
    }
  }

  @Test
  @Deviation("489, D-01")
  @DisplayName("PRES-041 Event with id is accepted and echoed in the NOTIFY")
  void pres041() {
    final Watch alice = watch(someone("bob")).event("presence;id=7");
    assertThat(alice.subscribe(600).code()).isEqualTo(200);
    assertThat(alice.next().message().header("Event")).contains("presence;id=7");
  }

  @Test
  @Deviation("500, D-12")
  @DisplayName("PRES-042 no Contact, or Contact *, is answered 400")
  void pres042() {
    try (RawSipPeer peer = SCENE.udp()) {
      assertThat(reply(raw(peer, someone("bob")).without("Contact"), peer).code()).isEqualTo(400);
      assertThat(reply(raw(peer, someone("bob")).with("Contact", "*"), peer).code()).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("PRES-043 in-dialog SUBSCRIBE with unknown tags is answered 481")
  void pres043() {
    final String bob = someone("bob");
    try (RawSipPeer peer = SCENE.udp()) {
      final SipMessage reply = reply(raw(peer, bob).with("To", "<" + bob + ">;tag=nobody"), peer);
      assertThat(reply.startLine()).isEqualTo("SIP/2.0 481 Subscription does not exist");
    }
  }

  @Test
  @DisplayName("PRES-044 refresh keeps the tags, counts CSeq, and moves NOTIFYs to the new Contact")
  void pres044() {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    final Notify first = alice.start();
    final String tag = alice.remoteTag();
    final String moved = SCENE.peer().contact("moved", Transport.UDP);
    final SipMessage reply = alice.contact(moved).subscribe(300);
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.toTag()).contains(tag);
    final Notify second = alice.next();
    assertThat(second.cseq()).isEqualTo(first.cseq() + 1);
    assertThat(second.message().requestUri()).isEqualTo(moved);
    publish(bob, "later");
    final Notify third = alice.next();
    assertThat(third.message().requestUri()).isEqualTo(moved);
    assertThat(third.expires()).isBetween(295, 300);
  }

  @Test
  @DisplayName("PRES-045 refresh with an equal or lower CSeq is answered 400")
  void pres045() {
    final Watch alice = watch(someone("bob"));
    alice.start();
    final long cseq = alice.lastCseq();
    final RequestDraft equal = alice.draft().with("CSeq", cseq + " SUBSCRIBE");
    assertThat(alice.send(equal).startLine()).isEqualTo("SIP/2.0 400 Bad request");
    alice.expectSilence(SHORT);
    assertThat(alice.subscribe(600).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PRES-046 unsubscribe: 200 Expires 0, terminated with full body, then silence")
  void pres046() {
    final String bob = someone("bob");
    publish(bob, "present");
    final Watch alice = watch(bob);
    alice.start();
    final SipMessage reply = alice.subscribe(0);
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.header("Expires")).contains("0");
    final Notify last = alice.next();
    assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
    assertThat(last.body()).contains("present");
    publish(bob, "unseen");
    alice.expectSilence(SHORT);
    assertThat(alice.subscribe(600).code()).isEqualTo(481);
    assertThat(stored(bob)).isEmpty();
  }

  @Test
  @DisplayName("PRES-047 fetch: 200, one terminated NOTIFY with body, nothing stored")
  void pres047() {
    final String bob = someone("bob");
    publish(bob, "present");
    final Watch alice = watch(bob);
    assertThat(alice.subscribe(0).code()).isEqualTo(200);
    final Notify only = alice.next();
    assertThat(only.subscriptionState()).isEqualTo("terminated;reason=timeout");
    assertThat(only.body()).contains("present");
    alice.expectSilence(SHORT);
    assertThat(stored(bob)).isEmpty();
  }

  @Test
  @DisplayName("PRES-048 Record-Route becomes the route set, and a refresh does not change it")
  void pres048() {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    final String near = "<sip:near@127.0.0.1:" + SCENE.peer().port() + ";lr>";
    final String far = "<sip:far.example.net;lr>";
    final SipMessage reply =
        alice.send(
            alice
                .draft()
                .header("Expires", "600")
                .header("Record-Route", near)
                .header("Record-Route", far));
    assertThat(reply.code()).isEqualTo(200);
    final List<String> routes = List.of(near, far);
    assertThat(routes(alice.next())).isEqualTo(routes);
    alice.send(
        alice
            .draft()
            .header("Expires", "600")
            .header("Record-Route", "<sip:other.example.net;lr>"));
    assertThat(routes(alice.next())).isEqualTo(routes);
    publish(bob, "routed");
    assertThat(routes(alice.next())).isEqualTo(routes);
  }

  private static List<String> routes(final Notify notify) {
    return notify.message().headers("Route").stream()
        .flatMap(value -> List.of(value.split("\\s*,\\s*")).stream())
        .toList();
  }

  @Test
  @DisplayName("PRES-050 server_address unset: Contact is the receiving socket")
  void pres050() {
    final Watch alice = watch(someone("bob"));
    final SipMessage reply = alice.subscribe(600);
    final String contact = "<sip:127.0.0.1:" + SCENE.kamailio().port() + ";transport=udp>";
    assertThat(reply.header("Contact")).contains(contact);
    assertThat(alice.next().message().header("Contact")).contains(contact);
  }

  @Test
  @DisplayName("PRES-051 handle_subscribe(uri) sets the watcher; NOTIFY To stays From")
  void pres051() {
    final String bob = someone("bob");
    final String alice = someone("alice");
    final Watch watch = SCENE.peer().watch(alice, bob).header("X-Watcher", "sip:carol@d");
    watch.start();
    assertThat(stored(bob))
        .extracting(row -> row.get("watcher_username") + "@" + row.get("watcher_domain"))
        .containsExactly("carol@d");
    publish(bob, "x");
    assertThat(watch.next().message().required("To")).startsWith("<" + alice + ">");
  }

  @Test
  @Deviation("500, D-02")
  @DisplayName("PRES-052 another Event in the same dialog: 481, or a subscription of its own")
  void pres052() {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    alice.start();
    final RequestDraft other =
        alice.draft().with("Event", "message-summary").header("Expires", "600");
    assertThat(SCENE.peer().send(other).code()).isIn(481, 200);
    publish(bob, "still");
    assertThat(alice.untilBody("still", LIMIT))
        .last()
        .satisfies(n -> assertThat(n.message().header("Event")).contains("presence"));
  }

  @Test
  @Deviation("stores it twice, D-34")
  @DisplayName("PRES-053 a retransmission without transaction makes no second subscription")
  void pres053() {
    final String bob = someone("bob");
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft = raw(peer, bob).header("X-Scene", "no-newtran");
      final String callId = draft.value("Call-ID");
      peer.send(draft.text());
      final Optional<SipMessage> first = peer.finalReply(callId, LIMIT);
      peer.send(draft.text());
      final Optional<SipMessage> second = peer.finalReply(callId, LIMIT);
      assertThat(first.map(SipMessage::code)).contains(200);
      assertThat(second.map(SipMessage::code)).contains(200);
      assertThat(second.flatMap(SipMessage::toTag)).isEqualTo(first.flatMap(SipMessage::toTag));
      assertThat(stored(bob)).hasSize(1);
    }
  }

  @Test
  @Deviation("no reply at all, D-13")
  @DisplayName("PRES-055 an unparsable Request-URI is answered 400")
  void pres055() {
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft =
          raw(peer, someone("bob")).uri("bogus:@@").header("X-Scene", "no-newtran");
      assertThat(reply(draft, peer).code()).isEqualTo(400);
    }
  }
}
