// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PUBLISH on baseline B. */
class PublishTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final String ALLOWED = "message-summary, xcap-diff, presence.winfo, presence";

  @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config);

  private static List<Map<String, String>> stored(final String presentity) {
    return SCENE
        .database()
        .rows("SELECT * FROM presentity WHERE username='" + user(presentity) + "' ORDER BY id");
  }

  private static Publisher publisher(final String presentity) {
    return SCENE.peer().publisher(presentity);
  }

  private static String document(final String presentity) {
    return Documents.pidf(presentity, "t", "open", "note");
  }

  private static SipMessage raw(final RequestDraft draft) {
    try (RawSipPeer peer = SCENE.udp()) {
      return peer.exchange(draft);
    }
  }

  private static RequestDraft publish(final String presentity) {
    return RequestDraft.of("PUBLISH", presentity, "UDP 127.0.0.1:9", presentity)
        .header("Event", "presence")
        .body(Documents.PIDF, document(presentity));
  }

  private static String handled(final String callId) {
    return SCENE
        .kamailio()
        .log()
        .await("HANDLED PUBLISH " + callId + " rc=", Duration.ofSeconds(3))
        .replaceFirst(".*rc=", "");
  }

  @Test
  @DisplayName("PRES-001 initial PUBLISH is answered 200 with Expires and SIP-ETag, row stored")
  void pres001() {
    final String bob = someone("bob");
    final SipMessage reply = publisher(bob).publish(document(bob), 600);
    final long now = Instant.now().getEpochSecond();
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(reply.header("Expires")).contains("600");
    assertThat(reply.required("SIP-ETag")).matches("a\\.\\d+\\.\\d+\\.\\d+\\.0");
    assertThat(stored(bob)).hasSize(1);
    final Map<String, String> row = stored(bob).get(0);
    assertThat(row).containsEntry("domain", "example.org").containsEntry("event", "presence");
    assertThat(row).containsEntry("etag", reply.required("SIP-ETag")).containsEntry("sender", "");
    assertThat(row.get("body")).isEqualTo(document(bob));
    assertThat(row.get("ruid")).startsWith("pres-");
    assertThat(Long.parseLong(row.get("expires"))).isBetween(now + 597, now + 601);
  }

  @Test
  @DisplayName("PRES-002 PUBLISH without Expires is granted 3600")
  void pres002() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob);
    final SipMessage reply = publisher.send(publisher.draft().body(Documents.PIDF, document(bob)));
    assertThat(reply.header("Expires")).contains("3600");
  }

  @Test
  @DisplayName("PRES-003 Expires 99999 is cut to 3600")
  void pres003() {
    final String bob = someone("bob");
    assertThat(publisher(bob).publish(document(bob), 99999).header("Expires")).contains("3600");
  }

  @Test
  @DisplayName("PRES-006 PUBLISH without Event is answered 489 with Allow-Events")
  void pres006() {
    final SipMessage reply = raw(publish(someone("bob")).without("Event"));
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 489 Bad Event");
    assertThat(reply.header("Allow-Events")).contains(ALLOWED);
  }

  @Test
  @DisplayName("PRES-007 PUBLISH for an unknown event is answered 489 with Allow-Events")
  void pres007() {
    final SipMessage reply = raw(publish(someone("bob")).with("Event", "foo"));
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 489 Bad Event");
    assertThat(reply.header("Allow-Events")).contains(ALLOWED);
  }

  @Test
  @DisplayName("PRES-008 event names are case-insensitive")
  void pres008() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob).event("PRESENCE", Documents.PIDF);
    assertThat(publisher.publish(document(bob), 600).code()).isEqualTo(200);
    assertThat(stored(bob)).extracting(row -> row.get("event")).containsExactly("presence");
  }

  @Test
  @DisplayName("PRES-009 no body and no SIP-If-Match is answered 400 Invalid request")
  void pres009() {
    final SipMessage reply = publisher(someone("bob")).refresh(600);
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 400 Invalid request");
  }

  @Test
  @DisplayName("PRES-010 UDP PUBLISH without Content-Length is answered 400 Bad request")
  void pres010() {
    final SipMessage reply = raw(publish(someone("bob")).without("Content-Length"));
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 400 Bad request");
  }

  @Test
  @DisplayName("PRES-011 broken XML is answered 415, once")
  void pres011() {
    final String bob = someone("bob");
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft =
          publish(bob)
              .body(Documents.PIDF, "<presence><tuple></presence>")
              .header("X-Scene", "no-newtran");
      assertThat(peer.exchange(draft).startLine()).isEqualTo("SIP/2.0 415 Unsupported media type");
      if (ModuleSet.selected() == ModuleSet.OURS) {
        assertThat(peer.finalReply(draft.value("Call-ID"), SHORT)).as("a second reply").isEmpty();
      }
    }
    assertThat(stored(bob)).isEmpty();
  }

  @Test
  @DisplayName("PRES-012 message-summary not starting with Messages-Waiting is answered 500")
  void pres012() {
    final Publisher publisher = publisher(someone("box")).event("message-summary", Documents.MWI);
    assertThat(publisher.publish("Voice-Message: 1/0\r\n", 600).startLine())
        .isEqualTo("SIP/2.0 500 Server Internal Error");
  }

  @Test
  @DisplayName("PRES-013 modify gives a new tag and replaces the body; the old tag is gone")
  void pres013() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob);
    publisher.publish(document(bob));
    final String old = publisher.etag();
    final String changed = Documents.pidf(bob, "t", "closed", "changed");
    final SipMessage reply = publisher.publish(changed, 600);
    assertThat(reply.code()).isEqualTo(200);
    assertThat(publisher.etag()).isNotEqualTo(old).endsWith(".1");
    assertThat(stored(bob)).hasSize(1);
    assertThat(stored(bob).get(0)).containsEntry("body", changed);
    final SipMessage stale = raw(publish(bob).header("SIP-If-Match", old));
    assertThat(stale.startLine()).isEqualTo("SIP/2.0 412 Conditional request failed");
  }

  @Test
  @DisplayName("PRES-014 refresh gives a new tag, keeps the body, moves expires")
  void pres014() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob);
    publisher.publish(document(bob));
    final String old = publisher.etag();
    final long before = Long.parseLong(stored(bob).get(0).get("expires"));
    final SipMessage reply = publisher.refresh(300);
    assertThat(reply.header("Expires")).contains("300");
    assertThat(publisher.etag()).isNotEqualTo(old);
    assertThat(stored(bob)).hasSize(1);
    assertThat(stored(bob).get(0)).containsEntry("body", document(bob));
    assertThat(Long.parseLong(stored(bob).get(0).get("expires"))).isLessThan(before - 200);
  }

  @Test
  @DisplayName("PRES-015 unknown tag is answered 412 and the handler returns 1")
  void pres015() {
    final RequestDraft draft = publish(someone("bob")).header("SIP-If-Match", "a.1.2.3.4");
    assertThat(raw(draft).startLine()).isEqualTo("SIP/2.0 412 Conditional request failed");
    assertThat(handled(draft.value("Call-ID"))).isEqualTo("1");
  }

  @Test
  @Deviation("500, D-10")
  @DisplayName("PRES-016 a tag of foreign shape is answered 412")
  void pres016() {
    assertThat(raw(publish(someone("bob")).header("SIP-If-Match", "xyz")).code()).isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-017 removal is answered 200, Expires 0, same tag; row gone")
  void pres017() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob);
    publisher.publish(document(bob));
    final String tag = publisher.etag();
    final SipMessage reply = publisher.remove();
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(reply.header("Expires")).contains("0");
    assertThat(reply.header("SIP-ETag")).contains(tag);
    Await.until("row gone", Duration.ofSeconds(2), () -> stored(bob).isEmpty());
  }

  @Test
  @DisplayName("PRES-018 removal with an unknown tag is answered 412")
  void pres018() {
    final RequestDraft draft =
        publish(someone("bob")).header("SIP-If-Match", "a.1.2.3.4").header("Expires", "0");
    assertThat(raw(draft).code()).isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-019 two initial PUBLISH coexist; removing one leaves the other")
  void pres019() {
    final String bob = someone("bob");
    final Publisher first = publisher(bob);
    final Publisher second = publisher(bob);
    first.publish(document(bob));
    second.publish(document(bob));
    assertThat(first.etag()).isNotEqualTo(second.etag());
    assertThat(stored(bob)).hasSize(2);
    first.remove();
    Await.until("one row left", Duration.ofSeconds(2), () -> stored(bob).size() == 1);
    assertThat(stored(bob).get(0)).containsEntry("etag", second.etag());
  }

  @Test
  @DisplayName("PRES-020 an unparsable Request-URI is answered 400 Bad request")
  void pres020() {
    assertThat(
            raw(publish(someone("bob")).uri("bogus:@@").header("X-Scene", "no-newtran"))
                .startLine())
        .isEqualTo("SIP/2.0 400 Bad request");
  }

  @Test
  @DisplayName("PRES-021 a sender that is no URI is answered 400, one of 300 characters 500")
  void pres021() {
    assertThat(raw(publish(someone("bob")).header("X-Sender", "not a uri")).code()).isEqualTo(400);
    final String longer = "sip:" + "x".repeat(300) + "@example.org";
    assertThat(raw(publish(someone("bob")).header("X-Sender", longer)).code()).isEqualTo(500);
  }

  @Test
  @DisplayName("PRES-022 the sender given to the handler is stored")
  void pres022() {
    final String bob = someone("bob");
    publisher(bob).header("X-Sender", "sip:x@h").publish(document(bob));
    assertThat(stored(bob)).extracting(row -> row.get("sender")).containsExactly("sip:x@h");
  }

  @Test
  @Deviation("reads the bad Expires as removal, D-36")
  @DisplayName("PRES-023 Expires that is no number removes nothing")
  void pres023() {
    final String bob = someone("bob");
    final Publisher publisher = publisher(bob);
    publisher.publish(document(bob));
    final SipMessage reply =
        raw(publish(bob).header("SIP-If-Match", publisher.etag()).header("Expires", "abc"));
    assertThat(reply.code()).isEqualTo(400);
    assertThat(stored(bob)).hasSize(1);
  }

  @Test
  @Deviation("stores up to the end of the datagram, D-35")
  @DisplayName("PRES-028 bytes beyond Content-Length are not part of the stored body")
  void pres028() {
    final String bob = someone("bob");
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft = publish(bob);
      peer.send(draft.text() + "\r\n\r\ntrailing bytes");
      final SipMessage reply =
          peer.finalReply(draft.value("Call-ID"), Duration.ofSeconds(5)).orElseThrow();
      assertThat(reply.code()).isEqualTo(200);
    }
    assertThat(stored(bob)).extracting(row -> row.get("body")).containsExactly(document(bob));
  }

  @Test
  @Deviation("stores it as live state, D-25")
  @DisplayName("D-25 an initial PUBLISH with Expires 0 is acknowledged and not stored")
  void initialExpiresZeroIsNotStored() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    final SipMessage reply = publisher(bob).publish(document(bob), 0);
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.header("Expires")).contains("0");
    assertThat(stored(bob)).isEmpty();
  }
}
