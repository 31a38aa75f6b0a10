// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Reaction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many watchers of one presentity. */
class CrowdTest {
  private static final int CROWD = 10_000;
  private final World world = new World();

  private void watch(final int watchers) {
    for (int i = 0; i < watchers; i++) {
      world.call(
          "handle_subscribe",
          Optional.of(
              subscribe()
                  .callId("w" + i)
                  .from("sip:u" + i + "@d")
                  .contact("sip:u" + i + "@192.0.2.7")
                  .build()));
    }
    world.settle();
    world.peers.take();
  }

  /** The last body that each dialog was sent. */
  private Map<String, String> last() {
    final Map<String, String> last = new HashMap<>();
    world.peers.take().forEach(n -> last.put(n.request().callId(), n.body()));
    return last;
  }

  @Test
  @DisplayName("10,000 watchers of one presentity all end on the last state, a slice per turn")
  void crowd() {
    world.start();
    watch(CROWD);
    final String tag = world.publish(publish().body(noted("t1", "first"))).etag();
    assertThat(last()).hasSize(CROWD);
    world.advance(1);
    // two changes while the first of them is still being told
    world.peers.reaction = r -> Reaction.SILENT;
    world.call(
        "handle_publish", Optional.of(publish().ifMatch(tag).body(noted("t1", "a")).build()));
    int most = 0;
    while (!world.tasks.isEmpty()) {
      final int before = world.peers.notifies.size();
      world.tasks.poll().run();
      most = Math.max(most, world.peers.notifies.size() - before);
    }
    assertThat(most).isBetween(1, PresenceLimits.SLICE);
    final String next = nextTag(tag);
    world.publish(publish().callId("p2").ifMatch(next).body(noted("t1", "last")));
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    world.advanceMillis(2_000);
    assertThat(last().values()).hasSize(CROWD).allMatch(body -> body.contains("<note>last</note>"));
  }

  private static String nextTag(final String tag) {
    final int dot = tag.lastIndexOf('.') + 1;
    return tag.substring(0, dot) + (Integer.parseInt(tag.substring(dot)) + 1);
  }

  @Test
  @DisplayName("one dead watcher among 1,000 delays nobody, and is given up")
  void dead() {
    world.start();
    watch(1_000);
    world.peers.reaction = r -> r.callId().equals("w7") ? Reaction.SILENT : Reaction.OK;
    String tag = world.publish(publish().body(noted("t1", "n0"))).etag();
    for (int i = 1; i <= 5; i++) {
      tag = world.publish(publish().callId("p" + i).ifMatch(tag).body(noted("t1", "n" + i))).etag();
      world.advanceMillis(50);
      final String note = "<note>n" + i + "</note>";
      assertThat(last())
          .hasSizeBetween(999, 1_000)
          .allSatisfy(
              (id, body) -> {
                if (!id.equals("w7")) {
                  assertThat(body).contains(note);
                }
              });
    }
    world.peers.answerAll(Reaction.TIMEOUT);
    world.publish(publish().callId("end").ifMatch(tag).body(noted("t1", "end")));
    world.advanceMillis(50);
    assertThat(last()).hasSize(999).doesNotContainKey("w7");
  }

  @Test
  @DisplayName("100 changes in a second: 10,000 watchers end on the last, with 3 NOTIFYs at most")
  void burst() {
    world.start();
    watch(CROWD);
    String tag = world.publish(publish().body(noted("t1", "n0"))).etag();
    world.advance(2);
    world.peers.take();
    final Map<String, Integer> notifies = new HashMap<>();
    for (int i = 1; i <= 100; i++) {
      tag = world.publish(publish().callId("b" + i).ifMatch(tag).body(noted("t1", "n" + i))).etag();
      world.advanceMillis(10);
    }
    world.advance(1);
    final Map<String, String> last = new HashMap<>();
    world
        .peers
        .take()
        .forEach(
            n -> {
              last.put(n.request().callId(), n.body());
              notifies.merge(n.request().callId(), 1, Integer::sum);
            });
    assertThat(last.values()).hasSize(CROWD).allMatch(b -> b.contains("<note>n100</note>"));
    assertThat(notifies.values()).allMatch(n -> n <= 3);
  }

  @Test
  @DisplayName("a crowd that was told long ago is told the next change at once")
  void rested() {
    world.start();
    watch(500);
    final String tag = world.publish(publish().body(noted("t1", "n0"))).etag();
    assertThat(last()).hasSize(500);
    world.advanceMillis(60);
    world.publish(publish().callId("p2").ifMatch(tag).body(noted("t1", "n1")));
    assertThat(last()).hasSize(500);
  }
}
