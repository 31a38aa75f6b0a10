// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DurabilityTest {
  private static final String TAG = "tag-c1-f1";
  private final World world = new World();

  private FakeCall open(final Requests request) {
    return world.call("handle_publish", Optional.of(request.build()));
  }

  @Test
  @DisplayName("the 200 leaves after the commit, and the NOTIFY after the 200")
  void acknowledgedWhenCommitted() {
    world.start();
    world.subscribe(subscribe());
    world.peers.log.clear();
    world.store.paused = true;
    final FakeCall call = world.publish(publish().body(pidf("t1", "open")));
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.replies).isEmpty();
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    world.store.resume();
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.log).containsExactly("reply 200", "NOTIFY 2");
  }

  @Test
  @DisplayName(
      "who has heard the 200 finds what it promised, also before the engine has heard of it")
  void readsWhatWasAcknowledged() {
    world.start();
    world.newsComesLate = true;
    final FakeCall publish = world.publish(publish().body(pidf("t1", "open")));
    assertThat(publish.code()).isEqualTo(200);
    final FakeCall subscribe = world.subscribe(subscribe());
    final FakeCall fetch = world.subscribe(subscribe().callId("fetch").expires("0"));
    final FakeRpc list = world.rpc("presence.presentity_list");
    assertThat(subscribe.code()).isEqualTo(200);
    assertThat(fetch.code()).isEqualTo(200);
    assertThat(world.peers.notifies).isEmpty();
    assertThat(list.finished).isFalse();
    world.hearNews();
    assertThat(world.peers.notifies).hasSize(2).allMatch(n -> n.body().contains("open"));
    assertThat(list.finished).isTrue();
    assertThat(list.structs).hasSize(1);
  }

  @Test
  @DisplayName("a second change of the same presentity waits for the first, and sees its outcome")
  void oneUncommittedChange() {
    world.start();
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.store.paused = true;
    final FakeCall first = world.publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
    final FakeCall second = world.publish(publish().ifMatch(tag).body(pidf("t1", "open")));
    assertThat(second.ended()).isFalse();
    world.store.resume();
    assertThat(first.code()).isEqualTo(200);
    assertThat(second.code()).isEqualTo(412);
  }

  @Test
  @DisplayName("other presentities do not wait")
  void othersGoOn() {
    world.start();
    world.store.paused = true;
    world.publish(publish().body(pidf("t1", "open")));
    final FakeCall other =
        world.publish(publish().target("sip:carol@d").ifMatch("a.1.1.1.1").expires(0));
    assertThat(other.code()).isEqualTo(412);
  }

  @Test
  @DisplayName("a change that the database refuses is answered 500 and never was")
  void refused() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    world.store.refusing = true;
    final FakeCall call = world.publish(publish().body(pidf("t1", "open")));
    assertThat(call.code()).isEqualTo(500);
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThat(world.peers.take()).isEmpty();
    world.store.refusing = false;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("without a database the answer is the busy answer")
  void unavailable() {
    world.start();
    world.store.unavailable = true;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).busy).isTrue();
    world.store.unavailable = false;
    world.store.full = true;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).busy).isTrue();
    world.store.full = false;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("a commit whose 200 came too late is taken back: no ghost in memory or table")
  void tooLate() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    final FakeCall call = open(publish().body(pidf("t1", "open")));
    call.delivery = Delivery.TOO_LATE;
    world.settle();
    assertThat(call.busy).isTrue();
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    final FakeCall modify = open(publish().ifMatch(tag).body(pidf("t1", "closed")));
    modify.delivery = Delivery.TOO_LATE;
    world.settle();
    assertThat(world.store.publication().etag()).isEqualTo(tag);
    assertThat(world.publish(publish().ifMatch(tag).expires(0)).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("taking back goes on until the database is there again")
  void tooLateWithoutDatabase() {
    world.start();
    final FakeCall call = open(publish().body(pidf("t1", "open")));
    call.delivery = Delivery.TOO_LATE;
    world.tasks.poll().run();
    world.store.unavailable = true;
    world.settle();
    assertThat(world.store.publications).hasSize(1);
    world.advance(3);
    world.store.unavailable = false;
    world.advance(3);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("a reply for a transaction that is gone counts: the change stays")
  void gone() {
    world.start();
    final FakeCall call = open(publish().body(pidf("t1", "open")));
    call.delivery = Delivery.GONE;
    world.settle();
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(1);
  }

  @Test
  @DisplayName("too many operations on one presentity get the busy answer")
  void boundedQueue() {
    world.start();
    world.store.paused = true;
    for (int i = 0; i <= PresenceLimits.WAITING_OPERATIONS; i++) {
      assertThat(world.publish(publish().body(pidf("t" + i, "open"))).busy).isFalse();
    }
    assertThat(world.publish(publish().body(pidf("more", "open"))).busy).isTrue();
  }

  @Test
  @DisplayName("a large body keeps its place in the order of arrival")
  void largeBodyKeepsOrder() {
    world.start();
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    final String large =
        pidf("t1", "open")
            .replace("</presence>", "<note>" + "x".repeat(9000) + "</note></presence>");
    final FakeCall first = open(publish().ifMatch(tag).body(large));
    final FakeCall second = open(publish().ifMatch(tag).body(pidf("t1", "closed")));
    world.settle();
    assertThat(first.code()).isEqualTo(200);
    assertThat(second.code()).isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-076 the row of a subscription: at the 200, soon, or never, as the mode says")
  void pres076() {
    for (final int mode : new int[] {0, 1, 2}) {
      final World each = new World().param("subs_db_mode", mode).start();
      final FakeCall call = each.subscribe(subscribe());
      assertThat(call.code()).isEqualTo(200);
      assertThat(each.store.subscriptions).hasSize(mode == 1 ? 1 : 0);
      each.advance(1);
      assertThat(each.store.subscriptions).hasSize(mode == 0 ? 0 : 1);
      each.subscribe(subscribe().toTag(TAG).cseq(2).expires(0));
      each.advance(1);
      assertThat(each.store.subscriptions).isEmpty();
    }
  }

  @Test
  @DisplayName("subs_db_mode=1: SUBSCRIBE is answered and notified after the commit, or not at all")
  void writeThrough() {
    world.param("subs_db_mode", 1).start();
    assertThat(world.module("presence").mayDefer()).contains("handle_subscribe", "handle_publish");
    world.store.paused = true;
    final FakeCall call = world.subscribe(subscribe());
    assertThat(call.replies).isEmpty();
    assertThat(world.peers.notifies).isEmpty();
    world.publish(publish().target("sip:bob@d").body(pidf("t1", "open")));
    world.store.resume();
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.last().body()).contains("open");
    final FakeCall refresh =
        world.call(
            "handle_subscribe",
            Optional.of(subscribe().toTag(TAG).cseq(2).contact("sip:new@h").build()));
    refresh.delivery = Delivery.TOO_LATE;
    world.settle();
    assertThat(world.store.subscription().contact()).isEqualTo("sip:alice@192.0.2.7:5062");
    world.publish(publish().body(pidf("t2", "open")));
    assertThat(world.peers.last().request().remoteTarget()).isEqualTo("sip:alice@192.0.2.7:5062");
  }

  @Test
  @DisplayName("subs_db_mode=1: a subscription that is not committed is not there")
  void writeThroughRefused() {
    world.param("subs_db_mode", 1).start();
    world.store.refusing = true;
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(500);
    world.store.refusing = false;
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(-1);
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(200);
    final FakeCall leave = world.subscribe(subscribe().toTag(TAG).cseq(2).expires(0));
    assertThat(leave.code()).isEqualTo(200);
    assertThat(world.store.subscriptions).isEmpty();
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=timeout");
  }

  @Test
  @DisplayName("PRES-075 a subscription survives a restart; CSeq goes on above the last")
  void pres075() {
    world.start();
    world.publish(publish().body(pidf("t1", "open")));
    world.subscribe(subscribe());
    world.publish(publish().body(pidf("t2", "open")));
    final long last = world.peers.last().cseq();
    world.stop();
    assertThat(world.store.subscription().localCseq()).isEqualTo(last);
    final World next = new World(world.store);
    next.epoch = 2;
    next.start();
    final FakeCall refresh = next.subscribe(subscribe().toTag(TAG).cseq(2));
    assertThat(refresh.code()).isEqualTo(200);
    next.advance(1);
    assertThat(next.peers.last().cseq()).isGreaterThan(last);
    assertThat(next.peers.last().body()).contains("t1").contains("t2");
    final String tag = next.publish(publish().body(pidf("t3", "open"))).etag();
    assertThat(world.store.publications).hasSize(3);
    assertThat(tag).matches("a\\." + World.START + "\\.\\d+2\\.1\\.0");
  }

  @Test
  @DisplayName("PRES-075 after a crash CSeq is above whatever was sent, again and again")
  void crashes() {
    world.start();
    world.subscribe(subscribe());
    world.advance(1);
    long last = world.peers.last().cseq();
    World before = world;
    for (int epoch = 2; epoch < 6; epoch++) {
      final World next = new World(before.store);
      next.epoch = epoch;
      next.start();
      String tag = "";
      for (int i = 0; i < 300; i++) {
        next.publish(publish().target("sip:bob@d").body(pidf("x", "open")).expires(1));
        next.advance(2);
      }
      assertThat(next.peers.notifies.get(0).cseq()).isGreaterThan(last);
      last = next.peers.last().cseq();
      before = next;
    }
  }

  @Test
  @DisplayName("what expired while nobody served is told and cleared at the next start")
  void expiredWhileDown() {
    world.start();
    world.publish(publish().expires(100).body(pidf("t1", "open")));
    world.subscribe(subscribe().expires(3600));
    world.subscribe(subscribe().callId("c2").expires(100));
    world.stop();
    final World next = new World(world.store);
    next.advance(200);
    next.start();
    next.advance(1);
    assertThat(next.peers.take()).hasSize(1).allMatch(n -> n.body().contains("closed"));
    assertThat(world.store.publications).isEmpty();
    assertThat(world.store.subscription().callId()).isEqualTo("c1");
  }

  @Test
  @DisplayName("write-back waits for the database and loses nothing")
  void writeBackWithoutDatabase() {
    world.start();
    world.store.unavailable = true;
    world.subscribe(subscribe());
    world.advance(5);
    world.store.unavailable = false;
    world.store.full = true;
    world.advance(5);
    assertThat(world.store.subscriptions).isEmpty();
    world.store.full = false;
    world.advance(2);
    assertThat(world.store.subscriptions).hasSize(1);
  }

  @Test
  @DisplayName("a row that the database refuses does not take its neighbours along")
  void writeBackPoison() {
    world.start();
    world.store.poison =
        change ->
            change instanceof Change.PutSubscription put && put.row().callId().equals("poison");
    world.subscribe(subscribe().callId("before"));
    world.subscribe(subscribe().callId("poison"));
    world.subscribe(subscribe().callId("after"));
    world.advance(2);
    assertThat(world.store.subscriptions.values())
        .extracting(SubscriptionRow::callId)
        .containsExactlyInAnyOrder("before", "after");
  }

  @Test
  @DisplayName("a stop writes the good rows of a write-back that was refused")
  void flushOfPoison() {
    world.start();
    world.store.poison =
        change ->
            change instanceof Change.PutSubscription put && put.row().callId().equals("poison");
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("poison"));
    world.stop();
    assertThat(world.store.subscription().callId()).isEqualTo("c1");
  }

  @Test
  @DisplayName("who subscribes or fetches when a 200 has left is told what it acknowledged")
  void askedWhileTheReplyLeaves() {
    world.start();
    final FakeCall publish = open(publish().body(pidf("t1", "open")));
    final FakeCall fetch =
        world.call("handle_subscribe", Optional.of(subscribe().callId("fetch").expires(0).build()));
    final FakeCall watch = world.call("handle_subscribe", Optional.of(subscribe().build()));
    final FakeCall again = world.call("handle_subscribe", Optional.of(subscribe().build()));
    world.settle();
    assertThat(publish.code()).isEqualTo(200);
    assertThat(fetch.code()).isEqualTo(200);
    assertThat(watch.code()).isEqualTo(200);
    assertThat(again.code()).as("a retransmission meanwhile").isEqualTo(200);
    assertThat(world.peers.take()).hasSize(2).allMatch(n -> n.body().contains("t1"));
    world.advance(1);
    assertThat(world.store.subscriptions).hasSize(1);
  }

  @Test
  @DisplayName("the age of the oldest uncommitted change counts what an answer waits for, no more")
  void uncommittedAge() {
    world.start();
    world.store.paused = true;
    world.subscribe(subscribe());
    world.advance(2);
    assertThat(world.module("presence").uncommittedAgeNanos()).as("written back").isZero();
    world.publish(publish().body(pidf("t", "open")));
    world.advance(1);
    assertThat(world.module("presence").uncommittedAgeNanos()).isEqualTo(1_000_000_000L);
    world.store.resume();
    assertThat(world.module("presence").uncommittedAgeNanos()).isZero();
  }

  @Test
  @DisplayName("counters are written before half of a block is used, not with each NOTIFY")
  void countersAreWrittenSeldom() {
    world.start();
    world.subscribe(subscribe());
    world.advance(1);
    final String first = world.publish(publish().body(pidf("t", "open"))).etag();
    String tag = first;
    for (int i = 0; i < PresenceLimits.COUNTER_STEP; i++) {
      tag = world.publish(publish().ifMatch(tag).body(pidf("t" + i, "open"))).etag();
    }
    world.advance(1);
    assertThat(world.store.subscription().localCseq())
        .isGreaterThanOrEqualTo(PresenceLimits.COUNTER_STEP);
    assertThat(world.peers.last().cseq() - world.store.subscription().localCseq())
        .isLessThan(PresenceLimits.COUNTER_BLOCK / 2);
  }

  @Test
  @DisplayName("a watcher that is gone while its refresh is being committed stays gone or stays")
  void goneDuringRefresh() {
    world.param("subs_db_mode", 1).start();
    world.peers.reaction = r -> Reaction.SILENT;
    world.subscribe(subscribe());
    world.store.paused = true;
    world.subscribe(subscribe().toTag(TAG).cseq(2));
    world.peers.answerAll(Reaction.UNKNOWN);
    world.peers.reaction = r -> Reaction.OK;
    world.store.resume();
    world.advance(2);
    final int known = world.function("pres_has_subscribers", "sip:bob@d", "presence");
    assertThat(world.store.subscriptions).hasSize(known == 1 ? 1 : 0);
  }
}
