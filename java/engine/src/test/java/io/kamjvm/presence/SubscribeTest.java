// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SubscribeTest {
  private static final String TAG = "tag-c1-f1";
  final World world = world();

  /** A server in the mode that is tested. */
  World world() {
    return new World();
  }

  private Requests refresh(final long cseq) {
    return subscribe().toTag(TAG).cseq(cseq);
  }

  @Test
  @DisplayName(
      "PRES-036 initial SUBSCRIBE is answered 200 with Expires, Contact and To-tag, then notified")
  void pres036() {
    world.start();
    final FakeCall call = world.subscribe(subscribe().expires(600));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.reply().reason()).isEqualTo("OK");
    assertThat(call.header("Expires")).isEqualTo("600");
    assertThat(call.header("Contact")).isEqualTo("<sip:192.0.2.1:5060;transport=udp>");
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.peers.last().request().localTag()).isEqualTo(TAG);
    assertThat(world.peers.log).containsExactly("reply 200", "NOTIFY 1");
  }

  @Test
  @DisplayName("PRES-037 subs_respond_200=0 answers 202")
  void pres037() {
    world.param("subs_respond_200", 0).start();
    final FakeCall call = world.subscribe(subscribe());
    assertThat(call.code()).isEqualTo(202);
    assertThat(call.reply().reason()).isEqualTo("OK");
  }

  @Test
  @DisplayName("PRES-038 no Expires and a large one are granted 3600")
  void pres038() {
    world.start();
    assertThat(world.subscribe(subscribe()).header("Expires")).isEqualTo("3600");
    assertThat(world.subscribe(subscribe().callId("c2").expires(99999)).header("Expires"))
        .isEqualTo("3600");
  }

  @Test
  @DisplayName("PRES-039 min_expires refuses or raises, but never Expires 0")
  void pres039() {
    world.param("min_expires", 120).start();
    final FakeCall call = world.subscribe(subscribe().expires(60));
    assertThat(call.code()).isEqualTo(423);
    assertThat(call.header("Min-Expires")).isEqualTo("120");
    assertThat(world.subscribe(subscribe().expires(0)).code()).isEqualTo(200);
    final World raising = world().param("min_expires", 120).param("min_expires_action", 2).start();
    assertThat(raising.subscribe(subscribe().expires(60)).header("Expires")).isEqualTo("120");
  }

  @Test
  @DisplayName("PRES-040 a missing or unknown Event is answered 489 with Allow-Events")
  void pres040() {
    world.start();
    assertThat(world.subscribe(subscribe().event(null)).header("Allow-Events"))
        .isEqualTo("message-summary, xcap-diff, presence.winfo, presence");
    assertThat(world.subscribe(subscribe().event("foo")).code()).isEqualTo(489);
  }

  @Test
  @DisplayName("PRES-041 Event: presence;id=7 is accepted and echoed in NOTIFY")
  void pres041() {
    world.start();
    assertThat(world.subscribe(subscribe().event("presence;id=7")).code()).isEqualTo(200);
    assertThat(world.peers.last().header("Event")).isEqualTo("presence;id=7");
  }

  @Test
  @DisplayName("PRES-042 no Contact, and Contact: *, are answered 400")
  void pres042() {
    world.start();
    assertThat(world.subscribe(subscribe().contact(null)).code()).isEqualTo(400);
    assertThat(world.subscribe(subscribe().star()).code()).isEqualTo(400);
    assertThat(world.subscribe(subscribe().fromTag(null)).code()).isEqualTo(400);
    assertThat(world.subscribe(subscribe().callId(null)).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-043 unknown tags in a dialog are answered 481")
  void pres043() {
    world.start();
    final FakeCall call = world.subscribe(subscribe().toTag("nobody"));
    assertThat(call.code()).isEqualTo(481);
    assertThat(call.reply().reason()).isEqualTo("Subscription does not exist");
    assertThat(call.returnCode()).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-044 a refresh is answered 200 and notified; its Contact is the new target")
  void pres044() {
    world.start();
    world.subscribe(subscribe());
    final FakeCall call = world.subscribe(refresh(2).contact("sip:alice@192.0.2.8").expires(500));
    assertThat(call.code()).isEqualTo(200);
    final Peers.Notify notify = world.peers.last();
    assertThat(notify.cseq()).isEqualTo(2);
    assertThat(notify.request().localTag()).isEqualTo(TAG);
    assertThat(notify.request().remoteTarget()).isEqualTo("sip:alice@192.0.2.8");
    assertThat(notify.state()).isEqualTo("active;expires=500");
  }

  @Test
  @DisplayName("PRES-045 an equal or lower CSeq is answered 400; cseq_offset=1 lets equal pass")
  void pres045() {
    world.start();
    world.subscribe(subscribe().cseq(5));
    final FakeCall equal = world.subscribe(refresh(5));
    assertThat(equal.code()).isEqualTo(400);
    assertThat(equal.reply().reason()).isEqualTo("Bad request");
    assertThat(world.subscribe(refresh(4)).code()).isEqualTo(400);
    final World tolerant = world().param("cseq_offset", 1).start();
    tolerant.subscribe(subscribe().cseq(5));
    assertThat(tolerant.subscribe(refresh(5)).code()).isEqualTo(200);
    assertThat(tolerant.subscribe(refresh(4)).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-046 unsubscribing: 200, a last NOTIFY with body, then silence and 481")
  void pres046() {
    world.start();
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.subscribe(subscribe());
    world.peers.take();
    final FakeCall call = world.subscribe(refresh(2).expires(0));
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("0");
    final List<Peers.Notify> last = world.peers.take();
    assertThat(last).hasSize(1);
    assertThat(last.get(0).state()).isEqualTo("terminated;reason=timeout");
    assertThat(last.get(0).body()).contains("<basic>open</basic>");
    world.publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.subscribe(refresh(3)).code()).isEqualTo(481);
    world.advance(1);
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName("PRES-047 a fetch gets one terminating NOTIFY with body and leaves nothing")
  void pres047() {
    world.start();
    world.publish(publish().body(pidf("t1", "open")));
    final FakeCall call = world.subscribe(subscribe().expires(0));
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.notifies).hasSize(1);
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=timeout");
    assertThat(world.peers.last().body()).contains("<basic>open</basic>");
    world.advance(2);
    assertThat(world.store.subscriptions).isEmpty();
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-048 the route set is that of the initial request, in its order")
  void pres048() {
    world.start();
    world.subscribe(subscribe().recordRoute("<sip:p1;lr>,<sip:p2;lr>"));
    assertThat(world.peers.last().request().routeSet()).isEqualTo("<sip:p1;lr>,<sip:p2;lr>");
    world.subscribe(refresh(2).recordRoute("<sip:p3;lr>"));
    assertThat(world.peers.last().request().routeSet()).isEqualTo("<sip:p1;lr>,<sip:p2;lr>");
  }

  @Test
  @DisplayName("PRES-049 server_address is our Contact, with the transport where it is not UDP")
  void pres049() {
    world.param("server_address", "sip:10.0.0.1:5060").start();
    final FakeCall tcp = world.subscribe(subscribe().proto("tcp"));
    assertThat(tcp.header("Contact")).isEqualTo("<sip:10.0.0.1:5060;transport=tcp>");
    assertThat(world.peers.last().header("Contact")).isEqualTo("<sip:10.0.0.1:5060;transport=tcp>");
    final FakeCall udp = world.subscribe(subscribe().callId("c2"));
    assertThat(udp.header("Contact")).isEqualTo("<sip:10.0.0.1:5060>");
  }

  @Test
  @DisplayName("PRES-050 without server_address the Contact names socket and transport")
  void pres050() {
    world.start();
    assertThat(world.subscribe(subscribe()).header("Contact"))
        .isEqualTo("<sip:192.0.2.1:5060;transport=udp>");
    assertThat(world.subscribe(subscribe().callId("c2").proto("wss")).header("Contact"))
        .isEqualTo("<sip:192.0.2.1:5060;transport=ws>");
  }

  @Test
  @DisplayName("PRES-051 the watcher_uri argument is who watches; NOTIFY still goes to the From")
  void pres051() {
    world.start();
    world.subscribe(subscribe(), "sip:carol@d");
    world.advance(1);
    final SubscriptionRow row = world.store.subscription();
    assertThat(row.watcherUser()).isEqualTo("carol");
    assertThat(world.peers.last().request().remoteUri()).isEqualTo("sip:alice@d");
    assertThat(world.subscribe(subscribe().callId("c2"), "nonsense").code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-052 another Event in the same dialog is answered 481 and harms nothing")
  void pres052() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.subscribe(refresh(2).event("message-summary")).code()).isEqualTo(481);
    assertThat(world.subscribe(refresh(2)).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PRES-053 a retransmitted SUBSCRIBE gets the same answer and nothing happens twice")
  void pres053() {
    world.start();
    final FakeCall first = world.subscribe(subscribe());
    final FakeCall again = world.subscribe(subscribe());
    assertThat(again.reply()).isEqualTo(first.reply());
    assertThat(world.peers.notifies).hasSize(1);
    world.advance(1);
    assertThat(world.store.subscriptions).hasSize(1);
  }

  @Test
  @DisplayName("PRES-053 a retransmission that overtakes the commit waits for it")
  void pres053Durable() {
    world.param("subs_db_mode", 1).start();
    world.store.paused = true;
    final FakeCall first = world.subscribe(subscribe());
    final FakeCall again = world.subscribe(subscribe());
    assertThat(again.ended()).isFalse();
    world.store.resume();
    assertThat(first.code()).isEqualTo(200);
    assertThat(again.code()).isEqualTo(200);
    assertThat(world.peers.notifies).hasSize(1);
    assertThat(world.store.subscriptions).hasSize(1);
  }

  @Test
  @DisplayName("PRES-054 delete_same_subs=1 leaves one subscription per Call-ID")
  void pres054() {
    world.param("delete_same_subs", 1).start();
    for (final String tag : List.of("f1", "f2", "f3")) {
      world.subscribe(subscribe().fromTag(tag));
    }
    world.advance(1);
    assertThat(world.store.subscription().fromTag()).isEqualTo("f3");
  }

  @Test
  @DisplayName("PRES-055 a Request-URI that does not parse is answered 400")
  void pres055() {
    world.start();
    assertThat(world.subscribe(subscribe().target("nonsense")).code()).isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-056 an Event parameter that makes another package is not ignored")
  void pres056() {
    world.param("presence_xml", "disable_bla", 0).start();
    assertThat(world.subscribe(subscribe().event("dialog")).code()).isEqualTo(489);
    assertThat(world.subscribe(subscribe().event("dialog;sla")).code()).isEqualTo(200);
    assertThat(world.peers.last().header("Event")).isEqualTo("dialog;sla");
    world.advance(1);
    assertThat(world.store.subscription().presentityUri()).isEqualTo("sip:alice@d");
  }

  @Test
  @DisplayName("From that does not parse is answered 400 and ends the script")
  void brokenFrom() {
    world.start();
    final FakeCall call = world.subscribe(subscribe().from("nonsense"));
    assertThat(call.code()).isEqualTo(400);
    assertThat(call.returnCode()).isZero();
  }

  @Test
  @DisplayName("$subs shows the subscription after the call, or nothing with pres_subs_mode=0")
  void subsView() {
    world.start();
    final FakeCall call = world.subscribe(subscribe().expires(600));
    assertThat(call.subscription.orElseThrow().presUri()).isEqualTo("sip:bob@d");
    assertThat(call.subscription.orElseThrow().expires()).isEqualTo(600);
    final World hidden = world().param("pres_subs_mode", 0).start();
    assertThat(hidden.subscribe(subscribe()).subscription).isEmpty();
  }

  @Test
  @DisplayName("a refresh's own NOTIFY leaves by the socket the refresh came by, later ones do not")
  void pathOfRefresh() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(refresh(2).proto("tcp"));
    assertThat(world.peers.last().request().socket()).contains("tcp:192.0.2.1:5060");
    assertThat(world.peers.last().header("Contact"))
        .isEqualTo("<sip:192.0.2.1:5060;transport=tcp>");
    world.publish(publish().body(pidf("a", "open")));
    world.advance(10);
    assertThat(world.peers.last().request().socket()).contains("udp:192.0.2.1:5060");
    world.subscribe(refresh(3).proto("tcp").expires(0));
    assertThat(world.peers.last().state()).startsWith("terminated");
    assertThat(world.peers.last().request().socket()).contains("tcp:192.0.2.1:5060");
  }

  @Test
  @DisplayName("texts longer than their columns are refused")
  void longTexts() {
    world.start();
    assertThat(world.subscribe(subscribe().callId("c".repeat(256))).code()).isEqualTo(400);
    assertThat(world.subscribe(subscribe().contact("sip:" + "a".repeat(300))).code())
        .isEqualTo(400);
    assertThat(world.subscribe(subscribe().event("presence;id=" + "1".repeat(65))).code())
        .isEqualTo(400);
  }
}
