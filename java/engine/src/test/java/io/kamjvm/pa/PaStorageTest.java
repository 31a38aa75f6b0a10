// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.storage.PaTable;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What survives whom. */
class PaStorageTest {
  private PaWorld world = new PaWorld();

  private PaWorld onTables() {
    world = new PaWorld().param("db_url", "h2://x").start();
    return world;
  }

  private static final String RICH =
      Pidf.document(
          "<tuple id='t'><status><basic>open</basic><r:mood/></status><r:class>c</r:class>"
              + "<contact priority='0.7'>sip:t@b</contact><note xml:lang='de'>da</note></tuple>",
          "<note>hier</note>",
          Pidf.person("busy"));

  @Test
  @DisplayName("PAB-055 Kamailio restarts: the old dialog goes on, published tuples are there")
  void pab055Restart() {
    onTables();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.subscribe(Asked.subscribe("c"));
    final String tag = world.publish(Asked.publish(RICH)).header("SIP-ETag");
    world.advance(2);
    final PaWorld.Notify before = world.taken().get(1);
    assertThat(before.body()).contains("192.0.2.9");
    world = world.restart();
    world.advance(2);
    final PaWorld.Notify after = world.only();
    assertThat(after.request().callId()).isEqualTo("c");
    assertThat(after.cseq()).isGreaterThan(before.cseq());
    assertThat(after.body())
        .isEqualTo(before.body().replaceFirst("(?s)  <tuple id=\"t.*?</tuple>\n", ""));
    final FakeCall refreshed = world.publish(Asked.publish().ifMatch(tag));
    assertThat(refreshed.code()).isEqualTo(200);
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.advance(2);
    assertThat(world.only().body()).contains("192.0.2.9");
    assertThat(world.subscribe(Asked.refresh("c", 2)).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PAB-055 Nothing is left in the tables when everything has ended")
  void pab055Clean() {
    onTables();
    final String tag = world.publish(Asked.publish(RICH)).header("SIP-ETag");
    world.subscribe(Asked.subscribe("c").expires(60));
    final String next =
        world.publish(Asked.publish(Pidf.open("u")).ifMatch(tag)).header("SIP-ETag");
    assertThat(world.tables.of(PaTable.TUPLE_NOTES)).isEmpty();
    assertThat(world.tables.of(PaTable.CONTACT)).hasSize(1);
    assertThat(world.tables.of(PaTable.WATCHERINFO)).hasSize(1);
    world.publish(Asked.publish().ifMatch(next).expires(0));
    world.advance(70);
    assertThat(world.tables.rows).isEmpty();
  }

  @Test
  @DisplayName("The reply leaves when the tables have it, and so does what watchers are shown")
  void acknowledgedWhenCommitted() {
    onTables();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    world.tables.stuck = true;
    final FakeCall call = world.publish(Asked.publish(Pidf.open("t")));
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.replies).isEmpty();
    world.advance(10);
    assertThat(world.taken()).isEmpty();
    assertThat(world.module().uncommittedAgeNanos()).isPositive();
    final FakeCall second = world.publish(Asked.publish(Pidf.open("u")));
    world.tables.release();
    world.settle();
    assertThat(call.code()).isEqualTo(200);
    assertThat(second.code()).isEqualTo(200);
    assertThat(world.module().uncommittedAgeNanos()).isZero();
    world.advance(2);
    assertThat(world.only().body().split("<tuple ")).hasSize(3);
  }

  @Test
  @DisplayName("The database is down: the busy answer, and nothing has happened")
  void databaseDown() {
    onTables();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    world.tables.down = true;
    assertThat(world.publish(Asked.publish(Pidf.open("t"))).busy).isTrue();
    assertThat(world.subscribe(Asked.subscribe("d")).busy).isTrue();
    world.advance(10);
    assertThat(world.taken()).isEmpty();
    world.tables.down = false;
    assertThat(world.publish(Asked.publish(Pidf.open("t"))).code()).isEqualTo(200);
    assertThat(world.rpc("pa.trace").structs.get(0)).containsEntry("registrar_watchers", 1L);
  }

  @Test
  @DisplayName("A reply that comes too late undoes what was new")
  void tooLate() {
    onTables();
    final FakeCall late =
        world.call("handle_subscription", Optional.of(Asked.subscribe("c").build()), "registrar");
    late.delivery = PendingReply.Delivery.TOO_LATE;
    world.settle();
    assertThat(world.rpc("pa.trace").structs.get(0)).containsEntry("registrar_watchers", 0L);
    final FakeCall publish =
        world.call(
            "handle_publish", Optional.of(Asked.publish(Pidf.open("t")).build()), "registrar");
    publish.delivery = PendingReply.Delivery.TOO_LATE;
    world.settle();
    world.advance(5);
    assertThat(world.tables.rows).isEmpty();
  }

  @Test
  @DisplayName("The engine dies: all goes on without database, nobody is told what he knows")
  void engineDies() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.subscribe(Asked.subscribe("c"));
    world.subscribe(
        Asked.subscribe("j").target("sip:romeo@x").accept("application/xpidf+xml"), "jabber");
    world.rpc("pa.inject", "jabber", "romeo@x", "available", "away");
    final String tag = world.publish(Asked.publish(RICH)).header("SIP-ETag");
    world.advance(2);
    world.taken();
    world.kill();
    world.advance(4);
    assertThat(world.taken()).isEmpty();
    assertThat(world.publish(Asked.publish().ifMatch(tag).expires(0)).code()).isEqualTo(200);
    world.rpc("pa.inject", "jabber", "romeo@x", "unavailable");
    world.advance(2);
    assertThat(world.taken())
        .extracting(n -> n.request().callId())
        .containsExactlyInAnyOrder("c", "j");
  }

  @Test
  @DisplayName("The engine dies between a change and its NOTIFY: watchers hear it from the next")
  void engineDiesOwing() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    world.publish(Asked.publish(Pidf.open("t")));
    world.kill();
    world.advance(4);
    assertThat(world.only().body()).contains("open");
    world.subscribe(Asked.refresh("c", 2).expires(0));
    world.taken();
    world.kill();
    world.advance(4);
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("The recovery log is empty when everything has ended; a full one: the busy answer")
  void recoveryLog() {
    world.start();
    final String tag = world.publish(Asked.publish(RICH)).header("SIP-ETag");
    world.subscribe(Asked.subscribe("c").expires(60));
    world.rpc("pa.inject", "jabber", "romeo@x", "available", ".", ".", "60");
    assertThat(world.log0.size()).isEqualTo(3);
    world.publish(Asked.publish().ifMatch(tag).expires(0));
    world.advance(70);
    assertThat(world.log0.size()).isZero();
    world.log0.full = true;
    assertThat(world.publish(Asked.publish(RICH)).busy).isTrue();
    assertThat(world.subscribe(Asked.subscribe("d")).busy).isTrue();
  }
}
