// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.presence.Diary.Fault;
import io.kamjvm.presence.Peers.Reaction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages that are not built in: their code runs elsewhere, comes back late, fails or hangs. */
class PackageTest {
  private static final int DEADLINE = (int) (PresenceLimits.PACKAGE_MILLIS / 1000) + 1;

  private final Diary diary = new Diary();
  private final World world = new World();

  static List<StorageMode> modes() {
    return StorageMode.all();
  }

  @BeforeEach
  void everybodyIsAFriend() {
    diary.bobSays("friend");
  }

  private static Requests watch() {
    return subscribe().event("diary").expires(600);
  }

  private static Requests write(final String entry) {
    return publish().event("diary").expires(3600).body(entry);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("a package that is not built in: published, watched, changed, removed, expired")
  void life(final StorageMode mode) {
    final World one = mode.world().with(diary).start();
    final FakeCall first = one.publish(publish().event("diary").body("one"));
    assertThat(first.header("Expires")).isEqualTo("1800");
    final FakeCall call = one.subscribe(watch());
    assertThat(call.code()).isEqualTo(200);
    assertThat(one.peers.last().body()).isEqualTo("one");
    assertThat(one.peers.last().header("Content-Type")).isEqualTo("text/plain");
    final FakeCall second = one.publish(write("two").expires(300));
    assertThat(one.peers.last().body()).isEqualTo("one\ntwo");
    final FakeCall changed = one.publish(write("uno").ifMatch(first.etag()));
    assertThat(changed.code()).isEqualTo(200);
    assertThat(one.peers.last().body()).isEqualTo("two\nuno");
    one.publish(publish().event("diary").ifMatch(changed.etag()).expires(0));
    assertThat(one.peers.last().body()).isEqualTo("two\ngone:uno");
    one.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    assertThat(one.peers.last().body()).isEqualTo("two");
    // where the table is the truth it is looked through once in each clean_period
    one.advance(410);
    assertThat(one.peers.last().body()).isEqualTo("gone:two");
    one.subscribe(watch().callId("c2").expires(0));
    assertThat(one.peers.last().body()).isEmpty();
    assertThat(one.peers.take()).hasSize(7);
    assertThat(second.code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PRES-056 packages that differ in a parameter are different packages")
  void pres056() {
    diary.name = "dialog";
    final Diary shared = new Diary();
    shared.name = "dialog;sla";
    shared.guarded = false;
    world.with(diary).with(shared).start();
    world.publish(publish().event("dialog").body("private"));
    world.publish(publish().event("dialog;sla").body("shared"));
    world.subscribe(subscribe().event("dialog;sla"));
    assertThat(world.peers.last().body()).isEqualTo("shared");
    assertThat(world.peers.last().header("Event")).isEqualTo("dialog;sla");
    world.subscribe(subscribe().event("dialog").callId("c2"));
    assertThat(world.peers.last().body()).isEqualTo("private");
    world.publish(publish().event("dialog;sla").body("more"));
    assertThat(world.peers.last().body()).isEqualTo("shared\nmore");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-024 a publication that its package says replaces another one does")
  void pres024Replaced(final StorageMode mode) {
    final World one = mode.world().with(diary).start();
    one.subscribe(watch());
    final FakeCall first = one.publish(write("call 1: ringing"));
    one.publish(write("call 2: ringing"));
    one.publish(write("call 1: talking"));
    assertThat(one.peers.last().body()).isEqualTo("call 2: ringing\ncall 1: talking");
    assertThat(one.publish(write("call 1: over").ifMatch(first.etag())).code()).isEqualTo(412);
    one.store.publications.values().stream()
        .forEach(r -> assertThat(new String(r.body())).doesNotContain("call 1: ringing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PRES-025 a document that has said its last word stays; the returned tag is usable")
  void pres025LastWord(final StorageMode mode) {
    final World one = mode.world().with(diary).start();
    one.subscribe(watch());
    final FakeCall first = one.publish(write("terminated."));
    one.peers.take();
    final FakeCall second = one.publish(write("more").ifMatch(first.etag()));
    assertThat(second.code()).isEqualTo(200);
    assertThat(one.peers.take()).isEmpty();
    final FakeCall third = one.publish(publish().event("diary").ifMatch(second.etag()).expires(0));
    assertThat(third.code()).isEqualTo(200);
    assertThat(one.peers.last().body()).isEqualTo("gone:terminated.");
  }

  @Test
  @DisplayName("PRES-026 a package that keeps entity-tags: a modification returns the same tag")
  void pres026SameTag() {
    diary.keepsTags = true;
    world.with(diary).start();
    final FakeCall first = world.publish(write("one"));
    final FakeCall second = world.publish(write("two").ifMatch(first.etag()));
    assertThat(second.etag()).isEqualTo(first.etag());
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("two");
  }

  @Test
  @DisplayName("a package that fails to say what replaces what costs that PUBLISH")
  void replacesFails() {
    world.with(diary).start();
    world.publish(write("one"));
    diary.faults.put("replaces", Fault.THROW);
    assertThat(world.publish(write("two")).code()).isEqualTo(500);
    diary.faults.clear();
    world.publish(write("three"));
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("one\nthree");
  }

  @Test
  @DisplayName("the publisher who subscribes is told what its package has for him")
  void forPublisher() {
    world.with(diary).start();
    world.publish(write("one"), "sip:alice@192.0.2.7:5062");
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("yours");
    world.subscribe(watch().callId("c2").contact("sip:carol@192.0.2.8"));
    assertThat(world.peers.last().body()).isEqualTo("one");
  }

  @Test
  @DisplayName("the engine serves others while a package works; nobody sees an older state later")
  void slowPackage() {
    world.with(diary).start();
    world.subscribe(watch());
    world.peers.take();
    world.threads.paused = true;
    final FakeCall slow = world.publish(write("one"));
    assertThat(slow.ended()).isFalse();
    world.subscribe(subscribe().callId("other"));
    world.publish(publish().body(Bodies.pidf("t1", "open")));
    assertThat(world.peers.take()).hasSize(2);
    final FakeCall behind = world.publish(write("two"));
    final FakeCall late = world.subscribe(watch().callId("late"));
    for (int i = 0; i < 10; i++) {
      world.threads.resume();
      world.threads.paused = true;
    }
    assertThat(slow.code()).isEqualTo(200);
    assertThat(behind.code()).isEqualTo(200);
    assertThat(late.code()).isEqualTo(200);
    world.threads.resume();
    final List<Peers.Notify> told = world.peers.take();
    assertThat(told.stream().filter(n -> n.request().callId().equals("c1")))
        .extracting(Peers.Notify::body)
        .endsWith("one\ntwo");
    assertThat(told.stream().filter(n -> n.request().callId().equals("late")))
        .extracting(Peers.Notify::body)
        .endsWith("one\ntwo");
  }

  @Test
  @DisplayName("a change that comes while a NOTIFY is under way reaches the watcher afterwards")
  void newerStateWaits() {
    world.with(diary).start();
    world.subscribe(watch());
    world.peers.reaction = r -> Reaction.SILENT;
    world.publish(write("one"));
    world.publish(write("two"));
    final FakeCall third = world.publish(write("three"));
    world.publish(publish().event("diary").ifMatch(third.etag()).expires(0));
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.last().body()).isEqualTo("one\ntwo\ngone:three");
    assertThat(world.peers.notifies).hasSize(3);
  }

  @Test
  @DisplayName("a package that wants every state delivered has every state delivered, in order")
  void everyState() {
    diary.everyState = true;
    world.with(diary).start();
    world.subscribe(watch());
    world.peers.take();
    world.peers.reaction = r -> Reaction.SILENT;
    world.publish(write("one"));
    world.publish(write("two"));
    world.publish(write("three"));
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.take())
        .extracting(Peers.Notify::body)
        .containsExactly("one", "one\ntwo", "one\ntwo\nthree");
  }

  @Test
  @DisplayName("a body that the package refuses, or fails on, costs its own PUBLISH")
  void bodies() {
    world.with(diary).start();
    assertThat(world.publish(write("nonsense")).code()).isEqualTo(415);
    diary.faults.put("parse", Fault.THROW);
    assertThat(world.publish(write("one")).code()).isEqualTo(500);
    diary.faults.clear();
    world.threads.full = true;
    assertThat(world.publish(write("one")).busy).isTrue();
    world.threads.full = false;
    assertThat(world.publish(write("one")).code()).isEqualTo(200);
    world.subscribe(watch());
    assertThat(world.peers.last().body()).isEqualTo("one");
  }

  @Test
  @DisplayName("a state that can not be made is not told; who asks gets no body, later the state")
  void stateFails() {
    world.with(diary).start();
    world.publish(write("one"));
    world.subscribe(watch());
    world.peers.take();
    diary.faults.put("state", Fault.THROW);
    assertThat(world.publish(write("two")).code()).isEqualTo(200);
    assertThat(world.peers.take()).isEmpty();
    world.subscribe(watch().callId("c2"));
    assertThat(world.peers.last().state()).startsWith("active");
    assertThat(world.peers.last().body()).isEmpty();
    diary.faults.clear();
    world.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    assertThat(world.peers.last().body()).isEqualTo("one\ntwo");
  }

  @Test
  @DisplayName("a view that can not be made never shows more: no NOTIFY, or one without body")
  void viewFails() {
    world.with(diary).start();
    world.publish(write("one"));
    world.subscribe(watch());
    world.peers.take();
    diary.faults.put("view", Fault.THROW);
    world.publish(write("two"));
    assertThat(world.peers.take()).isEmpty();
    world.subscribe(watch().toTag("tag-c1-f1").cseq(2));
    assertThat(world.peers.last().body()).isEmpty();
    diary.faults.clear();
    diary.faults.put("rules", Fault.THROW);
    world.advance(10);
    world.peers.take();
    world.publish(write("three"));
    assertThat(world.peers.take()).isEmpty();
    diary.faults.clear();
    world.publish(write("four"));
    assertThat(world.peers.last().body()).isEqualTo("one\ntwo\nthree\nfour");
  }

  @ParameterizedTest(name = "in {0}()")
  @ValueSource(
      strings = {
        "parse",
        "state",
        "stateForPublisher",
        "replaces",
        "view",
        "rules",
        "authorize",
        "hardState"
      })
  @DisplayName("a package that hangs is disabled; its watchers stay, others are served")
  void hangs(final String method) {
    world.with(diary).start();
    world.publish(write("one"));
    world.subscribe(watch());
    world.subscribe(subscribe().callId("other"));
    world.advance(10);
    world.peers.take();
    diary.faults.put(method, Fault.HANG);
    final FakeCall publish = world.publish(write("two"));
    final FakeCall subscribe = world.subscribe(watch().callId("c2").from("sip:carol@d"));
    final FakeCall refresh =
        world.call("pres_refresh_watchers", Optional.empty(), "sip:bob@d", "diary", "2", "f", "n");
    world.settle();
    world.publish(publish().body(Bodies.pidf("t1", "open")));
    assertThat(world.peers.take()).anyMatch(n -> n.request().callId().equals("other"));
    world.advance(DEADLINE);
    assertThat(diary.called).contains(method);
    assertThat(world.threads.retired).containsExactly("diary");
    assertThat(publish.ended() && subscribe.ended() && refresh.ended()).isTrue();
    assertThat(world.publish(write("three")).busy).isTrue();
    assertThat(world.subscribe(watch().callId("c3")).busy).isTrue();
    assertThat(world.subscribe(watch().toTag("tag-c1-f1").cseq(2)).busy).isTrue();
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "diary")).isEqualTo(1);
    assertThat(world.function("pres_update_watchers", "sip:bob@d", "diary")).isEqualTo(-1);
    world.publish(publish().body(Bodies.pidf("t2", "open")));
    assertThat(world.peers.last().request().callId()).isEqualTo("other");
    assertThat(world.subscribe(watch().toTag("tag-c1-f1").cseq(3).expires(0)).code())
        .isEqualTo(200);
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=timeout");
    assertThat(world.threads.retired).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @DisplayName("a package that fails on stored documents does not keep the server from starting")
  void restored(final Fault fault) {
    world.with(diary).start();
    world.publish(write("one"));
    world.stop();
    diary.faults.put("parse", fault);
    final World again = new World(world.store).with(diary).start();
    again.publish(publish().body(Bodies.pidf("t1", "open")));
    again.subscribe(subscribe());
    assertThat(again.peers.last().body()).contains("open");
    assertThat(world.store.publications).hasSize(2);
    assertThat(again.publish(write("two")).busy).isEqualTo(fault == Fault.HANG);
  }

  @Test
  @DisplayName("documents and watchers of a package come back after a restart")
  void comesBack() {
    world.with(diary).start();
    final FakeCall first = world.publish(write("one"));
    world.publish(write("two").expires(100));
    world.subscribe(watch());
    world.stop();
    final World again = new World(world.store).with(diary).start();
    again.publish(write("uno").ifMatch(first.etag()));
    again.advance(1);
    assertThat(again.peers.last().body()).isEqualTo("two\nuno");
    again.advance(101);
    assertThat(again.peers.last().body()).isEqualTo("gone:two\nuno");
  }

  @Test
  @DisplayName("a name that is taken, or makes no sense, is refused; the first one stays")
  void names() {
    final EventPackages packages = new EventPackages();
    assertThat(packages.add(diary)).isEqualTo("diary");
    assertThat(packages.allowEvents()).isEqualTo("Allow-Events: diary.winfo, diary");
    assertThatThrownBy(() -> packages.add(new Diary())).hasMessageContaining("diary already");
    for (final String bad : List.of("", "a b", "x\r\nEvil: 1", "x.winfo", "x".repeat(60))) {
      final Diary other = new Diary();
      other.name = bad;
      assertThatThrownBy(() -> packages.add(other)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () ->
                packages.add(
                    new EventPackage() {
                      @Override
                      public String name() {
                        return "x";
                      }

                      @Override
                      public String contentType() {
                        return "a/b\r\nEvil: 1";
                      }
                    }))
        .hasMessageContaining("contentType");
    assertThat(packages.all()).hasSize(2);
  }

  @Test
  @DisplayName("the smallest package is a name and a type: the last body, for everybody")
  void smallest() {
    world
        .with(
            new EventPackage() {
              @Override
              public String name() {
                return "weather";
              }

              @Override
              public String contentType() {
                return "text/plain";
              }
            })
        .start();
    world.publish(publish().event("weather").body("rain"));
    world.subscribe(subscribe().event("weather"));
    assertThat(world.peers.last().body()).isEqualTo("rain");
    world.publish(publish().event("weather").body("sun"));
    assertThat(world.peers.last().body()).isEqualTo("sun");
    assertThat(world.store.watchers).isEmpty();
  }

  @Test
  @DisplayName("rules are fetched once for many watchers, and again after some seconds")
  void rulesAreKept() {
    world.with(diary).start();
    for (int i = 0; i < 20; i++) {
      world.subscribe(watch().callId("c" + i));
    }
    world.publish(write("one"));
    assertThat(diary.fetched).isEqualTo(1);
    world.advance(6);
    world.publish(write("two"));
    assertThat(diary.fetched).isEqualTo(2);
  }

  @Test
  @DisplayName("hard state is kept under its file's name, told, never expires, and is removed")
  void hardState() {
    world.with(diary).start();
    world.subscribe(watch());
    diary.files.put("http://x/f", "at home");
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(1);
    assertThat(world.peers.last().body()).isEqualTo("at home");
    assertThat(world.store.publications.values())
        .singleElement()
        .satisfies(r -> assertThat(r.etag()).isEqualTo("f"))
        .satisfies(r -> assertThat(r.expires()).isEqualTo(-1));
    world.advance(400);
    diary.files.put("http://x/f", "on the way");
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(1);
    assertThat(world.peers.last().body()).isEqualTo("on the way");
    assertThat(world.store.publications).hasSize(1);
    diary.files.clear();
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(1);
    assertThat(world.peers.last().body()).isEqualTo("gone:on the way");
    assertThat(world.store.publications).isEmpty();
    world.peers.take();
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
    diary.files.put("http://x/f", "nonsense");
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(-1);
    diary.faults.put("hardState", Fault.THROW);
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(-1);
    diary.faults.clear();
    diary.files.put("http://x/f", "at home");
    world.store.unavailable = true;
    assertThat(refresh("2", "http://x/f", "f")).isEqualTo(-1);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "2", "f", "n"))
        .isEqualTo(-1);
  }

  private int refresh(final String... more) {
    final String[] all = new String[2 + more.length];
    all[0] = "sip:bob@d";
    all[1] = "diary";
    System.arraycopy(more, 0, all, 2, more.length);
    return world.function("pres_refresh_watchers", all);
  }

  @Test
  @DisplayName("PRES-088 pres_refresh_watchers: who takes which type, and what success is called")
  void pres088() {
    world.with(diary).start();
    world.publish(write("one"));
    world.subscribe(watch());
    world.peers.take();
    assertThat(refresh("1")).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
    assertThat(refresh("0")).isEqualTo(1);
    assertThat(refresh("2")).isEqualTo(-1);
    assertThat(refresh("1", "f", "n")).isEqualTo(-1);
    assertThat(world.function("kemi:pres_refresh_watchers", "sip:bob@d", "diary", "1")).isZero();
    assertThat(world.function("kemi:pres_refresh_watchers", "sip:bob@d", "diary", "2"))
        .isEqualTo(-1);
    for (final String type : List.of("0", "1", "2")) {
      assertThat(
              world.function(
                  "kemi:pres_refresh_watchers_file", "sip:bob@d", "diary", type, "f", "n"))
          .isZero();
    }
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "nothing", "1")).isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "0")).isEqualTo(-1);
    assertThat(world.function("pres_update_watchers", "nobody", "diary")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-089 presence.refreshWatchers and updateWatchers say what they miss")
  void pres089() {
    world.with(diary).start();
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "diary"))
        .isEqualTo("Not enough parameters");
    assertThat(fault("presence.refreshWatchers", "", "diary", "1"))
        .isEqualTo("Empty presentity URI");
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "", "1"))
        .isEqualTo("Empty event parameter");
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "diary", "2"))
        .isEqualTo("No file uri or name parameters");
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "diary", "2", "", "n"))
        .isEqualTo("Empty file uri parameter");
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "diary", "2", "f", ""))
        .isEqualTo("Empty file name parameter");
    assertThat(fault("presence.refreshWatchers", "sip:bob@d", "nothing", "1"))
        .isEqualTo("Execution failed");
    assertThat(fault("presence.updateWatchers", "sip:bob@d")).isEqualTo("Not enough parameters");
    assertThat(fault("presence.updateWatchers", "", "diary")).isEqualTo("Empty presentity URI");
    assertThat(fault("presence.updateWatchers", "sip:bob@d", ""))
        .isEqualTo("Empty event parameter");
    assertThat(fault("presence.updateWatchers", "sip:bob@d", "nothing"))
        .isEqualTo("Processing error");
    assertThat(world.rpc("presence.refreshWatchers", "sip:bob@d", "diary", "1").finished).isTrue();
    assertThat(world.rpc("presence.updateWatchers", "sip:bob@d", "diary").finished).isTrue();
  }

  private String fault(final String command, final String... arguments) {
    final FakeRpc rpc = world.rpc(command, arguments);
    assertThat(rpc.fault).isEqualTo(500);
    return rpc.faultText;
  }
}
