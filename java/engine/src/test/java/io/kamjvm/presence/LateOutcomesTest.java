// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes wrong when outcomes, answers and news come late, each case found by the simulation. */
class LateOutcomesTest {
  private static final String TAG = "tag-c1-f1";
  private final World world = new World();

  @Test
  @DisplayName("a write that failed does not undo a removal that failed after it")
  void olderWriteDoesNotComeBack() {
    world.start();
    world.store.paused = true;
    world.subscribe(subscribe());
    world.advance(1);
    world.subscribe(subscribe().toTag(TAG).cseq(2).expires(0));
    world.advance(1);
    world.store.unavailable = true;
    world.store.resume();
    world.store.unavailable = false;
    world.advance(5);
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName("the last write-back does not undo a refresh whose 200 the engine has not heard of")
  void flushSparesHeldDialogs() {
    world.param("subs_db_mode", 1).start();
    world.subscribe(subscribe());
    world.newsComesLate = true;
    assertThat(world.subscribe(subscribe().toTag(TAG).cseq(2)).code()).isEqualTo(200);
    world.stop();
    assertThat(world.store.subscription().remoteCseq()).isEqualTo(2);
  }

  @Test
  @DisplayName("who watches watchers is told at the next start who has run out meanwhile")
  void missedEndsAreTold() {
    world.start();
    world.subscribe(subscribe().event("presence.winfo").callId("wi").expires(3600));
    world.subscribe(subscribe().expires(100));
    world.stop();
    final World next = new World(world.store);
    next.advance(200);
    next.start();
    next.advance(1);
    assertThat(next.peers.last().request().callId()).isEqualTo("wi");
    assertThat(next.peers.last().body()).contains("state=\"full\"").doesNotContain("<watcher ");
  }

  @Test
  @DisplayName("CSeq rises over restarts of Kamailio that come before any counter is written")
  void countersAreReserved() {
    world.start();
    world.subscribe(subscribe());
    world.advance(1);
    long last = world.peers.last().cseq();
    for (int i = 0; i < 3; i++) {
      final World next = new World(world.store).start();
      next.publish(publish().callId("p" + i).body(pidf("t" + i, "open")));
      next.advance(1);
      assertThat(next.peers.last().cseq()).isGreaterThan(last);
      last = next.peers.last().cseq();
    }
  }

  @Test
  @DisplayName("a start touches no row: counters are reserved before a dialog's first NOTIFY")
  void countersAreReservedLate() {
    world.start();
    world.subscribe(subscribe().callId("idle"));
    world.subscribe(subscribe());
    world.advance(1);
    final Map<String, SubscriptionRow> rows = Map.copyOf(world.store.subscriptions);
    final World next = new World(world.store).start();
    next.advance(1);
    assertThat(world.store.subscriptions).isEqualTo(rows);

    world.store.paused = true;
    assertThat(next.subscribe(subscribe().toTag(TAG).cseq(2)).code()).isEqualTo(200);
    next.advance(2);
    assertThat(next.peers.take()).isEmpty();
    world.store.resume();
    next.advance(1);
    final List<SubscriptionRow> moved =
        world.store.subscriptions.values().stream()
            .filter(row -> !rows.containsValue(row))
            .toList();
    assertThat(moved).hasSize(1);
    assertThat(next.peers.take())
        .hasSize(1)
        .allSatisfy(
            notify ->
                assertThat(notify.cseq() - moved.get(0).localCseq())
                    .isBetween(0L, (long) PresenceLimits.COUNTER_STEP));

    // the next engine finds in the recovery log that nothing was sent in the other one
    next.kill();
    next.advance(1);
    assertThat(world.store.subscriptions.values()).containsAll(moved);
    assertThat(world.store.subscriptions.values().stream().filter(rows::containsValue).count())
        .isOne();
  }

  @Test
  @DisplayName(
      "a subscription that ends while its counters are being reserved gets one NOTIFY, the last")
  void endsWhileReserving() {
    world.start();
    world.subscribe(subscribe().expires(600));
    world.advance(1);
    final World next = new World(world.store).start();
    world.store.paused = true;
    next.subscribe(subscribe().toTag(TAG).cseq(2).expires(600));
    next.subscribe(subscribe().toTag(TAG).cseq(3).expires(0));
    next.advance(1);
    assertThat(next.peers.take()).isEmpty();
    world.store.resume();
    next.advance(1);
    assertThat(next.peers.take())
        .hasSize(1)
        .allSatisfy(n -> assertThat(n.request().headers()).contains("terminated"));
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName(
      "states that wait one by one go before what a refresh asks for, and never come after")
  void statesBeforeAnswers() {
    final EventPackage every =
        new EventPackage() {
          @Override
          public String name() {
            return "every";
          }

          @Override
          public String contentType() {
            return "text/plain";
          }

          @Override
          public boolean deliversEveryState() {
            return true;
          }
        };
    world.with(every).start();
    world.peers.reaction = r -> Reaction.SILENT;
    world.subscribe(subscribe().event("every"));
    String tag = world.publish(publish().event("every").body("1")).etag();
    for (int i = 2; i <= 4; i++) {
      tag =
          world.publish(publish().event("every").callId("p" + i).ifMatch(tag).body("" + i)).etag();
    }
    world.subscribe(subscribe().event("every").toTag(TAG).cseq(2));
    for (int i = 0; i < 8; i++) {
      world.peers.answerAll(Reaction.OK);
    }
    assertThat(world.peers.notifies)
        .extracting(Peers.Notify::body)
        .containsExactly("", "1", "2", "3", "4", "4");
    world.publish(publish().event("every").callId("p5").ifMatch(tag).body("5"));
    world.publish(publish().event("every").callId("p6").body("6"));
    world.subscribe(subscribe().event("every").toTag(TAG).cseq(3).expires(0));
    for (int i = 0; i < 8; i++) {
      world.peers.answerAll(Reaction.OK);
    }
    assertThat(world.peers.last().state()).startsWith("terminated");
    assertThat(world.peers.last().body()).isEqualTo("6");
  }

  @Test
  @DisplayName("the last NOTIFY shows what was acknowledged before the dialog began")
  void lastNotifyWaitsForDocuments() {
    world.param("subs_db_mode", 1).start();
    world.newsComesLate = true;
    assertThat(world.publish(publish().body(noted("t1", "early"))).code()).isEqualTo(200);
    world.newsComesLate = false;
    world.subscribe(subscribe());
    assertThat(world.subscribe(subscribe().toTag(TAG).cseq(2).expires(0)).code()).isEqualTo(200);
    assertThat(world.peers.notifies).isEmpty();
    world.hearNews();
    assertThat(world.peers.last().state()).startsWith("terminated");
    assertThat(world.peers.last().body()).contains("<note>early</note>");
  }

  @Test
  @DisplayName("a last NOTIFY that had to wait shows what was published meanwhile")
  void lastNotifyIsOfNow() {
    world.param("publ_cache", 0).param("subs_db_mode", 0).start();
    world.peers.reaction = r -> Reaction.SILENT;
    world.subscribe(subscribe());
    world.subscribe(subscribe().toTag(TAG).cseq(2).expires(0));
    assertThat(world.publish(publish().body(noted("t1", "meanwhile"))).code()).isEqualTo(200);
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.last().state()).startsWith("terminated");
    assertThat(world.peers.last().body()).contains("<note>meanwhile</note>");
  }

  @Test
  @DisplayName("a NOTIFY that is tried again waits for the table as the first try did")
  void retryReadsTheTable() {
    world.param("publ_cache", 0).param("subs_db_mode", 1).start();
    world.subscribe(subscribe());
    final String tag = world.publish(publish().expires(10).body(noted("t1", "lives"))).etag();
    world.advance(9);
    world.peers.reaction = r -> Reaction.UNSENT;
    world.publish(publish().callId("p2").body(noted("t2", "other")));
    world.peers.reaction = r -> Reaction.OK;
    world.peers.take();
    // it is committed, and then the table answers nothing for a while
    world.store.beforeCommit = () -> world.store.paused = true;
    final Requests refresh = publish().callId("p3").ifMatch(tag).expires(600);
    assertThat(world.publish(refresh).code()).isEqualTo(200);
    world.advance(3);
    world.store.beforeCommit = () -> {};
    world.store.resume();
    world.advance(1);
    assertThat(world.peers.take())
        .isNotEmpty()
        .allMatch(n -> n.body().contains("<note>lives</note>"));
  }

  @Test
  @DisplayName("a change that was committed is told even if two engines die before they can")
  void changeStaysNoted() {
    world.param("publ_cache", 0).param("subs_db_mode", 0).start();
    world.subscribe(subscribe().expires(600));
    world.newsComesLate = true;
    assertThat(world.publish(publish().body(noted("t1", "told late"))).code()).isEqualTo(200);
    world.newsComesLate = false;
    world.peers.take();
    world.store.unavailable = true;
    world.kill();
    world.advance(5);
    assertThat(world.peers.take()).isEmpty();
    world.store.unavailable = false;
    world.kill();
    world.advance(5);
    assertThat(world.peers.last().body()).contains("<note>told late</note>");
  }

  @Test
  @DisplayName("who watches watchers is told when a SUBSCRIBE whose 200 came too late is undone")
  void undoneSubscribeIsTold() {
    world.param("subs_db_mode", 3).param("notifier_processes", 0).start();
    world.newsComesLate = true;
    final FakeCall late = world.call("handle_subscribe", Optional.of(subscribe().build()));
    late.delivery = Delivery.TOO_LATE;
    world.settle();
    world.newsComesLate = false;
    world.subscribe(subscribe().event("presence.winfo").callId("wi"));
    assertThat(world.peers.last().body()).contains("<watcher ");
    world.hearNews();
    world.advance(1);
    assertThat(world.store.subscriptions).hasSize(1);
    assertThat(world.peers.last().body()).contains("state=\"full\"").doesNotContain("<watcher ");
  }

  @Test
  @DisplayName("who could not leave is told what has changed while he was thought to have left")
  void undoneLeavingIsTold() {
    world.param("subs_db_mode", 3).param("notifier_processes", 0).start();
    world.subscribe(subscribe());
    world.newsComesLate = true;
    final FakeCall late =
        world.call(
            "handle_subscribe", Optional.of(subscribe().toTag(TAG).cseq(2).expires(0).build()));
    late.delivery = Delivery.TOO_LATE;
    world.settle();
    final List<Runnable> news = List.copyOf(world.news);
    world.news.clear();
    world.newsComesLate = false;
    world.publish(publish().body(noted("t1", "while away")));
    world.tasks.addAll(news);
    world.advance(1);
    assertThat(world.store.subscriptions).hasSize(1);
    assertThat(world.peers.last().state()).startsWith("active");
    assertThat(world.peers.last().body()).contains("<note>while away</note>");
  }

  @Test
  @DisplayName("late news of a SUBSCRIBE does not bring back a watcher who is gone")
  void goneStaysGone() {
    world.param("subs_db_mode", 3).param("notifier_processes", 0).start();
    world.subscribe(subscribe().event("presence.winfo").callId("wi"));
    world.newsComesLate = true;
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(200);
    final List<Runnable> news = List.copyOf(world.news);
    world.news.clear();
    world.newsComesLate = false;
    world.peers.reaction = r -> r.callId().equals("wi") ? Reaction.OK : Reaction.UNKNOWN;
    world.publish(publish().body(noted("t1", "x")));
    world.advance(1);
    assertThat(world.store.subscriptions).hasSize(1);
    world.tasks.addAll(news);
    world.advance(1);
    assertThat(world.peers.last().request().callId()).isEqualTo("wi");
    assertThat(world.peers.last().body()).doesNotContain("status=\"active\"");
  }
}
