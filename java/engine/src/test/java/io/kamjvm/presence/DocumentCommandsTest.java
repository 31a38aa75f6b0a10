// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.PublicationRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about documents and watchers, and the refresh that reads rows again. */
class DocumentCommandsTest {
  private static final String UNSYNCED = "Failed to sync presinity table with the publish cache.";

  private final World world = new World();

  private World cache(final int mode) {
    return world.param("publ_cache", mode).start();
  }

  private static PublicationRow row(
      final World world, final String user, final String etag, final String body) {
    return new PublicationRow(
        user,
        "d",
        "presence",
        etag,
        world.now() + 600,
        world.now(),
        body.getBytes(StandardCharsets.UTF_8),
        "",
        0,
        "pres-" + etag);
  }

  private void write(final String user, final String etag, final String body) {
    world.store.publications.put(user + " d presence " + etag, row(world, user, etag, body));
  }

  private String asked(final String call) {
    world.subscribe(subscribe().callId(call).expires(0));
    return world.peers.last().body();
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-093 presentity_show filters by user and domain, * is all, case is ignored")
  void pres093(final int mode) {
    cache(mode);
    final String tag = world.publish(publish().expires(600).body(pidf("t1", "open"))).etag();
    world.publish(publish().target("sip:carol@e").body(pidf("t1", "open")));
    final FakeRpc bobs = world.rpc("presence.presentity_show", "basic", "BOB", "*");
    assertThat(bobs.structs).hasSize(1);
    assertThat(bobs.structs.get(0).keySet())
        .containsExactly("user", "domain", "event", "etag", "sender", "expires");
    assertThat(bobs.structs.get(0).get("etag")).isEqualTo(tag);
    assertThat(bobs.structs.get(0).get("expires")).isEqualTo(world.now() + 600);
    assertThat(bobs.finished).isTrue();
    final FakeRpc full = world.rpc("presence.presentity_show", "full", "*", "E");
    assertThat(full.structs).hasSize(1);
    assertThat(full.structs.get(0).keySet())
        .containsExactly(
            "user",
            "domain",
            "event",
            "etag",
            "sender",
            "expires",
            "received_time",
            "priority",
            "ruid",
            "body",
            "hashid");
    assertThat(world.rpc("presence.presentity_show", "basic", "*", "*").structs).hasSize(2);
    assertThat(world.rpc("presence.presentity_show", "basic", "dave", "*").structs).isEmpty();
    assertThat(world.rpc("presence.presentity_show", "xyz", "*", "*").faultText)
        .isEqualTo("Unknown output mode");
    assertThat(world.rpc("presence.presentity_show", "full", "*").faultText)
        .isEqualTo("Not enough parameters");
  }

  @Test
  @DisplayName("PRES-094 watcher_list has the fields of its record in their order")
  void pres094() {
    world.start();
    world.subscribe(subscribe().expires(600));
    world.subscribe(subscribe().callId("c2").event("message-summary"));
    final FakeRpc basic = world.rpc("presence.watcher_list", "basic", "SIP:bob@D");
    assertThat(basic.structs).hasSize(2);
    final List<String> first =
        List.of(
            "pres_uri",
            "to_user",
            "to_domain",
            "from_user",
            "from_domain",
            "watcher_user",
            "watcher_domain",
            "contact",
            "event_id",
            "callid",
            "user_agent",
            "expires",
            "status",
            "version",
            "flags");
    assertThat(new ArrayList<>(basic.structs.get(0).keySet())).isEqualTo(first);
    assertThat(basic.structs.get(0).get("callid")).isEqualTo("c1");
    assertThat(basic.structs.get(0).get("status")).isEqualTo(1);
    assertThat(basic.structs.get(0).get("expires")).isEqualTo(world.now() + 600);
    final List<String> all = new ArrayList<>(first);
    all.addAll(
        List.of(
            "reason",
            "to_tag",
            "from_tag",
            "socket",
            "local_contact",
            "record_route",
            "auth_rules",
            "remote_cseq",
            "local_cseq",
            "recv_event",
            "updated",
            "updated_winfo"));
    final FakeRpc full = world.rpc("presence.watcher_list", "full", "sip:bob@d");
    assertThat(new ArrayList<>(full.structs.get(0).keySet())).isEqualTo(all);
    assertThat(world.rpc("presence.watcher_list", "full", "sip:carol@d").structs).isEmpty();
    assertThat(world.rpc("presence.watcher_list", "all", "sip:bob@d").faultText)
        .isEqualTo("Unknown output mode");
    assertThat(world.rpc("presence.watcher_list", "full").faultText)
        .isEqualTo("Not enough parameters");
  }

  @Test
  @DisplayName("PRES-094 watcher_list leaves out who has left")
  void pres094Left() {
    world.start();
    world.subscribe(subscribe().expires(600));
    world.advance(601);
    assertThat(world.rpc("presence.watcher_list", "basic", "sip:bob@d").structs).isEmpty();
  }

  @Test
  @DisplayName("PRES-095 publish_cache_sync lets what others have written be seen, again and again")
  void pres095() {
    cache(1);
    world.publish(publish().expires(600).body(pidf("t1", "open")));
    world.subscribe(subscribe());
    write("bob", "b.1.1.1.0", noted("t2", "theirs"));
    write("carol", "b.1.1.2.0", noted("t3", "new"));
    assertThat(asked("f1")).doesNotContain("theirs");
    for (int i = 0; i < 3; i++) {
      final FakeRpc sync = world.rpc("presence.publish_cache_sync");
      assertThat(sync.strings).containsExactly("OK");
      assertThat(sync.finished).isTrue();
    }
    assertThat(asked("f2")).contains("t1").contains("theirs");
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(3);
    world.store.publications.keySet().removeIf(key -> key.startsWith("carol"));
    world.rpc("presence.publish_cache_sync");
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(2);
    world.advance(601);
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("PRES-095 a sync asks again only about those that differ")
  void pres095Cost() {
    cache(1);
    for (int i = 0; i < 300; i++) {
      world.publish(publish().target("sip:u" + i + "@d").body(pidf("t1", "open")));
    }
    write("u7", "b.1.1.1.0", noted("t2", "theirs"));
    world.store.asked.clear();
    world.rpc("presence.publish_cache_sync");
    assertThat(world.store.asked).hasSize(1);
  }

  @Test
  @DisplayName("PRES-095 a sync does not lose what is not committed yet")
  void pres095Uncommitted() {
    cache(1);
    world.subscribe(subscribe());
    world.store.paused = true;
    final FakeCall call = world.publish(publish().body(pidf("t1", "open")));
    final FakeRpc sync = world.rpc("presence.publish_cache_sync");
    world.store.resume();
    assertThat(call.code()).isEqualTo(200);
    assertThat(sync.finished).isTrue();
    assertThat(world.peers.last().body()).contains("t1");
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(1);
    assertThat(asked("f1")).contains("t1");
  }

  @Test
  @DisplayName("PRES-095 what has expired in memory does not come back with a sync")
  void pres095Expired() {
    cache(1);
    world.subscribe(subscribe().expires(3600));
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.store.unavailable = true;
    world.advance(31);
    world.peers.take();
    world.store.unavailable = false;
    assertThat(world.store.publications).hasSize(1);
    world.rpc("presence.publish_cache_sync");
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    world.advance(5);
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("PRES-095 publish_cache_sync faults where there is no such cache, or no database")
  void pres095Faults() {
    for (final int mode : new int[] {0, 2}) {
      final World each = new World().param("publ_cache", mode).start();
      final FakeRpc sync = each.rpc("presence.publish_cache_sync");
      assertThat(sync.fault).isEqualTo(500);
      assertThat(sync.faultText).isEqualTo(UNSYNCED);
    }
    assertThat(new World().without("db_url").start().rpc("presence.publish_cache_sync").faultText)
        .isEqualTo(UNSYNCED);
    cache(1);
    write("bob", "b.1.1.1.0", noted("t2", "theirs"));
    world.store.unavailable = true;
    assertThat(world.rpc("presence.publish_cache_sync").faultText).isEqualTo(UNSYNCED);
    world.store.unavailable = false;
    assertThat(world.rpc("presence.publish_cache_sync").strings).containsExactly("OK");
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-096 presentity_list lists the live documents in every mode")
  void pres096(final int mode) {
    cache(mode);
    for (int i = 0; i < 200; i++) {
      world.publish(publish().target("sip:u" + i + "@d").body(pidf("t1", "open")));
    }
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(200);
    final FakeRpc full = world.rpc("presence.presentity_list", "full");
    assertThat(full.structs).hasSize(200);
    assertThat(full.structs.get(0).get("body")).isEqualTo(pidf("t1", "open"));
    assertThat(world.rpc("presence.presentity_list", "short").structs.get(0)).hasSize(6);
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1})
  @DisplayName("PRES-088 a type-1 refresh reads the rows again and tells all watchers")
  void pres088(final int mode) {
    cache(mode);
    world.publish(publish().expires(600).body(noted("t1", "before")));
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("c2"));
    world.peers.take();
    world.store.publications.replaceAll(
        (key, old) -> row(world, "bob", old.etag(), noted("t1", "after")));
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(1);
    assertThat(world.peers.take())
        .hasSize(2)
        .allSatisfy(n -> assertThat(n.body()).contains("after").doesNotContain("before"));
    world.store.publications.clear();
    final FakeRpc refresh = world.rpc("presence.refreshWatchers", "sip:bob@d", "presence", "7");
    assertThat(refresh.finished).isTrue();
    assertThat(refresh.fault).isZero();
    assertThat(world.peers.take()).hasSize(2).allSatisfy(n -> assertThat(n.body()).isEmpty());
  }

  @Test
  @DisplayName("PRES-088 without watchers a type-1 refresh succeeds; without database it fails")
  void pres088Edges() {
    cache(1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(1);
    assertThat(world.function("kemi:pres_refresh_watchers", "sip:bob@d", "presence", "1")).isZero();
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "foo", "1")).isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1", "f", "n"))
        .isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "2")).isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "x")).isEqualTo(-1);
    world.store.unavailable = true;
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(-1);
    assertThat(world.rpc("presence.refreshWatchers", "sip:bob@d", "presence", "1").faultText)
        .isEqualTo("Execution failed");
  }

  @Test
  @DisplayName("PRES-089 refreshWatchers says what its arguments lack")
  void pres089() {
    world.start();
    final String[][] cases = {
      {"Not enough parameters", "sip:bob@d", "presence"},
      {"Not enough parameters", "sip:bob@d", "presence", "one"},
      {"Empty presentity URI", "", "presence", "1"},
      {"Empty event parameter", "sip:bob@d", "", "1"},
      {"No file uri or name parameters", "sip:bob@d", "presence", "2"},
      {"Empty file uri parameter", "sip:bob@d", "presence", "2", "", "n"},
      {"Empty file name parameter", "sip:bob@d", "presence", "2", "u", ""},
      {"Execution failed", "sip:bob@d", "foo", "1"}
    };
    for (final String[] each : cases) {
      final String[] arguments = new String[each.length - 1];
      System.arraycopy(each, 1, arguments, 0, arguments.length);
      final FakeRpc rpc = world.rpc("presence.refreshWatchers", arguments);
      assertThat(rpc.fault).isEqualTo(500);
      assertThat(rpc.faultText).as(String.join(" ", arguments)).isEqualTo(each[0]);
    }
  }

  @Test
  @DisplayName("PRES-090 one watcher who can not be sent to does not keep the refresh from others")
  void pres090() {
    cache(1);
    world.publish(publish().body(pidf("t1", "open")));
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("c2"));
    world.peers.take();
    world.peers.reaction = r -> r.callId().equals("c1") ? Peers.Reaction.UNSENT : Peers.Reaction.OK;
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("pres_check_basic looks into the document that holds now")
  void checkBasic(final int mode) {
    cache(mode);
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.function("pres_check_basic", "sip:bob@d", "open")).isEqualTo(1);
    if (mode == 0) {
      world.store.publications.clear();
      assertThat(world.function("pres_check_basic", "sip:bob@d", "open")).isNotEqualTo(1);
    }
  }
}
