// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Reaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What event_route[presence:notify-reply] may ask for. */
class NotifyReplyTest {
  private final World world = new World();

  private void tellWatchers() {
    world.publish(publish().body(pidf("t1", "open")));
  }

  @ParameterizedTest
  @EnumSource(names = {"OK", "REFUSE", "TIMEOUT", "UNKNOWN"})
  @DisplayName("PRES-066 delete_subscription ends it, whatever the code, and nothing is sent")
  void pres066(final Reaction reaction) {
    world.param("xavp_cfg", "pres").param("subs_db_mode", 1).param("timeout_rm_subs", 0).start();
    world.subscribe(subscribe());
    assertThat(world.store.subscription().callId()).isEqualTo("c1");
    world.peers.answerXavps = Map.of("pres=>delete_subscription", 1L);
    world.peers.reaction = r -> reaction;
    tellWatchers();
    world.peers.take();
    world.peers.reaction = r -> Reaction.OK;
    tellWatchers();
    world.advance(2);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.store.subscriptions).isEmpty();
    assertThat(world.subscribe(subscribe().toTag("tag-c1-f1").cseq(9)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("a negative number asks for the end too, 0 does not")
  void anyNumber() {
    world.param("xavp_cfg", "pres").start();
    world.peers.answerXavps = Map.of("pres=>delete_subscription", 0L);
    world.subscribe(subscribe());
    tellWatchers();
    assertThat(world.peers.take()).hasSize(2);
    world.peers.answerXavps = Map.of("pres=>delete_subscription", -5L);
    tellWatchers();
    world.peers.take();
    tellWatchers();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("it is not heard under another root, or when xavp_cfg is not set")
  void otherRoot() {
    final World unset = new World().start();
    world.param("xavp_cfg", "pres").start();
    for (final World each : new World[] {world, unset}) {
      each.peers.answerXavps = Map.of("other=>delete_subscription", 1L);
      each.subscribe(subscribe());
      each.publish(publish().body(pidf("t1", "open")));
      assertThat(each.peers.take()).hasSize(2);
    }
  }

  @Test
  @DisplayName("who watches the watchers is told of it")
  void watchersOfWatchers() {
    world.param("xavp_cfg", "pres").start();
    world.subscribe(subscribe().event("presence.winfo").callId("wi").from("sip:bob@d"));
    world.peers.take();
    world.peers.reaction = r -> r.callId().equals("c1") ? Reaction.SILENT : Reaction.OK;
    world.subscribe(subscribe());
    assertThat(listed()).contains("sip:alice@d");
    world.peers.answerXavps = Map.of("pres=>delete_subscription", 1L);
    world.peers.answerAll(Reaction.OK);
    world.settle();
    assertThat(listed()).contains("event=\"deactivated\" status=\"terminated\">sip:alice@d<");
  }

  private String listed() {
    return world.peers.take().stream()
        .filter(n -> n.request().callId().equals("wi"))
        .reduce((first, second) -> second)
        .orElseThrow()
        .body();
  }

  @Test
  @DisplayName("each NOTIFY names the route, and shows the subscription as it is built")
  void route() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.peers.last().request().answerRoute()).contains("presence:notify-reply");
    assertThat(world.peers.last().request().subscription()).isPresent();
    assertThat(world.module("presence").answerRoutes())
        .containsExactly(Map.entry("presence:notify-reply", List.of()));
  }
}
