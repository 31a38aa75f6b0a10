// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.EventRoute;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaJabberTest {
  private static final String ROMEO = "sip:romeo*example.net@xmpp.example.org";
  private final PaWorld world = new PaWorld().param("jabber_domain", "xmpp.example.org=*").start();

  private void watch(final String callId) {
    world.subscribe(Asked.subscribe(callId).target(ROMEO), "jabber");
  }

  private FakeRpc inject(final String... more) {
    final String[] all = new String[more.length + 2];
    all[0] = "jabber";
    all[1] = ROMEO;
    System.arraycopy(more, 0, all, 2, more.length);
    return world.rpc("pa.inject", all);
  }

  private String heard() {
    world.advance(2);
    return world.only().body();
  }

  @Test
  @DisplayName("PAB-047 Without any bridge: 200 and the tuple none")
  void pab047NoBridge() {
    watch("c");
    assertThat(world.only().body()).contains("none").contains("closed");
  }

  @Test
  @DisplayName("PAB-048 available, away, busy, unavailable; refused ends subscriptions")
  void pab048Inject() {
    watch("c");
    world.taken();
    assertThat(inject("available", "dnd").finished).isTrue();
    assertThat(heard()).contains("<basic>open</basic>").contains("<rpid:busy/>");
    inject("available", "xa", "be right back");
    assertThat(heard()).contains("<rpid:away/>").contains("<note>be right back</note>");
    inject("available", "chat");
    assertThat(heard()).contains("open").doesNotContain("person");
    inject("unavailable");
    assertThat(heard()).contains("<basic>closed</basic>");
    inject("unknown");
    assertThat(heard()).contains("<status></status>");
    inject("refused");
    assertThat(world.only().state()).isEqualTo("terminated;reason=rejected");
    watch("d");
    assertThat(world.taken()).isEmpty();
    inject("available");
    watch("e");
    assertThat(world.only().body()).contains("open");
  }

  @Test
  @DisplayName("PAB-048 what is not repeated is forgotten; sources do not disturb each other")
  void pab048Sources() {
    watch("c");
    world.taken();
    inject("available", ".", ".", "60", "one");
    inject("available", ".", ".", "600", "two");
    assertThat(heard().split("<tuple ")).hasSize(3);
    world.advance(62);
    assertThat(world.only().body().split("<tuple ")).hasSize(2);
  }

  @Test
  @DisplayName("PAB-048 Jabber ids and the script's function mean the same presentity")
  void pab048Addresses() {
    watch("c");
    world.taken();
    assertThat(world.rpc("pa.inject", "jabber", "romeo@example.net/phone", "available").finished)
        .isTrue();
    assertThat(heard()).contains("open");
    assertThat(world.function("pa_inject", Asked.register(), "jabber", ROMEO, "unavailable"))
        .isEqualTo(1);
    assertThat(heard()).contains("closed");
    assertThat(world.function("pa_inject", Asked.register(), "jabber", ROMEO, "asleep"))
        .isEqualTo(-1);
    assertThat(inject("asleep").fault).isEqualTo(400);
    assertThat(inject("available", "sleepy").fault).isEqualTo(400);
    assertThat(inject("available", ".", ".", "soon").fault).isEqualTo(400);
    assertThat(world.rpc("pa.inject", "jabber", "nobody", "available").fault).isEqualTo(400);
  }

  @Test
  @DisplayName("PAB-049 The first watcher and the end of the last are told, once; pa.watched lists")
  void pab049Demand() {
    watch("c");
    watch("d");
    assertThat(world.routes).extracting(EventRoute::name).containsExactly("pa:watch");
    assertThat(world.routes.get(0).variables())
        .containsEntry("domain", "jabber")
        .containsEntry("presentity", ROMEO)
        .containsEntry("watcher", "sip:alice@a");
    assertThat(world.rpc("pa.watched", "jabber").strings).containsExactly(ROMEO);
    assertThat(world.rpc("pa.watched", "registrar").strings).isEmpty();
    world.subscribe(Asked.refresh("c", 2).expires(0), "jabber");
    assertThat(world.routes).hasSize(1);
    world.subscribe(Asked.refresh("d", 2).expires(0), "jabber");
    assertThat(world.routes).extracting(EventRoute::name).containsExactly("pa:watch", "pa:unwatch");
    assertThat(world.rpc("pa.watched", "jabber").strings).isEmpty();
  }
}
