// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.WatcherRow;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
  private final Diary diary = new Diary();

  static List<StorageMode> modes() {
    return StorageMode.all();
  }

  private World start(final StorageMode mode) {
    return mode.world().with(diary).start();
  }

  private static Requests watch() {
    return subscribe().event("diary").expires(600);
  }

  private static Requests write(final String entry) {
    return publish().event("diary").expires(3600).body(entry);
  }

  private static WatcherRow row(final World world) {
    assertThat(world.store.watchers).hasSize(1);
    return world.store.watchers.values().iterator().next();
  }

  private static Peers.Notify of(final List<Peers.Notify> told, final String callId) {
    return told.stream().filter(n -> n.request().callId().equals(callId)).findFirst().orElseThrow();
  }

  private static FakeRpc update(final World world) {
    return world.rpc("presence.updateWatchers", "sip:bob@d", "diary");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName(
      "PRES-081 without rules a watcher is pending, sees nothing, and is forgotten in a day")
  void pres081Pending(final StorageMode mode) {
    final World world = start(mode);
    world.publish(write("one"));
    final FakeCall call = world.subscribe(watch());
    assertThat(call.code()).isEqualTo(200);
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.subscription.orElseThrow().status()).isEqualTo(Subscription.PENDING);
    assertThat(world.peers.last().state()).isEqualTo("pending;expires=600");
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(world.peers.last().find("Content-Type")).isEmpty();
    assertThat(row(world))
        .isEqualTo(
            new WatcherRow(
                "sip:bob@d", "alice", "d", "diary", Subscription.PENDING, "", World.START));
    world.peers.take();
    world.publish(write("two"));
    assertThat(world.peers.take()).isEmpty();
    world.subscribe(watch().event("diary.winfo").callId("wi").from("sip:bob@d").expires(60));
    assertThat(world.peers.last().body())
        .contains("event=\"subscribe\" status=\"pending\">sip:alice@d<");
    world.advance(86_300);
    assertThat(world.store.watchers).hasSize(1);
    world.advance(300);
    assertThat(world.store.watchers).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-082 rules that let a pending watcher in are told with the state")
  void pres082Approved(final StorageMode mode) {
    final World world = start(mode);
    world.publish(write("one"));
    world.subscribe(watch());
    world.subscribe(watch().event("diary.winfo").callId("wi").from("sip:bob@d"));
    world.peers.take();
    diary.bobSays("friend");
    assertThat(update(world).finished).isTrue();
    final List<Peers.Notify> told = world.peers.take();
    assertThat(told).hasSize(2);
    assertThat(of(told, "wi").body())
        .contains("state=\"partial\"", "event=\"approved\" status=\"active\">sip:alice@d<");
    assertThat(of(told, "c1").state()).isEqualTo("active;expires=600");
    assertThat(of(told, "c1").body()).isEqualTo("one");
    assertThat(row(world).status()).isEqualTo(Subscription.ACTIVE);
    world.publish(write("two"));
    assertThat(world.peers.last().body()).isEqualTo("one\ntwo");
    world.advance(2);
    world.store.subscriptions.values().stream()
        .filter(s -> s.event().equals("diary"))
        .forEach(s -> assertThat(s.status()).isEqualTo(Subscription.ACTIVE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-083 a watcher who is blocked is told so, removed, and never stored again")
  void pres083Blocked(final StorageMode mode) {
    final World world = start(mode);
    diary.bobSays("friend");
    world.publish(write("one"));
    world.subscribe(watch());
    world.subscribe(watch().event("diary.winfo").callId("wi").from("sip:bob@d"));
    world.peers.take();
    diary.bobSays("stranger");
    assertThat(update(world).finished).isTrue();
    final List<Peers.Notify> told = world.peers.take();
    assertThat(told).hasSize(2);
    assertThat(of(told, "wi").body())
        .contains("state=\"partial\"", "event=\"rejected\" status=\"terminated\">sip:alice@d<");
    assertThat(of(told, "c1").state()).isEqualTo("terminated;reason=rejected");
    assertThat(of(told, "c1").body()).isEmpty();
    assertThat(row(world).status()).isEqualTo(Subscription.TERMINATED);
    world.publish(write("two"));
    world.advance(1000);
    assertThat(world.peers.take()).allMatch(n -> n.request().callId().equals("wi"));
    final FakeCall again = world.subscribe(watch().callId("again"));
    assertThat(again.code()).isEqualTo(200);
    assertThat(again.header("Expires")).isEqualTo("600");
    assertThat(again.subscription.orElseThrow().status()).isEqualTo(Subscription.TERMINATED);
    assertThat(again.subscription.orElseThrow().reason()).isEqualTo("rejected");
    assertThat(world.peers.last().request().callId()).isEqualTo("again");
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
    world.advance(5);
    assertThat(world.store.subscriptions.values()).noneMatch(s -> s.event().equals("diary"));
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "diary")).isEqualTo(-1);
    assertThat(world.subscribe(watch().callId("again").toTag("tag-again-f1").cseq(2)).code())
        .isEqualTo(481);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-084 a politely blocked watcher is active and sees nothing")
  void pres084PoliteBlock(final StorageMode mode) {
    final World world = start(mode);
    diary.bobSays("bore");
    world.publish(write("one"));
    world.subscribe(watch());
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(row(world).reason()).isEqualTo("polite-block");
    world.peers.take();
    world.publish(write("two"));
    assertThat(world.peers.take()).isEmpty();
    world.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.peers.last().body()).isEmpty();
    world.subscribe(watch().toTag("tag-c1-f1").cseq(3).expires(0));
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=timeout");
    assertThat(world.peers.last().body()).isEmpty();
  }

  @Test
  @DisplayName("PRES-084 pres_auth_status: 1 active, 2 pending, 3 blocked, 5 politely blocked, -1")
  void pres084AuthStatus() {
    diary.name = "presence";
    final World world = new World().with(diary);
    world.param("presence_xml", "disable_presence", 1).start();
    assertThat(status(world)).isEqualTo(2);
    diary.bobSays("friend");
    world.advance(10);
    assertThat(status(world)).isEqualTo(1);
    assertThat(world.function("pres_auth_status", "sip:dave@d", "sip:bob@d")).isEqualTo(2);
    diary.bobSays("ask");
    world.advance(10);
    assertThat(status(world)).isEqualTo(2);
    diary.bobSays("stranger");
    world.advance(10);
    assertThat(status(world)).isEqualTo(3);
    diary.bobSays("bore");
    world.advance(10);
    assertThat(status(world)).isEqualTo(5);
    assertThat(world.function("pres_auth_status", "", "sip:bob@d")).isEqualTo(-1);
    assertThat(world.function("pres_auth_status", "sip:alice@d", "")).isEqualTo(-1);
    diary.faults.put("authorize", Diary.Fault.THROW);
    assertThat(status(world)).isEqualTo(-1);
    diary.faults.clear();
    diary.faults.put("rules", Diary.Fault.THROW);
    world.advance(10);
    assertThat(status(world)).isEqualTo(-1);
    assertThat(world.store.watchers).isEmpty();
  }

  private static int status(final World world) {
    return world.function("pres_auth_status", "sip:alice@d", "sip:bob@d");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-085 what rules hide is hidden in every NOTIFY, whatever causes it")
  void pres085Hidden(final StorageMode mode) {
    final World world = start(mode);
    diary.bobSays("guest");
    world.publish(write("open"));
    world.publish(write("secret"));
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("open");
    world.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    assertThat(world.peers.last().body()).isEqualTo("open");
    world.publish(write("secret too"));
    assertThat(world.peers.last().body()).isEqualTo("open");
    world.publish(write("more"));
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    diary.files.put("file", "secret file");
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "diary", "1")).isEqualTo(1);
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "diary", "2", "file", "name"))
        .isEqualTo(1);
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    world.subscribe(watch().callId("second"));
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    world.subscribe(watch().callId("fetch").expires(0));
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    world.subscribe(watch().toTag("tag-c1-f1").cseq(3).expires(0));
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    assertThat(world.peers.take()).hasSize(9).noneMatch(n -> n.body().contains("secret"));
  }

  @ParameterizedTest(name = "publ_cache {0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-085 what rules hide is hidden in the NOTIFYs of notifiers, too")
  void pres085Notifiers(final int cache) {
    final World world = new World().param("subs_db_mode", 3).param("publ_cache", cache);
    world.param("notifier_processes", 1).with(diary).start();
    diary.bobSays("guest");
    world.publish(write("open"));
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("open");
    world.publish(write("secret"));
    world.publish(write("more"));
    world.advance(8);
    assertThat(world.peers.last().body()).isEqualTo("open\nmore");
    diary.bobSays("bore");
    assertThat(update(world).finished).isTrue();
    world.advance(8);
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(world.peers.last().state()).startsWith("active");
    diary.bobSays("stranger");
    assertThat(update(world).finished).isTrue();
    world.advance(8);
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
    assertThat(world.store.subscriptions).isEmpty();
    assertThat(world.peers.take()).noneMatch(n -> n.body().contains("secret"));
  }

  @Test
  @DisplayName("PRES-085 what rules hide is hidden after a restart, too")
  void pres085Restart() {
    final World before = new World().with(diary).start();
    diary.bobSays("guest");
    before.publish(write("open"));
    before.publish(write("secret"));
    before.subscribe(watch());
    before.stop();
    final World after = new World(before.store).with(diary).start();
    after.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    after.advance(1);
    assertThat(after.peers.last().body()).isEqualTo("open");
    after.publish(write("secret too"));
    after.publish(write("more"));
    assertThat(after.peers.last().body()).isEqualTo("open\nmore");
    assertThat(after.peers.take()).noneMatch(n -> n.body().contains("secret"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-086 without a rules document an update fails and changes nothing")
  void pres086NoRules(final StorageMode mode) {
    final World world = start(mode);
    diary.bobSays("friend");
    world.publish(write("one"));
    world.subscribe(watch());
    world.peers.take();
    diary.rules.clear();
    final FakeRpc rpc = update(world);
    assertThat(rpc.fault).isEqualTo(500);
    assertThat(rpc.faultText).isEqualTo("Processing error");
    assertThat(world.function("pres_update_watchers", "sip:bob@d", "diary")).isEqualTo(-1);
    assertThat(world.peers.take()).isEmpty();
    assertThat(row(world).status()).isEqualTo(Subscription.ACTIVE);
    world.publish(write("two"));
    assertThat(world.peers.last().state()).startsWith("active");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("who waits for a decision without a subscription is listed as waiting (D-22)")
  void waiting(final StorageMode mode) {
    final World world = start(mode);
    world.subscribe(watch());
    world.subscribe(watch().event("diary.winfo").callId("wi").from("sip:bob@d"));
    world.subscribe(watch().toTag("tag-c1-f1").cseq(2).expires(0));
    final String entry =
        "id=\"c2lwOmFsaWNlQGQ=\" event=\"timeout\" status=\"waiting\">sip:alice@d<";
    assertThat(lastList(world)).contains("state=\"full\"", entry);
    world.subscribe(watch().callId("c2").expires(100));
    assertThat(lastList(world)).contains("state=\"partial\"", "id=\"c2\"", "status=\"pending\"");
    world.advance(101);
    assertThat(lastList(world)).contains("state=\"full\"", entry).doesNotContain("c2\"");
    world.subscribe(watch().event("diary.winfo").callId("fetch").from("sip:bob@d").expires(0));
    assertThat(world.peers.last().body()).contains(entry);
    world.store.unavailable = true;
    if (mode.subsDbMode() % 2 == 0 && mode.publCache() != 0) {
      world.subscribe(watch().event("diary.winfo").callId("wi").toTag("tag-wi-f1").cseq(2));
      assertThat(lastList(world)).contains("state=\"full\"").doesNotContain("waiting");
    }
  }

  private static String lastList(final World world) {
    return world.peers.notifies.stream()
        .filter(n -> n.request().callId().equals("wi"))
        .reduce((first, second) -> second)
        .orElseThrow()
        .body();
  }

  @Test
  @DisplayName("what was decided holds until somebody says that the rules have changed")
  void decisionHolds() {
    final World world = new World().with(diary).start();
    diary.bobSays("friend");
    world.subscribe(watch());
    diary.bobSays("stranger");
    world.advance(60);
    world.subscribe(watch().callId("c2"));
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.function("pres_update_watchers", "sip:bob@d", "diary")).isEqualTo(1);
    assertThat(world.peers.take())
        .extracting(Peers.Notify::state)
        .endsWith("terminated;reason=rejected", "terminated;reason=rejected");
  }

  @Test
  @DisplayName("silent rules keep who is new pending and put who was let in on probation")
  void undecided() {
    final World world = new World().with(diary).start();
    diary.bobSays("nothing");
    world.subscribe(watch());
    assertThat(world.peers.last().state()).isEqualTo("pending;expires=600");
    assertThat(world.function("pres_update_watchers", "sip:bob@d", "diary")).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
    diary.bobSays("friend");
    world.function("pres_update_watchers", "sip:bob@d", "diary");
    assertThat(world.peers.last().state()).startsWith("active");
    diary.bobSays("nothing");
    world.function("pres_update_watchers", "sip:bob@d", "diary");
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=probation");
  }

  @Test
  @DisplayName("a row of another program decides; one that says nothing gets the busy answer")
  void rowsDecide() {
    final World world = new World().with(diary).start();
    diary.bobSays("friend");
    world.store.put(new WatcherRow("sip:bob@d", "alice", "d", "diary", 3, "", 1));
    world.subscribe(watch());
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
    world.store.put(new WatcherRow("sip:bob@d", "alice", "d", "diary", 9, "", 1));
    assertThat(world.subscribe(watch().callId("c2")).busy).isTrue();
    // the same user of another domain, package or presentity is somebody else (D-41)
    world.store.put(new WatcherRow("sip:bob@d", "alice", "e", "diary", 1, "", 1));
    world.subscribe(watch().callId("c3").from("sip:alice@e"));
    assertThat(world.peers.last().state()).startsWith("active");
    assertThat(world.store.watchers).hasSize(2);
  }

  @Test
  @DisplayName("a SUBSCRIBE that can not be decided about gets the busy answer and leaves nothing")
  void undecidable() {
    final World world = new World().with(diary).start();
    diary.bobSays("friend");
    world.store.unavailable = true;
    assertThat(world.subscribe(watch()).busy).isTrue();
    world.store.unavailable = false;
    world.store.full = true;
    assertThat(world.subscribe(watch()).busy).isTrue();
    world.store.full = false;
    diary.faults.put("rules", Diary.Fault.THROW);
    assertThat(world.subscribe(watch()).busy).isTrue();
    diary.faults.put("authorize", diary.faults.remove("rules"));
    assertThat(world.subscribe(watch()).busy).isTrue();
    diary.faults.clear();
    world.threads.full = true;
    assertThat(world.subscribe(watch()).busy).isTrue();
    world.threads.full = false;
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.store.watchers).isEmpty();
    assertThat(world.subscribe(watch()).code()).isEqualTo(200);
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("a retransmission waits with the SUBSCRIBE that is being decided about")
  void retransmission() {
    final World world = new World().with(diary).start();
    diary.bobSays("friend");
    world.threads.paused = true;
    final FakeCall first = world.subscribe(watch());
    final FakeCall second = world.subscribe(watch());
    assertThat(first.ended() || second.ended()).isFalse();
    world.threads.resume();
    assertThat(first.code()).isEqualTo(200);
    assertThat(second.code()).isEqualTo(200);
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("rules that change while a SUBSCRIBE is being decided about are the ones that count")
  void overtaken() {
    final World world = new World().with(diary).start();
    diary.bobSays("friend");
    world.threads.paused = true;
    final FakeCall call = world.subscribe(watch());
    diary.bobSays("stranger");
    final FakeRpc rpc = update(world);
    world.threads.resume();
    assertThat(rpc.finished).isTrue();
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
    assertThat(row(world).status()).isEqualTo(Subscription.TERMINATED);
  }

  @Test
  @DisplayName(
      "rules that change while it is not known whether the 200 has left reach the watcher, too")
  void overtakenAtCommit() {
    final World world = new World().param("subs_db_mode", 1).with(diary).start();
    diary.bobSays("friend");
    world.store.put(new WatcherRow("sip:bob@d", "alice", "d", "diary", 1, "", 1));
    world.subscribe(watch().callId("c0"));
    world.newsComesLate = true;
    final FakeCall call = world.subscribe(watch());
    diary.bobSays("stranger");
    assertThat(update(world).finished).isFalse();
    world.hearNews();
    assertThat(call.code()).isEqualTo(200);
    world.advance(1);
    assertThat(world.store.subscriptions.values()).isEmpty();
  }

  @Test
  @DisplayName("many watchers are decided about anew, some at a time; runs follow one another")
  void manyWatchers() {
    final World world = new World().with(diary).start();
    final int crowd = 3 * PresenceLimits.WATCHERS_PER_CALL + 5;
    for (int i = 0; i < crowd; i++) {
      world.subscribe(watch().callId("c" + i).from("sip:u" + i + "@d"));
    }
    world.peers.take();
    for (int i = 0; i < crowd; i++) {
      diary
          .rules
          .computeIfAbsent("sip:bob@d", u -> new HashMap<>())
          .put("sip:u" + i + "@d", "friend");
    }
    world.threads.paused = true;
    final FakeRpc first = update(world);
    final FakeRpc second = update(world);
    assertThat(first.finished || second.finished).isFalse();
    while (!second.finished) {
      world.threads.resume();
    }
    assertThat(first.finished).isTrue();
    assertThat(world.peers.take()).hasSize(crowd).allMatch(n -> n.state().startsWith("active"));
    assertThat(world.store.watchers.values()).allMatch(w -> w.status() == 1);
  }

  @Test
  @DisplayName("a memory-only server lets everybody in and stores nothing")
  void memoryOnly() {
    final World world =
        new World().without("db_url").param("publ_cache", 2).param("subs_db_mode", 0);
    world.with(diary).start();
    diary.bobSays("stranger");
    world.publish(write("one"));
    world.subscribe(watch());
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.peers.last().body()).isEqualTo("one");
    world.subscribe(watch().event("diary.winfo").callId("wi").from("sip:bob@d"));
    assertThat(world.peers.last().body()).contains("status=\"active\"");
    assertThat(update(world).fault).isEqualTo(500);
    assertThat(world.rpc("presence.cleanup").finished).isTrue();
  }

  @Test
  @DisplayName("presence.cleanup forgets who has been pending for a day at once")
  void cleanup() {
    final World world = new World().param("clean_period", 0).with(diary).start();
    world.subscribe(watch());
    world.advance(86_500);
    assertThat(world.store.watchers).hasSize(1);
    world.rpc("presence.cleanup");
    assertThat(world.store.watchers).isEmpty();
  }
}
