// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.b2b.LocalPresence.Publication;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is heard is shown to local watchers (spec pa-and-b2b part 4, 95 to 98). */
class FeedTest {
  private final B2bWorld world = new B2bWorld().beside().start();

  private Publication last() {
    return world.published.get(world.published.size() - 1);
  }

  private static String text(final Publication publication) {
    return new String(publication.document().orElseThrow());
  }

  @Test
  @DisplayName("PAB-095 PAB-096 open, closed, prolonged, taken back")
  void pab095pab096() {
    final String id = world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    final Notifying bob = world.notifying(first);
    bob.pidf("open").say("active");
    assertThat(last().uri()).isEqualTo(B2bWorld.BOB);
    assertThat(last().etag()).isEmpty();
    assertThat(last().expires()).isEqualTo(90);
    assertThat(text(last()))
        .contains("<basic>open", "entity=\"" + "pres:bob@192.0.2.9\"", "id=\"b");
    bob.pidf("closed").say("active");
    assertThat(last().etag()).contains("e1");
    assertThat(text(last())).contains("closed");
    world.advance(50);
    world.accept(world.only(), 60);
    assertThat(last().document()).isEmpty();
    assertThat(last().expires()).isEqualTo(90);
    world.command("unsubscribe", id);
    assertThat(last().expires()).isZero();
    assertThat(last().etag()).contains("e3");
  }

  @Test
  @DisplayName("PAB-095 a silent source is not taken back, it runs out")
  void pab095silent() {
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.notifying(first).pidf("open").say("active");
    world.advance(50);
    world.answer(world.only(), B2bWorld.refusal(503));
    assertThat(world.published).hasSize(1);
    assertThat(last().expires()).isEqualTo(90);
  }

  @Test
  @DisplayName("PAB-095 pending and rejected take it back")
  void pab095pending() {
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    final Notifying bob = world.notifying(first);
    bob.pidf("open").say("active");
    bob.say("pending");
    assertThat(last().expires()).isZero();
    bob.pidf("open").say("active");
    assertThat(last().etag()).isEmpty();
    bob.say("terminated;reason=rejected");
    assertThat(last().expires()).isZero();
  }

  @Test
  @DisplayName("PAB-095 what has run out in the presence server is published anew")
  void pab095anew() {
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    final Notifying bob = world.notifying(first);
    bob.pidf("open").say("active");
    world.publishCode = 412;
    world.advance(50);
    world.sent.get(0).outgoing().listener().completed(B2bWorld.accepted(world.only(), "60"));
    world.tasks.add(() -> world.publishCode = 200);
    world.settle();
    assertThat(last().etag()).isEmpty();
    assertThat(text(last())).contains("open");
  }

  @Test
  @DisplayName("PAB-097 what is of this very server is not fed")
  void pab097() {
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.notifying(first).from("udp:192.0.2.1:5060").pidf("open").say("active");
    assertThat(world.published).isEmpty();
    world.command("subscribe", "sip:x@192.0.2.1", B2bWorld.ALICE);
    final Sent second = world.only();
    world.accept(second, 60);
    world.notifying(second).pidf("open").say("active");
    assertThat(world.published).isEmpty();
  }

  @Test
  @DisplayName("PAB-098 one of two feeds; the other takes over when it goes")
  void pab098() {
    final String id = world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.command("subscribe", B2bWorld.BOB, "sip:dan@192.0.2.1");
    final Sent second = world.only();
    world.accept(second, 60);
    world.notifying(first).pidf("open").say("active");
    world.notifying(second).pidf("closed").say("active");
    assertThat(world.published).hasSize(1);
    world.command("unsubscribe", id);
    assertThat(last().etag()).isEmpty();
    assertThat(text(last())).contains("closed");
  }

  @Test
  @DisplayName("Who is told not to feed does not, and a dead engine's publication goes on")
  void notFedAndContinued() {
    world.command("subscribe", "sip:quiet@192.0.2.9", B2bWorld.ALICE, "presence", "0");
    final Sent quiet = world.only();
    world.accept(quiet, 60);
    world.notifying(quiet).pidf("open").say("active");
    assertThat(world.published).isEmpty();
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.notifying(first).pidf("open").say("active");
    assertThat(world.published).hasSize(1);
    world.kill();
    world.advance(2);
    final Sent renewal =
        world.take().stream()
            .filter(s -> s.callId().equals(first.callId()))
            .findFirst()
            .orElseThrow();
    world.accept(renewal, 60);
    world.notifying(first).cseq(9).pidf("closed").say("active");
    assertThat(last().etag()).isEqualTo(Optional.of("e2"));
    assertThat(text(last())).contains("closed");
  }
}
