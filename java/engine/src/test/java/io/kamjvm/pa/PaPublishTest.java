// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaPublishTest {
  private PaWorld world = new PaWorld();

  @BeforeEach
  void watch() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
  }

  private String heard() {
    world.advance(2);
    return world.only().body();
  }

  private void hearsNothing() {
    world.advance(4);
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("PAB-035 A document without tag: 200 with SIP-ETag and Expires; a tuple id of ours")
  void pab035New() {
    final FakeCall call = world.publish(Asked.publish(Pidf.open("theirs")));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.header("SIP-ETag")).isNotEmpty();
    assertThat(call.header("Expires")).isEqualTo("3600");
    assertThat(call.header("Contact")).isEqualTo("<sip:192.0.2.1:5060>");
    assertThat(heard())
        .contains("<basic>open</basic>")
        .contains(">sip:theirs@192.0.2.9</contact>")
        .doesNotContain("tuple id=\"theirs\"");
  }

  @Test
  @DisplayName("PAB-036 Priority: 0.50 where the contact says none, else its own; or the parameter")
  void pab036Priority() {
    world.publish(Asked.publish(Pidf.open("t")));
    assertThat(heard()).contains("<contact priority=\"0.50\">");
    world.publish(
        Asked.publish(
            Pidf.document(Pidf.tuple("u", "open", "<contact priority=\"0.8\">sip:u@b</contact>"))));
    assertThat(heard()).contains("<contact priority=\"0.80\">sip:u@b</contact>");
    world = new PaWorld().param("default_priority_percentage", 20);
    watch();
    world.publish(Asked.publish(Pidf.open("t")));
    assertThat(heard()).contains("<contact priority=\"0.20\">");
  }

  @Test
  @DisplayName("pidf_priority=0 leaves the priority out")
  void withoutPriority() {
    world = new PaWorld().param("pidf_priority", 0);
    watch();
    world.publish(Asked.publish(Pidf.open("t")));
    assertThat(heard()).contains("<contact>sip:t@192.0.2.9</contact>");
  }

  @Test
  @DisplayName("PAB-037 A tag without body: a new tag, no NOTIFY, and the content lives on")
  void pab037Refresh() {
    final String tag = world.publish(Asked.publish(Pidf.open("t")).expires(60)).header("SIP-ETag");
    heard();
    final FakeCall call = world.publish(Asked.publish().ifMatch(tag).expires(120));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("SIP-ETag")).isNotEqualTo(tag);
    world.advance(100);
    assertThat(world.taken()).isEmpty();
    world.advance(25);
    assertThat(world.only().body()).contains("none");
  }

  @Test
  @DisplayName("PAB-038 A tag with another body: tuples that are missing go, others keep their ids")
  void pab038Replace() {
    final String tag =
        world
            .publish(
                Asked.publish(
                    Pidf.document(Pidf.tuple("one", "open", ""), Pidf.tuple("two", "closed", ""))))
            .header("SIP-ETag");
    final String before = heard();
    world.publish(
        Asked.publish(Pidf.document(Pidf.tuple("two", "open", "<note>back</note>"))).ifMatch(tag));
    final String after = heard();
    assertThat(after).containsOnlyOnce("<tuple ").contains("<note>back</note>").contains("open");
    final String id = after.replaceAll("(?s).*<tuple id=\"([^\"]+)\".*", "$1");
    assertThat(before).contains("id=\"" + id + "\"");
  }

  @Test
  @DisplayName("documents whose bytes have the same hashCode are told apart")
  void sameHashCode() {
    final String tag =
        world
            .publish(Asked.publish(Pidf.document(Pidf.tuple("one", "open", "<note>Aa</note>"))))
            .header("SIP-ETag");
    assertThat(heard()).contains("<note>Aa</note>");
    world.publish(
        Asked.publish(Pidf.document(Pidf.tuple("one", "open", "<note>BB</note>"))).ifMatch(tag));
    assertThat(heard()).contains("<note>BB</note>");
  }

  @Test
  @DisplayName("PAB-039 An unknown tag: 412 and -1, nothing changes")
  void pab039UnknownTag() {
    final FakeCall call = world.publish(Asked.publish(Pidf.open("t")).ifMatch("nobody's"));
    assertThat(call.code()).isEqualTo(412);
    assertThat(call.returnCode()).isEqualTo(-1);
    hearsNothing();
  }

  @Test
  @DisplayName("PAB-040 Neither tag nor body: 400")
  void pab040Nothing() {
    assertThat(world.publish(Asked.publish()).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PAB-041 Expires 0 with the tag: the content is gone, and watchers are told")
  void pab041Remove() {
    final String tag = world.publish(Asked.publish(Pidf.open("t"))).header("SIP-ETag");
    heard();
    assertThat(world.publish(Asked.publish().ifMatch(tag).expires(0)).code()).isEqualTo(200);
    assertThat(heard()).contains("none");
  }

  @Test
  @DisplayName("PAB-042 text/plain or no type: 415; broken XML: 400; Event dialog: 489; all -1")
  void pab042Refused() {
    refused(415, Asked.publish().body("text/plain", "I am here"));
    refused(415, Asked.publish().body("", Pidf.open("t")));
    refused(400, Asked.publish("<presence"));
    refused(400, Asked.publish("<status/>"));
    refused(
        400,
        Asked.publish("<presence xmlns='urn:ietf:params:xml:ns:pidf'><tuple id='t'/></presence>"));
    refused(489, Asked.publish(Pidf.open("t")).event("dialog"));
    refused(489, Asked.publish(Pidf.open("t")).event(""));
    refused(400, Asked.publish(Pidf.open("t")).target("sip:a"));
    hearsNothing();
  }

  private void refused(final int code, final Asked request) {
    final FakeCall call = world.publish(request);
    assertThat(call.code()).isEqualTo(code);
    assertThat(call.returnCode()).isEqualTo(-1);
  }

  @Test
  @DisplayName("PAB-043 Equal ids of two publishers and a registration: three tuples, then two")
  void pab043Several() {
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.publish(Asked.publish(Pidf.open("t")).expires(60));
    world.publish(Asked.publish(Pidf.open("t")));
    assertThat(heard().split("<tuple ")).hasSize(4);
    world.advance(62);
    assertThat(world.only().body().split("<tuple ")).hasSize(3);
  }

  @Test
  @DisplayName("PAB-044 A person element passes unchanged and goes with its publication")
  void pab044Person() {
    final String tag =
        world
            .publish(
                Asked.publish(
                    Pidf.document(
                        Pidf.tuple("t", "open", "<r:class>forms</r:class>"),
                        "<note xml:lang=\"de\">da &amp; dort</note>",
                        Pidf.person("busy"))))
            .header("SIP-ETag");
    assertThat(heard())
        .contains("id=\"me\"><r:activities><r:busy/></r:activities></dm:person>")
        .contains("xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\"")
        .contains(">forms</r:class>")
        .contains("<note xml:lang=\"de\">da &amp; dort</note>");
    world.publish(Asked.publish(Pidf.open("t")).ifMatch(tag));
    assertThat(heard()).doesNotContain("person");
  }

  @Test
  @DisplayName("PAB-045 What is asked for is bounded by max_publish_expiration")
  void pab045Bounded() {
    assertThat(world.publish(Asked.publish(Pidf.open("t")).expires(99_999)).header("Expires"))
        .isEqualTo("3600");
  }

  @Test
  @DisplayName("PAB-046 What is published in the other domain is not seen in this one")
  void pab046Domains() {
    assertThat(world.publish(Asked.publish(Pidf.open("t")), "jabber").code()).isEqualTo(200);
    hearsNothing();
  }

  @Test
  @DisplayName("A PUBLISH sent again gets the same reply and publishes nothing more")
  void sentAgain() {
    final Asked asked = Asked.publish(Pidf.open("t"));
    final String tag = world.publish(asked).header("SIP-ETag");
    assertThat(world.publish(asked).header("SIP-ETag")).isEqualTo(tag);
    assertThat(heard().split("<tuple ")).hasSize(2);
  }

  @Test
  @DisplayName("Prefixes of the published document do not matter; CPIM is understood")
  void prefixes() {
    world.publish(
        Asked.publish()
            .body(
                "application/cpim-pidf+xml; charset=UTF-8",
                "<x:presence xmlns:x='urn:ietf:params:xml:ns:cpim-pidf' xmlns:e='urn:e'"
                    + " entity='pres:bob@a'><x:tuple id='t'><x:status><x:basic>open</x:basic>"
                    + "<e:mood>fine</e:mood></x:status><e:more a='1'/></x:tuple></x:presence>"));
    assertThat(heard())
        .contains("<status><basic>open</basic><e:mood xmlns:e=\"urn:e\">fine</e:mood></status>")
        .contains("<e:more xmlns:e=\"urn:e\" a=\"1\"/>");
  }

  @Test
  @DisplayName("A document with a DTD, or deeper than any may be, is refused")
  void hostile() {
    refused(
        400,
        Asked.publish(
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><presence"
                + " xmlns='urn:ietf:params:xml:ns:pidf'><tuple id='t'><status/><note>&e;</note>"
                + "</tuple></presence>"));
    refused(400, Asked.publish("<a>".repeat(1000)));
    refused(400, Asked.publish(Pidf.document("x".repeat(70_000))));
  }

  @Test
  @DisplayName("PAB-036 A priority that is none counts as missing; lpidf leaves out who is closed")
  void pab036OddPriority() {
    world.subscribe(Asked.subscribe("d").accept("text/lpidf"));
    world.taken();
    world.publish(
        Asked.publish(
            Pidf.document(
                Pidf.tuple("a", "open", "<contact priority=\"high\">sip:x@b;p=1</contact>"),
                Pidf.tuple("b", "closed", "<contact>sip:y@b</contact>"))));
    world.advance(2);
    assertThat(world.taken())
        .filteredOn(n -> n.type().equals("text/lpidf"))
        .extracting(PaWorld.Notify::body)
        .isEqualTo(List.of("To: sip:bob@a\r\nContact: <sip:x@b;p=1>;q=0.50\r\n"));
  }

  @Test
  @DisplayName("PAB-102 xcap-change: documents at pa_domain; without that parameter 489")
  void pab102XcapChange() {
    refused(489, Asked.publish().event("xcap-change").body("text/plain", "presence-lists"));
    world = new PaWorld().param("pa_domain", "ser.example.com");
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c").event("xcap-change")).code()).isEqualTo(200);
    final PaWorld.Notify first = world.only();
    assertThat(first.type()).isEqualTo("application/xcap-change+xml");
    assertThat(first.body()).contains("<documents>").doesNotContain("<document ");
    world.publish(Asked.publish().event("xcap-change").body("text/plain", "presence-lists"));
    assertThat(world.only().body())
        .contains("uri=\"http://ser.example.com/presence-lists/users/bob@a/presence.xml\"")
        .contains("<change method=\"PUBLISH\" publisher=\"sip:bob@a\"/>")
        .doesNotContain("watcherinfo");
    world.publish(Asked.publish().event("xcap-change").body("text/plain", "watcherinfo"));
    assertThat(world.only().body()).contains("/watcherinfo/users/bob@a/watcherinfo.xml");
  }
}
