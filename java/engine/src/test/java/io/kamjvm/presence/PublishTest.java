// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.PublicationRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublishTest {
  final World world = world();

  /** A server in the mode that is tested. */
  World world() {
    return new World();
  }

  private FakeCall publishOpen() {
    return world.publish(publish().expires(600).body(pidf("t1", "open")));
  }

  private static String text(final byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("PRES-001 a publication is answered 200 with Expires and SIP-ETag, and is stored")
  void pres001() {
    world.start();
    final FakeCall call = publishOpen();
    assertThat(call.reply().reason()).isEqualTo("OK");
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("600");
    assertThat(call.etag()).matches("a\\.\\d+\\.\\d+\\.\\d+\\.0");
    assertThat(call.returnCode()).isEqualTo(1);
    final PublicationRow row = world.store.publication();
    assertThat(row.expires()).isEqualTo(world.now() + 600);
    assertThat(row.sender()).isEmpty();
    assertThat(row.ruid()).startsWith("pres-");
    assertThat(row.etag()).isEqualTo(call.etag());
    assertThat(text(row.body())).isEqualTo(pidf("t1", "open"));
  }

  @Test
  @DisplayName("PRES-002 without Expires 3600 seconds are granted")
  void pres002() {
    world.start();
    assertThat(world.publish(publish().body(pidf("t1", "open"))).header("Expires"))
        .isEqualTo("3600");
  }

  @Test
  @DisplayName("PRES-003 Expires is clamped to max_expires")
  void pres003() {
    world.start();
    assertThat(world.publish(publish().expires(99999).body(pidf("t", "open"))).header("Expires"))
        .isEqualTo("3600");
  }

  @Test
  @DisplayName("PRES-004 expires_offset shortens what the 200 says, not what is stored")
  void pres004() {
    world.param("expires_offset", 10).start();
    assertThat(publishOpen().header("Expires")).isEqualTo("590");
    assertThat(world.store.publication().expires()).isEqualTo(world.now() + 600);
  }

  @Test
  @DisplayName("PRES-005 expires_offset never makes Expires negative")
  void pres005() {
    world.param("expires_offset", 10).start();
    assertThat(world.publish(publish().expires(5).body(pidf("t", "open"))).header("Expires"))
        .isEqualTo("1");
  }

  @Test
  @DisplayName("PRES-006 without Event the answer is 489 with Allow-Events, newest package first")
  void pres006() {
    world.start();
    final FakeCall call = world.publish(publish().event(null).body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(489);
    assertThat(call.reply().reason()).isEqualTo("Bad Event");
    assertThat(call.header("Allow-Events"))
        .isEqualTo("message-summary, xcap-diff, presence.winfo, presence");
    assertThat(call.returnCode()).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-007 an unknown Event is answered 489 with Allow-Events")
  void pres007() {
    world.start();
    final FakeCall call = world.publish(publish().event("foo").body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(489);
    assertThat(call.header("Allow-Events")).contains("presence");
  }

  @Test
  @DisplayName("an Event that does not parse is answered 400")
  void brokenEvent() {
    world.start();
    assertThat(world.publish(publish().brokenEvent(";;").body("x")).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("watcher information can not be published")
  void winfoIsNotPublished() {
    world.start();
    assertThat(world.publish(publish().event("presence.winfo").body("<x/>")).code()).isEqualTo(489);
  }

  @Test
  @DisplayName("PRES-008 the package name is compared without regard to case")
  void pres008() {
    world.start();
    assertThat(world.publish(publish().event("PRESENCE").body(pidf("t", "open"))).code())
        .isEqualTo(200);
    assertThat(world.store.publication().event()).isEqualTo("presence");
  }

  @Test
  @DisplayName("PRES-009 neither body nor SIP-If-Match is answered 400 Invalid request")
  void pres009() {
    world.start();
    final FakeCall call = world.publish(publish());
    assertThat(call.code()).isEqualTo(400);
    assertThat(call.reply().reason()).isEqualTo("Invalid request");
  }

  @Test
  @DisplayName("PRES-010 without Content-Length the answer is 400 Bad request")
  void pres010() {
    world.start();
    final FakeCall call = world.publish(publish().noLength().body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(400);
    assertThat(call.reply().reason()).isEqualTo("Bad request");
  }

  @Test
  @DisplayName("PRES-011 broken XML gets exactly one answer, 415 Unsupported media type")
  void pres011() {
    world.start();
    final FakeCall call = world.publish(publish().body("<presence><tuple></presence>"));
    assertThat(call.code()).isEqualTo(415);
    assertThat(call.reply().reason()).isEqualTo("Unsupported media type");
    assertThat(call.returnCode()).isEqualTo(-1);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("PRES-011 a large broken body is refused the same, off the engine thread")
  void pres011Large() {
    world.start();
    final FakeCall call =
        world.call(
            "handle_publish",
            Optional.of(publish().body("<presence>" + "x".repeat(20_000)).build()));
    assertThat(call.ended()).isFalse();
    world.settle();
    assertThat(call.code()).isEqualTo(415);
  }

  @Test
  @DisplayName("PRES-012 a message summary that is none is answered 500")
  void pres012() {
    world.start();
    final FakeCall call =
        world.publish(publish().event("message-summary").body("Voice-Message: 2/8\r\n"));
    assertThat(call.code()).isEqualTo(500);
    assertThat(call.reply().reason()).isEqualTo("Server Internal Error");
  }

  @Test
  @DisplayName("PRES-013 a modification gets a new tag and replaces the body; the old tag is void")
  void pres013() {
    world.start();
    final String tag = publishOpen().etag();
    final FakeCall call = world.publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.etag()).endsWith(".1").isNotEqualTo(tag);
    assertThat(text(world.store.publication().body())).isEqualTo(pidf("t1", "closed"));
    final FakeCall late = world.publish(publish().ifMatch(tag).body(pidf("t1", "open")));
    assertThat(late.code()).isEqualTo(412);
    assertThat(late.reply().reason()).isEqualTo("Conditional request failed");
  }

  @Test
  @DisplayName("PRES-014 a refresh without body moves the expiry and keeps the body")
  void pres014() {
    world.start();
    final FakeCall first =
        world.publish(publish().body(pidf("t1", "open")).expires(600), "sip:x@h");
    final FakeCall call = world.publish(publish().ifMatch(first.etag()).expires(300));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.etag()).isNotEqualTo(first.etag());
    final PublicationRow row = world.store.publication();
    assertThat(text(row.body())).isEqualTo(pidf("t1", "open"));
    assertThat(row.expires()).isEqualTo(world.now() + 300);
    assertThat(row.sender()).isEqualTo("sip:x@h");
  }

  @Test
  @DisplayName("PRES-015 an unknown tag is answered 412 and the function returns 1")
  void pres015() {
    world.start();
    final FakeCall call = world.publish(publish().ifMatch("a.1.2.3.4").body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(412);
    assertThat(call.returnCode()).isEqualTo(1);
  }

  @Test
  @DisplayName("PRES-016 a tag of foreign shape is answered 412")
  void pres016() {
    world.start();
    assertThat(world.publish(publish().ifMatch("xyz").body(pidf("t", "open"))).code())
        .isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-017 a removal is answered with the same tag and Expires 0; the row is gone")
  void pres017() {
    world.start();
    final String tag = publishOpen().etag();
    final FakeCall call = world.publish(publish().ifMatch(tag).expires(0));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("0");
    assertThat(call.etag()).isEqualTo(tag);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("PRES-018 removing an unknown tag is answered 412")
  void pres018() {
    world.start();
    assertThat(world.publish(publish().ifMatch("a.1.2.3.4").expires(0)).code()).isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-019 two publications of one presentity live side by side")
  void pres019() {
    world.start();
    final String one = publishOpen().etag();
    final String other = world.publish(publish().body(pidf("t2", "open"))).etag();
    assertThat(one).isNotEqualTo(other);
    assertThat(world.store.publications).hasSize(2);
    world.publish(publish().ifMatch(one).expires(0));
    assertThat(world.store.publication().etag()).isEqualTo(other);
  }

  @Test
  @DisplayName("PRES-020 a Request-URI that does not parse is answered 400 Bad request")
  void pres020() {
    world.start();
    final FakeCall call = world.publish(publish().target("nonsense").body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(400);
    assertThat(call.reply().reason()).isEqualTo("Bad request");
  }

  @Test
  @DisplayName("PRES-021 a sender that is no URI is answered 400, one of 300 characters 500")
  void pres021() {
    world.start();
    assertThat(world.publish(publish().body(pidf("t", "open")), "not a uri").code()).isEqualTo(400);
    final String sender = "sip:" + "x".repeat(300) + "@h";
    assertThat(world.publish(publish().body(pidf("t", "open")), sender).code()).isEqualTo(500);
  }

  @Test
  @DisplayName("PRES-022 the sender is stored")
  void pres022() {
    world.start();
    world.publish(publish().body(pidf("t", "open")), "sip:x@h");
    assertThat(world.store.publication().sender()).isEqualTo("sip:x@h");
  }

  @Test
  @DisplayName("PRES-023 Expires that is no number does not remove the publication")
  void pres023() {
    world.start();
    final String tag = publishOpen().etag();
    assertThat(world.publish(publish().ifMatch(tag).expires("abc")).code()).isEqualTo(400);
    assertThat(world.publish(publish().ifMatch(tag).expires("99999999999")).code()).isEqualTo(400);
    assertThat(world.store.publication().etag()).isEqualTo(tag);
  }

  @Test
  @DisplayName("PRES-026 dialog;sla keeps its tag through modifications")
  void pres026() {
    world.param("presence_xml", "disable_bla", 0).start();
    final String body = "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\"/>";
    final String tag = world.publish(publish().event("dialog;sla").body(body)).etag();
    final FakeCall call = world.publish(publish().event("dialog;sla").ifMatch(tag).body(body));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.etag()).isEqualTo(tag);
    assertThat(world.publish(publish().event("dialog;sla").body("<")).code()).isEqualTo(415);
    assertThat(world.publish(publish().event("dialog;ma").body(body)).code()).isEqualTo(489);
  }

  @Test
  @DisplayName("PRES-027 the priority comes from the XAVP, from the clock, or is 0")
  void pres027() {
    world.param("xavp_cfg", "pres").start();
    world.publish(publish().xavp("pres=>priority", "100").body(pidf("t", "open")));
    assertThat(world.store.publication().priority()).isEqualTo(100);
    world.publish(publish().ifMatch(world.store.publication().etag()));
    assertThat(world.store.publication().priority()).isEqualTo((int) (world.now() - 1420070400));
    assertThat(world.module("presence").xavps()).containsExactly("pres=>priority");
    final World plain = world().start();
    plain.publish(publish().body(pidf("t", "open")));
    assertThat(plain.store.publication().priority()).isZero();
  }

  @Test
  @DisplayName("PRES-028 bytes behind Content-Length do not belong to the body")
  void pres028() {
    world.start();
    final String body = pidf("t", "open");
    world.publish(publish().body(body + "garbage").length(body.length()));
    assertThat(text(world.store.publication().body())).isEqualTo(body);
    assertThat(world.publish(publish().body(body).length(9999)).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-029 min_expires refuses or raises, initially and on refresh, but never 0")
  void pres029() {
    world.param("min_expires", 120).start();
    final FakeCall brief = world.publish(publish().expires(60).body(pidf("t", "open")));
    assertThat(brief.code()).isEqualTo(423);
    assertThat(brief.reply().reason()).isEqualTo("Interval Too Brief");
    assertThat(brief.header("Min-Expires")).isEqualTo("120");
    final String tag = publishOpen().etag();
    assertThat(world.publish(publish().ifMatch(tag).expires(60)).code()).isEqualTo(423);
    assertThat(world.publish(publish().ifMatch(tag).expires(0)).code()).isEqualTo(200);
    final World raising = world().param("min_expires", 120).param("min_expires_action", 2);
    raising.start();
    assertThat(raising.publish(publish().expires(60).body(pidf("t", "open"))).header("Expires"))
        .isEqualTo("120");
  }

  @Test
  @DisplayName("PRES-030 publ_cache=2 works without a row, and the list shows the document")
  void pres030() {
    world.param("publ_cache", 2).start();
    final String tag = publishOpen().etag();
    assertThat(world.store.publications).isEmpty();
    final FakeRpc list = world.rpc("presence.presentity_list");
    assertThat(list.structs).hasSize(1);
    assertThat(list.structs.get(0)).containsEntry("user", "bob").containsEntry("etag", tag);
    final String next = world.publish(publish().ifMatch(tag).body(pidf("t1", "closed"))).etag();
    assertThat(world.publish(publish().ifMatch(tag)).code()).isEqualTo(412);
    assertThat(world.publish(publish().ifMatch(next).expires(0)).code()).isEqualTo(200);
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
  }

  @Test
  @DisplayName("PRES-031 publ_cache=2: a refresh without body leaves the body to new watchers")
  void pres031() {
    world.param("publ_cache", 2).start();
    final String tag = publishOpen().etag();
    world.publish(publish().ifMatch(tag).expires(300));
    world.subscribe(subscribe());
    assertThat(world.peers.last().body()).contains("<basic>open</basic>");
  }

  @Test
  @DisplayName("PRES-032 force_delete=1: an expired document goes without NOTIFY")
  void pres032() {
    world.param("force_delete", 1).start();
    publishOpen();
    world.subscribe(subscribe());
    world.peers.take();
    world.advance(602);
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("PRES-033 the only document expires: one NOTIFY says that it is closed")
  void pres033() {
    world.start();
    publishOpen();
    world.subscribe(subscribe());
    world.peers.take();
    world.advance(602);
    final List<Peers.Notify> notifies = world.peers.take();
    assertThat(notifies).hasSize(1);
    assertThat(notifies.get(0).body()).contains("<basic>closed</basic>");
    assertThat(world.store.publications).isEmpty();
    world.subscribe(subscribe().callId("c2"));
    assertThat(world.peers.last().body()).isEmpty();
  }

  @Test
  @DisplayName("an initial publication with Expires 0 is acknowledged and never was")
  void initialExpiresZero() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    final FakeCall call = world.publish(publish().expires(0).body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("0");
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("names longer than their columns are refused, not cut and not sent to the database")
  void longNames() {
    world.start();
    final String user = "u".repeat(65);
    assertThat(world.publish(publish().target("sip:" + user + "@d").body(pidf("t", "open"))).code())
        .isEqualTo(400);
    final FakeCall large = world.publish(publish().body("x".repeat(70_000)));
    assertThat(large.code()).isEqualTo(413);
  }

  @Test
  @DisplayName("one publication too many gets the busy answer")
  void tooManyPublications() {
    world.start();
    for (int i = 0; i < PresenceLimits.PUBLICATIONS_PER_PRESENTITY; i++) {
      assertThat(world.publish(publish().body(pidf("t" + i, "open"))).code()).isEqualTo(200);
    }
    assertThat(world.publish(publish().body(pidf("more", "open"))).busy).isTrue();
    assertThat(world.store.publications).hasSize(PresenceLimits.PUBLICATIONS_PER_PRESENTITY);
  }
}
