// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaSubscribeTest {
  private final PaWorld world = new PaWorld();

  @Test
  @DisplayName("PAB-009 A plain SUBSCRIBE: 200 with Expires and Contact, then a NOTIFY with PIDF")
  void pab009Plain() {
    world.start();
    final FakeCall call = world.subscribe(Asked.subscribe("c"));
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("3600");
    assertThat(call.header("Contact")).isEqualTo("<sip:192.0.2.1:5060>");
    assertThat(world.log).containsExactly("reply 200", "NOTIFY active");
    final PaWorld.Notify notify = world.only();
    assertThat(notify.state()).isEqualTo("active;expires=3600");
    assertThat(notify.type()).isEqualTo("application/pidf+xml;charset=\"UTF-8\"");
    assertThat(notify.body())
        .contains("entity=\"pres:bob@a\"")
        .contains("<tuple id=\"none\">")
        .contains("<basic>closed</basic>")
        .doesNotContain("<contact");
  }

  @Test
  @DisplayName("PAB-010 What is asked for is bounded by max_subscription_expiration")
  void pab010Bounded() {
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c").expires(7200)).header("Expires"))
        .isEqualTo("3600");
  }

  @Test
  @DisplayName("PAB-011 A fetch: 200, one terminated NOTIFY with the document, no watcher")
  void pab011Fetch() {
    world.start();
    final FakeCall call = world.subscribe(Asked.subscribe("c").expires(0));
    assertThat(call.header("Expires")).isEqualTo("0");
    final PaWorld.Notify notify = world.only();
    assertThat(notify.state()).isEqualTo("terminated;reason=timeout");
    assertThat(notify.body()).contains("none");
    assertThat(world.rpc("pa.trace").structs.get(0)).containsEntry("registrar_watchers", 0L);
    world.advance(10);
    assertThat(world.taken()).isEmpty();
    assertThat(world.rpc("pa.trace").structs.get(0)).containsEntry("registrar_presentities", 0L);
  }

  @Test
  @DisplayName("PAB-012 No Event, or an unknown one: 489, -1, no NOTIFY")
  void pab012BadEvent() {
    world.start();
    for (final String event : List.of("", "foo")) {
      final FakeCall call = world.subscribe(Asked.subscribe("c").event(event));
      assertThat(call.code()).isEqualTo(489);
      assertThat(call.returnCode()).isEqualTo(-1);
      assertThat(call.header("Allow-Events")).isEqualTo("presence, presence.winfo");
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("PAB-013 Accept without any of ours: 406; a wildcard gets PIDF")
  void pab013Accept() {
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c").accept("application/sdp")).code())
        .isEqualTo(406);
    for (final String wildcard : List.of("*/*", "application/*;q=0.1")) {
      assertThat(world.subscribe(Asked.subscribe(wildcard).accept(wildcard)).code()).isEqualTo(200);
      assertThat(world.only().type()).startsWith("application/pidf+xml");
    }
    assertThat(world.subscribe(Asked.subscribe("t").accept("text/*")).code()).isEqualTo(200);
    assertThat(world.only().type()).isEqualTo("text/lpidf");
  }

  @Test
  @DisplayName("PAB-014 XPIDF alone is sent; with PIDF in any order and line PIDF is")
  void pab014ServerPrefers() {
    world.start();
    world.subscribe(Asked.subscribe("c").accept("application/xpidf+xml"));
    final PaWorld.Notify notify = world.only();
    assertThat(notify.type()).isEqualTo("application/xpidf+xml;charset=\"UTF-8\"");
    assertThat(notify.body())
        .contains("<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\">")
        .contains("<presentity uri=\"sip:bob@a;method=SUBSCRIBE\"/>")
        .contains("<atom id=\"none\">")
        .contains("<address uri=\"sip:bob@a\" priority=\"1.00\">")
        .contains("<status status=\"closed\"/>");
    world.subscribe(Asked.subscribe("d").accept("application/xpidf+xml, application/pidf+xml"));
    world.subscribe(
        Asked.subscribe("e").accept("application/xpidf+xml", "Application/PIDF+xml;q=0.1"));
    assertThat(world.taken()).allMatch(n -> n.type().startsWith("application/pidf+xml"));
  }

  @Test
  @DisplayName("PAB-015 CPIM-PIDF and lpidf, by both names of the latter")
  void pab015OtherFormats() {
    world.start();
    world.publish(Asked.publish(Pidf.open("t")));
    world.subscribe(Asked.subscribe("c").accept("application/cpim-pidf+xml"));
    final PaWorld.Notify cpim = world.only();
    assertThat(cpim.type()).isEqualTo("application/cpim-pidf+xml");
    assertThat(cpim.body()).contains("xmlns=\"urn:ietf:params:xml:ns:cpim-pidf\"");
    for (final String name : List.of("text/lpidf", "application/lpidf+xml")) {
      world.subscribe(Asked.subscribe(name).accept(name));
      final PaWorld.Notify lean = world.only();
      assertThat(lean.type()).isEqualTo("text/lpidf");
      assertThat(lean.body()).isEqualTo("To: sip:bob@a\r\nContact: sip:t@192.0.2.9;q=0.50\r\n");
    }
  }

  @Test
  @DisplayName("PAB-016 A refresh addressed to our Contact: 200, NOTIFY in the same dialog")
  void pab016Refresh() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    final long first = world.only().cseq();
    final FakeCall call = world.subscribe(Asked.refresh("c", 2).expires(100));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("100");
    final PaWorld.Notify notify = world.only();
    assertThat(notify.cseq()).isEqualTo(first + 1);
    assertThat(notify.state()).isEqualTo("active;expires=100");
    assertThat(notify.body()).contains("none");
  }

  @Test
  @DisplayName("PAB-017 A To-tag of no known dialog: 481 and -1")
  void pab017UnknownDialog() {
    world.start();
    final FakeCall call = world.subscribe(Asked.subscribe("c").toTag("x"));
    assertThat(call.code()).isEqualTo(481);
    assertThat(call.returnCode()).isEqualTo(-1);
  }

  @Test
  @DisplayName("A CSeq out of order: 500; a SUBSCRIBE sent again: the same reply, no second NOTIFY")
  void order() {
    world.start();
    world.subscribe(Asked.subscribe("c").cseq(5));
    assertThat(world.subscribe(Asked.refresh("c", 4)).code()).isEqualTo(500);
    assertThat(world.subscribe(Asked.subscribe("c").cseq(5)).code()).isEqualTo(200);
    assertThat(world.taken()).hasSize(1);
    assertThat(world.rpc("pa.trace").structs.get(0)).containsEntry("registrar_watchers", 1L);
  }

  @Test
  @DisplayName("PAB-018 Whoever leaves gets a last NOTIFY and hears nothing afterwards")
  void pab018Unsubscribe() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    assertThat(world.subscribe(Asked.refresh("c", 2).expires(0)).code()).isEqualTo(200);
    final PaWorld.Notify last = world.only();
    assertThat(last.state()).isEqualTo("terminated;reason=timeout");
    assertThat(last.body()).contains("none");
    world.publish(Asked.publish(Pidf.open("t")));
    world.advance(10);
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("PAB-019 Who does not refresh is told so within an interval and a second")
  void pab019Expires() {
    world.start();
    world.subscribe(Asked.subscribe("c").expires(60));
    world.taken();
    world.advance(59);
    assertThat(world.taken()).isEmpty();
    world.advance(4);
    assertThat(world.only().state()).isEqualTo("terminated;reason=timeout");
    assertThat(world.rpc("pa.list").structs).isEmpty();
  }

  @Test
  @DisplayName("PAB-020 A watcher that answers 481 hears nothing more")
  void pab020Gone() {
    world.start();
    world.reaction = r -> 481;
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    world.publish(Asked.publish(Pidf.open("t")));
    world.advance(5);
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("PAB-021 A watcher that does not answer is forgotten, unless ignore_408_on_notify")
  void pab021Silent() {
    for (final int ignore : new int[] {0, 1}) {
      final PaWorld other = new PaWorld().param("ignore_408_on_notify", ignore).start();
      other.reaction = r -> 408;
      other.subscribe(Asked.subscribe("c"));
      other.taken();
      other.publish(Asked.publish(Pidf.open("t")));
      other.advance(5);
      assertThat(other.taken()).hasSize(ignore);
    }
  }

  @Test
  @DisplayName("PAB-022 auth=implicit: pending without body, until pa.authorize")
  void pab022Pending() {
    world.param("auth", "implicit").start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(202);
    final PaWorld.Notify pending = world.only();
    assertThat(pending.state()).startsWith("pending;expires=");
    assertThat(pending.body()).isEmpty();
    assertThat(pending.type()).isEmpty();
    world.publish(Asked.publish(Pidf.open("t")));
    world.advance(5);
    assertThat(world.taken()).isEmpty();
    assertThat(world.rpc("pa.authorize", "registrar", "bob@a", "sip:eve@a").fault).isEqualTo(404);
    assertThat(world.rpc("pa.authorize", "registrar", "bob@a", "sip:alice@a").finished).isTrue();
    world.advance(2);
    final PaWorld.Notify active = world.only();
    assertThat(active.state()).startsWith("active;expires=");
    assertThat(active.body()).contains("open");
  }

  @Test
  @DisplayName("PAB-023 Two dialogs with different Event ids hear their own")
  void pab023EventIds() {
    world.start();
    world.subscribe(Asked.subscribe("c").event("presence;id=1"));
    world.subscribe(Asked.subscribe("d").event("presence;id=2"));
    assertThat(world.taken())
        .extracting(n -> n.find("Event").orElse(""))
        .containsExactly("presence;id=1", "presence;id=2");
    assertThat(world.subscribe(Asked.refresh("c", 2).event("presence;id=2")).code()).isEqualTo(481);
    assertThat(world.subscribe(Asked.refresh("c", 2).event("presence;id=1")).code()).isEqualTo(200);
    assertThat(world.only().find("Event")).contains("presence;id=1");
  }

  @Test
  @DisplayName("PAB-025 Equal users of two hosts are two presentities, whatever the letter case")
  void pab025Hosts() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.subscribe(Asked.subscribe("d").target("sip:bob@b"));
    world.taken();
    world.publish(Asked.publish(Pidf.open("t")).target("sip:BOB@A"));
    world.advance(2);
    assertThat(world.only().request().callId()).isEqualTo("c");
  }

  @Test
  @DisplayName("To names the presentity when the Request-URI has no user; neither has one: 400")
  void presentityOfTo() {
    world.start();
    world.subscribe(Asked.subscribe("c").requestUri("sip:a"));
    assertThat(world.only().body()).contains("pres:bob@a");
    assertThat(world.subscribe(Asked.subscribe("d").target("sip:a")).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("What does not parse, and a missing Contact: 400")
  void malformed() {
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c").contact(Optional.empty())).code())
        .isEqualTo(400);
    assertThat(world.subscribe(Asked.subscribe("c").expires("soon")).code()).isEqualTo(400);
    assertThat(world.subscribe(Asked.subscribe("c").malformed("headers")).code()).isEqualTo(400);
    assertThat(world.subscribe(Asked.subscribe("c").from("tel:1")).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("Contact in the answer to a NOTIFY is the new target, unless notify_is_refresh=0")
  void target() {
    for (final int refresh : new int[] {0, 1}) {
      final PaWorld other = new PaWorld().param("notify_is_refresh", refresh).start();
      other.contactInAnswers = Optional.of("sip:moved@192.0.2.8");
      other.subscribe(Asked.subscribe("c"));
      other.taken();
      other.publish(Asked.publish(Pidf.open("t")));
      other.advance(2);
      assertThat(other.only().request().remoteTarget())
          .isEqualTo(refresh == 1 ? "sip:moved@192.0.2.8" : "sip:alice@192.0.2.7:5062");
    }
  }

  @Test
  @DisplayName("A transport other than UDP shows in our Contact")
  void transport() {
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c").proto("tcp")).header("Contact"))
        .isEqualTo("<sip:192.0.2.1:5060;transport=tcp>");
    assertThat(world.only().find("Contact")).contains("<sip:192.0.2.1:5060;transport=tcp>");
  }

  @Test
  @DisplayName("PAB-003 Letter case of a domain's name does not count")
  void pab003DomainCase() {
    world.start();
    world.subscribe(Asked.subscribe("c"), "Registrar");
    world.taken();
    world.publish(Asked.publish(Pidf.open("t")), "REGISTRAR");
    world.advance(2);
    assertThat(world.only().body()).contains("open");
  }

  @Test
  @DisplayName("PAB-053 check_subscription_status tells what became of this very message")
  void pab053Status() {
    world.param("auth", "implicit").start();
    final Asked asked = Asked.subscribe("c");
    world.subscribe(asked);
    assertThat(world.function("check_subscription_status", asked, "pending")).isEqualTo(1);
    assertThat(world.function("check_subscription_status", asked, "active")).isEqualTo(-1);
    final Asked other = Asked.subscribe("d").expires(0);
    assertThat(world.function("check_subscription_status", other, "pending")).isEqualTo(-1);
    world.subscribe(other);
    assertThat(world.function("check_subscription_status", other, "terminated")).isEqualTo(1);
  }
}
