// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaRegistrarTest {
  private PaWorld world = new PaWorld();

  private void watch() {
    world.subscribe(Asked.subscribe("c"));
    world.taken();
  }

  @Test
  @DisplayName("PAB-026 Who registers is open within an interval: contact, priority 0.50")
  void pab026Registers() {
    world.start();
    watch();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9:5070", 3600);
    assertThat(world.taken()).isEmpty();
    world.advance(2);
    assertThat(world.only().body())
        .contains("<basic>open</basic>")
        .contains("<contact priority=\"0.50\">sip:bob@192.0.2.9:5070</contact>");
  }

  @Test
  @DisplayName("PAB-027 Who has registered before is open in the first NOTIFY")
  void pab027Before() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.subscribe(Asked.subscribe("c"));
    assertThat(world.only().body()).contains("open");
  }

  @Test
  @DisplayName("PAB-028 Two phones are two open tuples with ids of their own")
  void pab028TwoPhones() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.contacts.register("bob@a", "r2", "sip:bob@192.0.2.10", 3600);
    world.subscribe(Asked.subscribe("c"));
    final String body = world.only().body();
    assertThat(body.split("<basic>open</basic>")).hasSize(3);
    assertThat(body.lines().filter(l -> l.contains("<tuple ")).distinct()).hasSize(2);
  }

  @Test
  @DisplayName("PAB-029 Registering again, also past the first expiry, tells nobody anything")
  void pab029Again() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 60);
    watch();
    for (int i = 0; i < 4; i++) {
      world.advance(30);
      world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 60);
    }
    world.advance(10);
    assertThat(world.taken()).isEmpty();
    world.subscribe(Asked.refresh("c", 2));
    assertThat(world.only().body()).contains("open");
  }

  @Test
  @DisplayName("PAB-030 Who leaves is closed, and some intervals later only 'none' is left")
  void pab030Leaves() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    watch();
    world.contacts.unregister("bob@a", "r1");
    world.advance(2);
    assertThat(world.only().body()).contains("closed").contains("192.0.2.9");
    world.advance(6);
    assertThat(world.only().body()).contains("id=\"none\"").doesNotContain("192.0.2.9");
  }

  @Test
  @DisplayName("PAB-031 A binding whose end nobody tells of vanishes soon after it")
  void pab031Expires() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 60);
    watch();
    world.advance(60);
    assertThat(world.taken()).isEmpty();
    world.advance(8);
    assertThat(world.only().body()).contains("id=\"none\"");
  }

  @Test
  @DisplayName("PAB-032 use_callbacks=0: registrations are never seen")
  void pab032Without() {
    world.param("use_callbacks", 0).start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.subscribe(Asked.subscribe("c"));
    assertThat(world.only().body()).contains("none");
    assertThat(world.contacts.interested()).isZero();
  }

  @Test
  @DisplayName("PAB-034 A contact with & makes a well-formed document")
  void pab034Escaped() {
    world.start();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9;a=1&b=<2>", 3600);
    world.subscribe(Asked.subscribe("c"));
    assertThat(world.only().body()).contains("sip:bob@192.0.2.9;a=1&amp;b=&lt;2&gt;");
    world.subscribe(Asked.subscribe("d").accept("application/xpidf+xml"));
    assertThat(world.only().body()).contains("uri=\"sip:bob@192.0.2.9;a=1&amp;b=&lt;2>\"");
  }

  @Test
  @DisplayName("Nobody's contacts are listened to when nobody watches any more")
  void interestEnds() {
    world.start();
    watch();
    assertThat(world.contacts.interested()).isEqualTo(1);
    world.subscribe(Asked.refresh("c", 2).expires(0));
    world.advance(4);
    assertThat(world.contacts.interested()).isZero();
    assertThat(world.rpc("pa.list").structs).isEmpty();
  }

  @Test
  @DisplayName("A registrar that does not answer does not keep a watcher waiting")
  void silentRegistrar() {
    world.contacts.silent = true;
    world.start();
    final FakeCall call = world.subscribe(Asked.subscribe("c"));
    assertThat(call.ended()).isFalse();
    world.advance(1);
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.only().body()).contains("none");
  }

  @Test
  @DisplayName("PAB-053 target_online: an open tuple or none")
  void pab053Online() {
    world.start();
    assertThat(world.function("target_online", Asked.subscribe("c"), "registrar")).isEqualTo(-1);
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    assertThat(world.function("target_online", Asked.subscribe("c"), "registrar")).isEqualTo(1);
    world.contacts.unregister("bob@a", "r1");
    assertThat(world.function("target_online", Asked.subscribe("c"), "registrar")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PAB-054 pa_handle_registration: 1 and no reply; a To that does not parse: -1")
  void pab054Registration() {
    world.start();
    final Asked register = Asked.register();
    assertThat(world.function("pa_handle_registration", register, "registrar")).isEqualTo(1);
    assertThat(world.log).isEmpty();
    assertThat(world.function("pa_handle_registration", register.to("tel:1"), "registrar"))
        .isEqualTo(-1);
  }

  @Test
  @DisplayName("PAB-056 pa.publish: a tag, watchers are told, and it ends in time")
  void pab056Command() {
    world.start();
    watch();
    final FakeRpc rpc = world.rpc("pa.publish", "registrar", "sip:bob@a", Pidf.open("t"), "60");
    assertThat(rpc.finished).isTrue();
    final String tag = (String) rpc.structs.get(0).get("etag");
    world.advance(2);
    assertThat(world.only().body()).contains("open");
    final FakeRpc again = world.rpc("pa.publish", "registrar", "bob@a", ".", "60", tag);
    assertThat(again.structs.get(0).get("etag")).isNotEqualTo(tag);
    assertThat(world.rpc("pa.publish", "registrar", "bob@a", ".", "60", tag).fault).isEqualTo(412);
    assertThat(world.rpc("pa.publish", "registrar", "bob@a", "<x", "60").fault).isEqualTo(400);
    assertThat(world.rpc("pa.publish", "nowhere", "bob@a", "<x", "60").fault).isEqualTo(400);
    world.advance(63);
    assertThat(world.only().body()).contains("none");
  }
}
