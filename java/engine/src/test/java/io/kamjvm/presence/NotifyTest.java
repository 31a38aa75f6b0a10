// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Reaction;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NotifyTest {
  final World world = world();

  /** A server in the mode that is tested. */
  World world() {
    return new World();
  }

  private String publishOpen() {
    return world.publish(publish().expires(600).body(pidf("t1", "open"))).etag();
  }

  @Test
  @DisplayName("PRES-057 the headers of a NOTIFY")
  void pres057() {
    world.start();
    publishOpen();
    world.subscribe(subscribe().expires(600));
    final Peers.Notify notify = world.peers.last();
    assertThat(notify.request().method()).isEqualTo("NOTIFY");
    assertThat(notify.request().localUri()).isEqualTo("sip:bob@d");
    assertThat(notify.request().remoteUri()).isEqualTo("sip:alice@d");
    assertThat(notify.request().remoteTag()).isEqualTo("f1");
    assertThat(notify.request().callId()).isEqualTo("c1");
    assertThat(notify.request().socket()).contains("udp:192.0.2.1:5060");
    assertThat(notify.request().headers())
        .isEqualTo(
            "Max-Forwards: 70\r\nEvent: presence\r\n"
                + "Contact: <sip:192.0.2.1:5060;transport=udp>\r\n"
                + "Subscription-State: active;expires=600\r\n"
                + "Content-Type: application/pidf+xml\r\n");
    assertThat(notify.request().subscription().orElseThrow().localCseq()).isZero();
  }

  @Test
  @DisplayName("PRES-058 without documents the NOTIFY has neither body nor Content-Type")
  void pres058() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(world.peers.last().find("Content-Type")).isEmpty();
  }

  @Test
  @DisplayName("PRES-059 a PUBLISH is notified with the remaining time and the aggregate")
  void pres059() {
    world.start();
    publishOpen();
    world.subscribe(subscribe().expires(600));
    world.advance(100);
    world.publish(publish().body(noted("t2", "busy")));
    final Peers.Notify notify = world.peers.last();
    assertThat(notify.state()).isEqualTo("active;expires=500");
    assertThat(notify.cseq()).isEqualTo(2);
    assertThat(notify.body()).contains("id=\"t1\"").contains("id=\"t2\"").contains("busy");
  }

  @Test
  @DisplayName("PRES-060 each PUBLISH is notified; of a burst the last one shows the last state")
  void pres060() {
    world.start();
    String tag = publishOpen();
    world.subscribe(subscribe());
    world.peers.take();
    for (int i = 0; i < 5; i++) {
      tag = world.publish(publish().ifMatch(tag).body(noted("t1", "n" + i))).etag();
    }
    assertThat(world.peers.take()).hasSize(5);
    world.peers.reaction = r -> Reaction.SILENT;
    for (int i = 0; i < 20; i++) {
      tag = world.publish(publish().ifMatch(tag).body(noted("t1", "burst" + i))).etag();
    }
    assertThat(world.peers.notifies).hasSize(1);
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.notifies).hasSize(2);
    assertThat(world.peers.last().body()).contains("burst19");
  }

  @Test
  @DisplayName("PRES-061 CSeq and version begin above 0 and rise by one")
  void pres061() {
    world.start();
    world.subscribe(subscribe());
    publishOpen();
    assertThat(world.peers.notifies).extracting(Peers.Notify::cseq).containsExactly(1L, 2L);
  }

  @Test
  @DisplayName(
      "PRES-062 send_fast_notify=0 is silent until PUBLISH, except with watcher information")
  void pres062() {
    world.param("send_fast_notify", 0).start();
    world.subscribe(subscribe().event("message-summary"));
    assertThat(world.peers.take()).isEmpty();
    world.publish(publish().event("message-summary").body(Bodies.VOICE_MAIL));
    assertThat(world.peers.take()).hasSize(1);
    world.subscribe(subscribe().event("message-summary").toTag("tag-c1-f1").cseq(2).expires(0));
    assertThat(world.peers.take()).hasSize(1);
    world.subscribe(subscribe().callId("c2"));
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("PRES-063 481 and 404 end the subscription, other refusals do not")
  void pres063() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("c2"));
    world.subscribe(subscribe().callId("c3"));
    world.peers.reaction =
        r ->
            switch (r.callId()) {
              case "c1" -> Reaction.UNKNOWN;
              case "c2" -> Reaction.NOT_FOUND;
              default -> Reaction.REFUSE;
            };
    final String tag = publishOpen();
    world.peers.reaction = r -> Reaction.OK;
    world.peers.take();
    world.publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
    assertThat(world.peers.take()).extracting(n -> n.request().callId()).containsExactly("c3");
    world.advance(1);
    assertThat(world.store.subscription().callId()).isEqualTo("c3");
  }

  @Test
  @DisplayName("PRES-064 a NOTIFY without answer ends the subscription if timeout_rm_subs says so")
  void pres064() {
    for (final int remove : new int[] {0, 1}) {
      final World each = world().param("timeout_rm_subs", remove).start();
      each.subscribe(subscribe());
      each.peers.reaction = r -> Reaction.TIMEOUT;
      final String tag = each.publish(publish().body(pidf("t1", "open"))).etag();
      each.peers.reaction = r -> Reaction.OK;
      each.peers.take();
      each.publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
      assertThat(each.peers.take()).hasSize(1 - remove);
    }
  }

  @Test
  @DisplayName("a watcher that has refreshed since is not ended by the older NOTIFY's 408")
  void refreshBeatsTimeout() {
    world.start();
    world.peers.reaction = r -> Reaction.SILENT;
    world.subscribe(subscribe());
    world.subscribe(subscribe().toTag("tag-c1-f1").cseq(2));
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.TIMEOUT);
    world.peers.take();
    publishOpen();
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("PRES-067 a dropped NOTIFY leaves the subscription; the next one is sent")
  void pres067() {
    world.start();
    world.peers.reaction = r -> Reaction.DROP;
    world.subscribe(subscribe());
    assertThat(world.peers.take()).isEmpty();
    world.peers.reaction = r -> Reaction.OK;
    publishOpen();
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("PRES-068 expiry is told once, without body, and the row is gone")
  void pres068() {
    world.start();
    publishOpen();
    world.subscribe(subscribe().expires(300));
    world.peers.take();
    world.advance(299);
    assertThat(world.peers.take()).isEmpty();
    world.advance(2);
    final List<Peers.Notify> notifies = world.peers.take();
    assertThat(notifies).hasSize(1);
    assertThat(notifies.get(0).state()).isEqualTo("terminated;reason=timeout");
    assertThat(notifies.get(0).body()).isEmpty();
    assertThat(world.store.subscriptions).isEmpty();
    world.advance(1000);
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("PRES-069 a message-summary refresh without body gives watchers no empty document")
  void pres069() {
    world.start();
    final String tag =
        world.publish(publish().event("message-summary").body(Bodies.VOICE_MAIL)).etag();
    world.subscribe(subscribe().event("message-summary"));
    assertThat(world.peers.last().body()).isEqualTo(Bodies.VOICE_MAIL);
    world.publish(publish().event("message-summary").ifMatch(tag));
    assertThat(world.peers.notifies).allMatch(n -> n.body().equals(Bodies.VOICE_MAIL));
  }

  @Test
  @DisplayName("PRES-070 the sender is not told what it has caused")
  void pres070() {
    world.start();
    world.subscribe(subscribe().contact("sip:alice@192.0.2.7"));
    world.subscribe(subscribe().callId("c2").contact("sip:other@192.0.2.8"));
    world.peers.take();
    world.publish(publish().body(pidf("t1", "open")), "sip:alice@192.0.2.7");
    assertThat(world.peers.take()).extracting(n -> n.request().callId()).containsExactly("c2");
  }

  @Test
  @DisplayName("a NOTIFY that can not be sent leaves the subscription and is tried again")
  void unsent() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("c2"));
    world.peers.take();
    world.peers.reaction = r -> r.callId().equals("c1") ? Reaction.UNSENT : Reaction.OK;
    publishOpen();
    assertThat(world.peers.take()).extracting(n -> n.request().callId()).containsExactly("c2");
    world.peers.reaction = r -> Reaction.OK;
    world.advance(3);
    final List<Peers.Notify> late = world.peers.take();
    assertThat(late).extracting(n -> n.request().callId()).containsExactly("c1");
    assertThat(late.get(0).body()).contains("open");
  }

  @Test
  @DisplayName("after a slow send the dialog uses the slow lane")
  void slowLane() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.peers.last().request().slow()).isFalse();
    final var presentity = "sip:bob@d";
    assertThat(world.function("pres_has_subscribers", presentity, "presence")).isEqualTo(1);
    world.peers.slow = true;
    publishOpen();
    world.publish(publish().body(pidf("t2", "open")));
    assertThat(world.peers.last().request().slow()).isTrue();
  }

  @Test
  @DisplayName("PRES-102 sip_uri_match=1 lets sip:BOB@d reach the watcher of sip:bob@d")
  void pres102() {
    for (final int insensitive : new int[] {0, 1}) {
      final World each = world().param("sip_uri_match", insensitive).start();
      each.subscribe(subscribe());
      each.peers.take();
      each.publish(publish().target("sip:BOB@d").body(pidf("t1", "open")));
      assertThat(each.peers.take()).hasSize(insensitive);
    }
  }

  @Test
  @DisplayName("PRES-103 retrieve_order=1: the document of highest priority is the base")
  void pres103() {
    world.param("retrieve_order", 1).param("xavp_cfg", "pres").start();
    world.publish(
        publish()
            .event("message-summary")
            .xavp("pres=>priority", "20")
            .body("Messages-Waiting: yes\r\n"));
    world.publish(
        publish()
            .event("message-summary")
            .xavp("pres=>priority", "10")
            .body("Messages-Waiting: no\r\n"));
    world.subscribe(subscribe().event("message-summary"));
    assertThat(world.peers.last().body()).isEqualTo("Messages-Waiting: yes\r\n");
    world.publish(publish().xavp("pres=>priority", "20").body(noted("high", "h")));
    world.publish(publish().xavp("pres=>priority", "10").body(noted("low", "l")));
    world.subscribe(subscribe().callId("c2"));
    final String body = world.peers.last().body();
    assertThat(body.indexOf("\"high\"")).isPositive().isLessThan(body.indexOf("\"low\""));
  }

  @Test
  @DisplayName("a crowd of watchers is told in slices, every one of them once")
  void crowd() {
    world.start();
    for (int i = 0; i < 300; i++) {
      world.subscribe(subscribe().callId("c" + i));
    }
    world.peers.take();
    publishOpen();
    final List<Peers.Notify> told = world.peers.take();
    assertThat(told).hasSize(300);
    assertThat(told).extracting(n -> n.request().callId()).doesNotHaveDuplicates();
    assertThat(told)
        .extracting(n -> n.request().body())
        .allMatch(b -> b == told.get(0).request().body());
  }
}
