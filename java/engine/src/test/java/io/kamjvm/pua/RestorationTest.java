// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import static io.kamjvm.pua.PublishTest.ALICE;
import static io.kamjvm.pua.PublishTest.open;
import static io.kamjvm.pua.RemoteServer.dialog;
import static io.kamjvm.pua.RemoteServer.publication;
import static io.kamjvm.pua.RemoteServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.storage.PuaRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives the engine, and what Kamailio (spec pua 1.7, PUA-059 to PUA-065). */
class RestorationTest {
  private static final String WATCHER = "sip:watcher@192.0.2.1";

  private final ClientWorld world = new ClientWorld();

  private static SubscribeOrder subscription() {
    return SubscribeOrder.of(Source.RLS_SUBSCRIBE, "presence", ALICE, WATCHER, 600);
  }

  @Test
  @DisplayName("PUA-059 the row of a publication has all its columns, at once")
  void pua059() {
    world.start().publish(open(3600).withId("x").withExtraHeaders("X-A: 1"));
    assertThat(world.store.rows)
        .containsExactly(
            new PuaRow(
                ALICE,
                "x",
                1,
                ClientWorld.START + 3601,
                ClientWorld.START + 3600,
                1 << 10,
                "e1",
                "t1",
                "",
                "",
                "",
                "",
                0,
                "",
                "",
                "",
                0,
                "X-A: 1"));
  }

  @Test
  @DisplayName("PUA-060 after a restart series and dialogs go on")
  void pua060() {
    world.start().publish(open(3600));
    world.server.reaction = a -> Optional.of(dialog(610, "sip:n@192.0.2.9", "<sip:r;lr>", 10));
    world.subscribe(subscription());
    final String callId = world.server.last().request().callId();
    final ClientWorld next = world.restart(1_000);
    next.server.reaction = next.server::grant;
    next.publish(open(3600));
    assertThat(next.server.last().header("SIP-If-Match")).isEqualTo("e1");
    next.subscribe(subscription());
    assertThat(next.server.last().request().callId()).isEqualTo(callId);
    assertThat(next.server.last().cseq()).isEqualTo(11);
    assertThat(next.server.last().request().remoteTag()).isEqualTo("remote");
    assertThat(next.server.last().request().routeSet()).isEqualTo("<sip:r;lr>");
  }

  @Test
  @DisplayName("PUA-061 a start leaves the table's rows where they are (D8)")
  void pua061() {
    world.start().publish(open(3600));
    world.store.stuck = true;
    final ClientWorld next = world.restart(1_000);
    assertThat(next.store.rows).hasSize(1);
    final ClientWorld afterNext = next.restart(2_000);
    afterNext.publish(open(3600));
    assertThat(afterNext.server.last().header("SIP-If-Match")).isEqualTo("e1");
  }

  @Test
  @DisplayName("PUA-063 what has expired long ago is removed from the table")
  void pua063() {
    world.start().publish(open(3600));
    final ClientWorld next = world.restart(4_000_000);
    assertThat(next.store.rows).isEmpty();
    next.publish(open(3600));
    assertThat(next.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("PUA-064 PUA-065 two servers on one table continue each other's series, not others'")
  void pua064pua065() {
    world.param("db_mode", 2).start().publish(open(3600).withId("x"));
    final ClientWorld other = world.restart(0);
    other.publish(open(3600).withId("x"));
    assertThat(other.server.last().header("SIP-If-Match")).isEqualTo("e1");
    other.publish(
        PublishOrder.of(Source.DIALOG_PUBLISH, "presence", "sip:bob@example.org", 3600)
            .withId("x")
            .withBody(PublishTest.bytes(PublishTest.PIDF), Optional.empty()));
    assertThat(other.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("Of two servers on one table one refreshes a record")
  void oneRefreshes() {
    world.param("db_mode", 2);
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    world.start().publish(open(3600));
    world.server.take();
    final PuaRow row = world.store.rows.get(0);
    final ClientWorld other = world.restart(0);
    world.store.world(world);
    for (int second = 0; second < 19; second++) {
      world.store.world(world);
      world.advance(1);
      world.store.world(other);
      other.advance(1);
    }
    assertThat(world.server.arrived.size() + other.server.arrived.size()).isEqualTo(1);
    assertThat(world.store.rows).singleElement().isNotEqualTo(row);
  }

  @Test
  @DisplayName("An engine's death loses nothing that the table has not yet, documents included")
  void engineDies() {
    world.store.stuck = true;
    world.start().publish(open(3600));
    world.publish(open(3600));
    assertThat(world.store.rows).isEmpty();
    world.store.stuck = false;
    world.kill();
    assertThat(world.store.rows).singleElement().matches(r -> r.etag().equals("e2"));
    world.server.reaction =
        a ->
            Optional.of(
                a.find("SIP-If-Match").isPresent() ? refusal(412) : publication(3600, "new"));
    world.publish(PublishOrder.of(Source.DIALOG_PUBLISH, "presence", ALICE, 3600));
    assertThat(world.server.last().body()).contains("tuple");
  }

  @Test
  @DisplayName("What the dead engine had ended stays ended, whatever the table says")
  void endedStaysEnded() {
    world.start().publish(open(3600));
    world.store.stuck = true;
    world.publish(open(0));
    assertThat(world.store.rows).hasSize(1);
    world.store.stuck = false;
    world.kill();
    assertThat(world.store.rows).isEmpty();
    world.publish(open(3600));
    assertThat(world.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("A dialog's CSeq goes on after the engine's death, a request under way counted")
  void cseqGoesOn() {
    world.start().subscribe(subscription());
    world.server.reaction = a -> Optional.empty();
    world.subscribe(subscription());
    assertThat(world.server.last().cseq()).isEqualTo(11);
    world.kill();
    world.server.reaction = world.server::grant;
    world.subscribe(subscription());
    assertThat(world.server.last().cseq()).isEqualTo(12);
  }

  @Test
  @DisplayName("A first SUBSCRIBE that the engine has left unanswered is forgotten after 64 s")
  void temporaryGoes() {
    world.server.reaction = a -> Optional.empty();
    world.start().subscribe(subscription());
    world.kill();
    assertThat(world.subscribe(subscription()).decisions).containsExactly(new Decision.Nothing());
    world.advance(80);
    world.server.reaction = world.server::grant;
    world.subscribe(subscription());
    assertThat(world.server.last().cseq()).isEqualTo(10);
    assertThat(world.store.rows).hasSize(1);
  }

  @Test
  @DisplayName("While the database is down records live in memory, and are written when it is back")
  void databaseDown() {
    world.start();
    world.store.down = true;
    final Told told = world.publish(open(3600));
    assertThat(told.answer().expires()).isEqualTo(OptionalLong.of(3601));
    world.publish(open(3600));
    world.advance(5);
    world.store.down = false;
    world.advance(2);
    assertThat(world.store.rows).extracting(PuaRow::etag).isEqualTo(List.of("e2"));
  }

  @Test
  @DisplayName("Where only the table knows, an order is refused while it does not answer")
  void tableDown() {
    world.param("db_mode", 2).start();
    world.store.down = true;
    assertThat(world.publish(open(3600)).code()).isEqualTo(-1);
    assertThat(world.server.arrived).isEmpty();
  }

  @Test
  @DisplayName("Without room in the recovery log no new record is taken on")
  void noRoom() {
    final MemoryRecoveryLog log = new MemoryRecoveryLog();
    world.log = log;
    world.start().publish(open(3600));
    log.full = true;
    assertThat(world.publish(open(3600).withId("new")).code()).isEqualTo(-1);
    assertThat(world.publish(open(0)).answer().code()).isEqualTo(200);
    assertThat(log.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  @DisplayName("The next engine tells dialogs that were left from its own, by either db_mode")
  void dialogsLeft(final int mode) {
    world.param("db_mode", mode).start().subscribe(subscription());
    final String old = world.server.last().request().callId();
    world.kill();
    final List<Set<String>> left = new ArrayList<>();
    world.pua().subscriptions(Source.RLS_SUBSCRIBE, found -> left.add(found.orElseThrow()));
    world.settle();
    assertThat(left).containsExactly(Set.of(old));
    world.subscribe(
        SubscribeOrder.of(Source.RLS_SUBSCRIBE, "presence", "sip:bob@example.org", WATCHER, 600));
    final int before = world.server.arrived.size();
    world.pua().resubscribe(Source.RLS_SUBSCRIBE, left.get(0)::contains);
    world.advance(1);
    assertThat(world.server.arrived).hasSize(before + 1);
    assertThat(world.server.last().request().callId()).isEqualTo(old);
  }
}
