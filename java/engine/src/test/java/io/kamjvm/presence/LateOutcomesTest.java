// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.presence.Peers.Reaction;
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
      assertThat(next.peers.last().cseq()).isGreaterThan(last);
      last = next.peers.last().cseq();
    }
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
}
