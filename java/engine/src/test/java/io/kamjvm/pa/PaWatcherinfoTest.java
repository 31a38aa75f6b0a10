// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.PaTable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaWatcherinfoTest {
  private PaWorld world = new PaWorld();

  private static Asked own(final String callId) {
    return Asked.subscribe(callId).from("sip:bob@a").event("presence.winfo");
  }

  @Test
  @DisplayName(
      "PAB-050 Bob hears who watches him: version 0, then 1 with Alice, nothing on refresh")
  void pab050Watchers() {
    world.start();
    assertThat(world.subscribe(own("w")).code()).isEqualTo(200);
    final PaWorld.Notify first = world.only();
    assertThat(first.type()).isEqualTo("application/watcherinfo+xml");
    assertThat(first.body()).contains("version=\"0\" state=\"full\"").doesNotContain("<watcher ");
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    world.advance(2);
    final PaWorld.Notify second = world.only();
    assertThat(second.body())
        .contains("version=\"1\" state=\"full\"")
        .contains("event=\"subscribe\" status=\"active\">sip:alice@a</watcher>");
    world.subscribe(Asked.refresh("c", 2));
    world.taken();
    world.advance(4);
    assertThat(world.taken()).isEmpty();
    world.subscribe(Asked.refresh("c", 3).expires(0));
    world.taken();
    world.advance(2);
    assertThat(world.only().body()).contains("version=\"2\"").doesNotContain("alice");
  }

  @Test
  @DisplayName("PAB-050 What is decided about a watcher shows, with what has brought it about")
  void pab050Approved() {
    world.param("auth", "implicit").start();
    world.subscribe(own("w"));
    world.subscribe(Asked.subscribe("c"));
    world.advance(2);
    assertThat(world.taken().get(2).body()).contains("status=\"pending\"");
    world.rpc("pa.authorize", "registrar", "bob@a", "alice@a");
    world.advance(2);
    assertThat(world.taken())
        .anyMatch(n -> n.body().contains("event=\"approved\" status=\"active\""));
  }

  @Test
  @DisplayName("PAB-051 Somebody else's watchers: 403; watcherinfo_notify=0: 489")
  void pab051NotYours() {
    world.start();
    final FakeCall call = world.subscribe(Asked.subscribe("w").event("presence.winfo"));
    assertThat(call.code()).isEqualTo(403);
    assertThat(call.returnCode()).isEqualTo(-1);
    world = new PaWorld().param("watcherinfo_notify", 0).start();
    assertThat(world.subscribe(own("w")).code()).isEqualTo(489);
    world = new PaWorld().param("winfo_auth", "none").start();
    assertThat(world.subscribe(Asked.subscribe("w").event("presence.winfo")).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PAB-050 A watcher's display name is told, as plain text")
  void pab050DisplayName() {
    world.start();
    world.subscribe(Asked.subscribe("c").named("\"Alice \\\"A\\\" <Liddell> & Co\""));
    world.taken();
    world.subscribe(own("w"));
    assertThat(world.only().body())
        .contains("display-name=\"Alice &quot;A&quot; &lt;Liddell> &amp; Co\">sip:alice@a<");
    assertThat(WatcherName.plain("Alice Liddell ")).isEqualTo("Alice Liddell");
    assertThat(WatcherName.plain("\"\"")).isEmpty();
    assertThat(WatcherName.plain("\"a\u0001b\"")).isEqualTo("a b");
    assertThat(WatcherName.plain("x".repeat(300))).hasSize(128);
  }

  @Test
  @DisplayName("PAB-052 Who comes while Bob is away is told when he asks; a 500 keeps the row")
  void pab052Offline() {
    world =
        new PaWorld()
            .param("auth", "implicit")
            .param("db_url", "h2://x")
            .param("use_offline_winfo", 1)
            .start();
    final Asked asked = Asked.subscribe("c");
    world.subscribe(asked);
    assertThat(world.function("store_winfo", asked, "registrar")).isEqualTo(1);
    assertThat(world.tables.of(PaTable.OFFLINE_WINFO)).hasSize(1);
    assertThat(world.function("dump_stored_winfo", asked, "registrar", "presence")).isEqualTo(-1);
    world.subscribe(Asked.refresh("c", 2).expires(0));
    world = world.restart();
    for (final int answer : new int[] {500, 200}) {
      world.reaction = r -> new PaWorld.Notify(r).body().contains("partial") ? answer : 200;
      final Asked mine = own("w" + answer);
      world.taken();
      world.subscribe(mine);
      assertThat(world.function("dump_stored_winfo", mine, "registrar", "presence")).isEqualTo(1);
      world.settle();
      final PaWorld.Notify partial = world.taken().get(1);
      assertThat(partial.body())
          .contains("version=\"1\" state=\"partial\"")
          .contains("watcher id=\"ol")
          .contains("status=\"pending\">sip:alice@a<");
      assertThat(world.tables.of(PaTable.OFFLINE_WINFO)).hasSize(answer == 500 ? 1 : 0);
    }
    world.advance(4);
    assertThat(world.taken()).isEmpty();
  }

  @Test
  @DisplayName("PAB-052 What nobody asks for is forgotten in the end")
  void pab052Expires() {
    world =
        new PaWorld()
            .param("db_url", "h2://x")
            .param("use_offline_winfo", 1)
            .param("offline_winfo_expiration", 100)
            .param("offline_winfo_timer", 10)
            .start();
    assertThat(world.function("store_winfo", Asked.subscribe("c"), "registrar")).isEqualTo(1);
    world.advance(111);
    assertThat(world.tables.of(PaTable.OFFLINE_WINFO)).isEmpty();
    world = new PaWorld().start();
    assertThat(world.function("store_winfo", Asked.subscribe("c"), "registrar")).isEqualTo(-1);
  }
}
