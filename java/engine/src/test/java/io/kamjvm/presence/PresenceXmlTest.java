// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages of presence_xml with force_active 1. */
class PresenceXmlTest {
  private static final String PERSON =
      "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
          + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
          + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:bob@d\">%s</presence>";

  private final World world = new World();

  private Notify watch() {
    assertThat(world.subscribe(subscribe().expires(600)).code()).isEqualTo(200);
    return world.peers.last();
  }

  private FakeCall put(final String body) {
    final FakeCall call = world.publish(publish().expires(3600).body(body));
    assertThat(call.code()).isEqualTo(200);
    world.advance(2);
    return call;
  }

  @Test
  @DisplayName("PKG-001 an unknown package: 489 with those there are, newest first")
  void pkg001() {
    world.start();
    final FakeCall call = world.subscribe(subscribe().event("foo"));
    assertThat(call.code()).isEqualTo(489);
    assertThat(call.header("Allow-Events"))
        .isEqualTo("message-summary, xcap-diff, presence.winfo, presence");
  }

  @Test
  @DisplayName("PKG-002 Q1 a parameter id does not make another package; it is echoed")
  void pkg002() {
    world.start();
    assertThat(world.subscribe(subscribe().event("presence;id=1")).code()).isEqualTo(200);
    assertThat(world.peers.last().header("Event")).isEqualTo("presence;id=1");
  }

  @Test
  @DisplayName("PKG-003 disable_presence: 489 without presence in Allow-Events")
  void pkg003() {
    world.param("presence_xml", "disable_presence", 1).start();
    final FakeCall call = world.publish(publish().body(pidf("t", "open")));
    assertThat(call.code()).isEqualTo(489);
    assertThat(List.of(call.header("Allow-Events").split(", "))).doesNotContain("presence");
  }

  @Test
  @DisplayName("PKG-004 shared lines are off unless asked for")
  void pkg004() {
    world.start();
    assertThat(world.subscribe(subscribe().event("dialog;sla")).code()).isEqualTo(489);
  }

  @Test
  @DisplayName("PKG-005 a shared line is named by Contact's user and From's host")
  void pkg005() {
    world.param("presence_xml", "disable_bla", 0).param("subs_db_mode", 1).start();
    final FakeCall call =
        world.subscribe(
            subscribe()
                .event("dialog;sla")
                .contact("sip:l1@192.0.2.7:5062")
                .from("sip:x@lab.example"));
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.store.subscription().presentityUri()).isEqualTo("sip:l1@lab.example");
  }

  @Test
  @DisplayName("PKG-006 a shared line keeps its entity-tag")
  void pkg006() {
    world.param("presence_xml", "disable_bla", 0).start();
    final String body = "<dialog-info><dialog id=\"1\"/></dialog-info>";
    final FakeCall first = world.publish(publish().event("dialog;sla").body(body));
    final FakeCall second =
        world.publish(publish().event("dialog;sla").ifMatch(first.etag()).body(body));
    assertThat(second.etag()).isEqualTo(first.etag());
  }

  @Test
  @DisplayName("PKG-008 Q2 a body that is not well-formed: one reply, 415")
  void pkg008() {
    world.start();
    final FakeCall call = world.publish(publish().body("<a>"));
    assertThat(call.code()).isEqualTo(415);
    assertThat(call.reply().reason()).isEqualTo("Unsupported media type");
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("PKG-009 any well-formed body is taken; what can not be merged is sent as it is")
  void pkg009() {
    world.start();
    watch();
    assertThat(world.publish(publish().contentType("text/plain").body("<x/>")).code())
        .isEqualTo(200);
    assertThat(world.peers.last().body()).isEqualTo("<x/>");
  }

  @Test
  @DisplayName("PKG-010 an initial PUBLISH without body: 400")
  void pkg010() {
    world.start();
    assertThat(world.publish(publish()).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PKG-011 nothing published: active, no body, no Content-Type")
  void pkg011() {
    world.start();
    final Notify first = watch();
    assertThat(first.state()).startsWith("active;expires=");
    assertThat(first.body()).isEmpty();
    assertThat(first.find("Content-Type")).isEmpty();
  }

  @Test
  @DisplayName("PKG-012 force_dummy_presence: an open document")
  void pkg012() {
    world.param("presence_xml", "force_dummy_presence", 1).start();
    assertThat(watch().body())
        .contains(
            "entity=\"bob\"",
            "<tuple id=\"615293b33c62dec073e05d9421e9f48b\"><status><basic>open</basic>",
            "<note>Available</note>");
    assertThat(world.peers.last().header("Content-Type")).isEqualTo("application/pidf+xml");
    assertThat(world.function("pres_check_basic", "sip:nobody@d", "open")).isEqualTo(1);
  }

  @Test
  @DisplayName("PKG-013 two documents: the newer is the base, the older one is appended")
  void pkg013() {
    world.start();
    put(pidf("t1", "open").replace("sip:bob@d", "sip:old@d"));
    put(pidf("t2", "closed"));
    final String body = watch().body();
    assertThat(body).contains("entity=\"sip:bob@d\"").doesNotContain("sip:old@d");
    assertThat(body.indexOf("\"t2\"")).isLessThan(body.indexOf("\"t1\"")).isPositive();
    assertThat(body).contains("<tuple xmlns=\"urn:ietf:params:xml:ns:pidf\" id=\"t1\">");
  }

  @ParameterizedTest
  @CsvSource({"t1, t1", "T1, t1"})
  @DisplayName("PKG-014 PKG-015 the same tuple id, whatever its case: only the newer document")
  void pkg014(final String older, final String newer) {
    world.start();
    put(
        PERSON.formatted(
            "<tuple id=\""
                + older
                + "\"><status><basic>open</basic></status></tuple><dm:person id=\"p\"/>"));
    put(pidf(newer, "closed"));
    assertThat(watch().body()).contains("closed").doesNotContain("person", "open");
  }

  @Test
  @DisplayName("PKG-016 a person from one publisher, a tuple from another: both")
  void pkg016() {
    world.start();
    put(PERSON.formatted("<dm:person id=\"p\"/>"));
    put(pidf("t1", "open"));
    assertThat(watch().body()).contains("person", "\"t1\"");
  }

  @Test
  @DisplayName("PKG-017 a tuple without id beside another document: the raw newest body")
  void pkg017() {
    world.start();
    watch();
    put(PERSON.formatted("<tuple><status><basic>open</basic></status></tuple>"));
    final String newest = pidf("t1", "open");
    put(newest);
    assertThat(world.peers.last().body()).isEqualTo(newest);
  }

  @Test
  @DisplayName("PKG-018 un-PUBLISH of the only document: its first tuple, closed")
  void pkg018() {
    world.start();
    watch();
    final FakeCall published =
        put(
            PERSON.formatted(
                "<tuple id=\"t1\"><status><basic>open</basic></status><contact>sip:b@h</contact>"
                    + "<note>here</note></tuple><tuple id=\"t2\"/><dm:person id=\"p\"/>"));
    world.publish(publish().ifMatch(published.etag()).expires(0));
    assertThat(world.peers.last().body())
        .contains("<tuple id=\"t1\">", "<basic>closed</basic>")
        .doesNotContain("contact", "note", "\"t2\"", "person");
  }

  @Test
  @DisplayName("PKG-019 of two documents one expires: told as closed (D-24), then the other alone")
  void pkg019() {
    world.start();
    watch();
    world.publish(publish().expires(60).body(pidf("t1", "open")));
    put(pidf("t2", "open"));
    world.advance(200);
    assertThat(world.peers.last().body()).contains("\"t2\"", "closed");
    world.subscribe(subscribe().toTag("tag-c1-f1").cseq(2).expires(600));
    assertThat(world.peers.last().body()).contains("\"t2\"").doesNotContain("\"t1\"", "closed");
  }

  @Test
  @DisplayName("PKG-020 un-PUBLISH of a document without basic: no body")
  void pkg020() {
    world.start();
    watch();
    final FakeCall published = put(PERSON.formatted("<tuple id=\"t1\"><status/></tuple>"));
    world.publish(publish().ifMatch(published.etag()).expires(0));
    assertThat(world.peers.last().body()).isEmpty();
  }

  @Test
  @DisplayName("PKG-021 retrieve_order: the highest priority is the base")
  void pkg021() {
    world.param("xavp_cfg", "p").param("retrieve_order", 1).start();
    world.publish(publish().xavp("p=>priority", "10").body(pidf("t1", "open")));
    world.advance(2);
    world.publish(publish().xavp("p=>priority", "5").body(pidf("t2", "open")));
    final String body = watch().body();
    assertThat(body.indexOf("\"t1\"")).isPositive().isLessThan(body.indexOf("\"t2\""));
  }

  @Test
  @DisplayName("PKG-022 force_presence_single_body: the document whose note ranks higher")
  void pkg022() {
    world.param("presence_xml", "force_presence_single_body", 1).start();
    put(noted("t1", "On the Phone"));
    put(noted("t2", "Available"));
    assertThat(watch().body()).contains("\"t1\"").doesNotContain("\"t2\"");
  }

  @Test
  @DisplayName("PKG-023 force_presence_single_body: the newest without note is not compared")
  void pkg023() {
    world.param("presence_xml", "force_presence_single_body", 1).start();
    put(noted("t1", "On the Phone"));
    put(pidf("t2", "open"));
    assertThat(watch().body()).contains("\"t2\"").doesNotContain("\"t1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"OP", "open", ""})
  @DisplayName("PKG-024 pres_check_basic compares beginnings, ignoring case")
  void pkg024(final String status) {
    world.start();
    put(pidf("t1", "open"));
    assertThat(world.function("pres_check_basic", "sip:bob@d", status)).isEqualTo(1);
    assertThat(world.function("pres_check_basic", "sip:bob@d", "closed")).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "<tuple id='t'/>, -2",
    "<dm:person id='p'/>, -2",
    "<dm:person id='p'><rpid:activities/></dm:person>, -2",
    "<dm:person id='p'><rpid:activities><rpid:meeting/></rpid:activities></dm:person>, -1",
    "<dm:person id='p'><rpid:activities><rpid:away/></rpid:activities></dm:person>, 1"
  })
  @DisplayName("PKG-025 pres_check_activities: no person, no activities, another one, this one")
  void pkg025(final String content, final int code) {
    world.start();
    put(PERSON.formatted(content.replace('\'', '"')));
    assertThat(world.function("pres_check_activities", "sip:bob@d", "away")).isEqualTo(code);
  }

  @Test
  @DisplayName("PKG-043 watchers of watchers: first all, then whoever comes")
  void pkg043() {
    world.start();
    world.subscribe(subscribe().event("presence.winfo").callId("w").from("sip:bob@d"));
    assertThat(world.peers.last().body())
        .contains("state=\"full\"", "resource=\"sip:bob@d\"")
        .doesNotContain("<watcher ");
    world.peers.take();
    world.subscribe(subscribe().callId("c7").expires(600));
    assertThat(world.peers.take())
        .anySatisfy(
            n ->
                assertThat(n.body())
                    .contains(
                        "state=\"partial\"",
                        "<watcher id=\"c7\" event=\"subscribe\" status=\"active\">sip:alice@d<"));
  }

  @Test
  @DisplayName("PKG-044 a watcher unsubscribes: all who are left")
  void pkg044() {
    world.start();
    watch();
    world.subscribe(subscribe().event("presence.winfo").callId("w").from("sip:bob@d"));
    world.peers.take();
    world.subscribe(subscribe().toTag("tag-c1-f1").cseq(2).expires(0));
    assertThat(world.peers.take())
        .anySatisfy(
            n -> assertThat(n.body()).contains("state=\"full\"").doesNotContain("sip:alice@d"));
  }
}
