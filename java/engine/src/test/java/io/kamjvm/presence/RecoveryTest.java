// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.MemoryRecoveryLog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine dies and the next one goes on where it was, in every storage mode. That CSeq rises by
 * exactly one in each dialog, over all engines, is asserted by {@link Peers}.
 */
class RecoveryTest {
  private static final String MODES = "publ_cache={0} subs_db_mode={1}";

  private World world(final int cache, final int mode) {
    return new World()
        .param("publ_cache", cache)
        .param("subs_db_mode", mode)
        .param("notifier_processes", 0)
        .start();
  }

  private static MemoryRecoveryLog log(final World world) {
    return (MemoryRecoveryLog) world.recovery;
  }

  /** How many entries there are that tell of what lives; answers are kept for a while. */
  private static int left(final World world) {
    return log(world).size() - log(world).count(RecoveryNote.ANSWERED);
  }

  private static Requests refresh(final String callId, final long cseq) {
    return subscribe().callId(callId).cseq(cseq).toTag("tag-" + callId + "-f1").expires(600);
  }

  @ParameterizedTest(name = MODES)
  @DisplayName(
      "Documents, tags, subscriptions and counters go on, and nobody is told anything twice")
  @CsvSource({"0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3", "2,0", "2,1", "2,2", "2,3"})
  void goesOn(final int cache, final int mode) {
    final World world = world(cache, mode);
    final FakeCall published = world.publish(publish().expires(600).body(noted("t", "first")));
    world.subscribe(subscribe().callId("w").expires(600));
    world.publish(publish().ifMatch(published.etag()).expires(600).body(noted("t", "second")));
    final String tag = world.rpc("presence.presentity_list").structs.get(0).get("etag").toString();
    final long cseq = world.peers.last().cseq();
    world.peers.take();

    for (int engine = 2; engine < 5; engine++) {
      world.kill();
      assertThat(world.peers.take()).as("engine %d", engine).isEmpty();
    }

    final FakeCall refreshed = world.subscribe(refresh("w", 2));
    assertThat(refreshed.code() / 100).isEqualTo(2);
    assertThat(world.peers.last().body()).contains("second");
    assertThat(world.peers.last().cseq()).isEqualTo(cseq + 1);
    final FakeCall modified =
        world.publish(publish().ifMatch(tag).expires(600).body(noted("t", "third")));
    assertThat(modified.code()).isEqualTo(200);
    assertThat(world.peers.last().body()).contains("third");
    assertThat(world.peers.last().cseq()).isEqualTo(cseq + 2);
  }

  @ParameterizedTest(name = MODES)
  @DisplayName("A NOTIFY that was under way is sent again: the newest state, the next CSeq")
  @CsvSource({"0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3", "2,0", "2,1", "2,2", "2,3"})
  void underWay(final int cache, final int mode) {
    final World world = world(cache, mode);
    world.subscribe(subscribe().callId("quiet").expires(600));
    world.subscribe(subscribe().callId("w").expires(600));
    world.peers.reaction = r -> r.callId().equals("w") ? Reaction.SILENT : Reaction.OK;
    final FakeCall published = world.publish(publish().expires(600).body(noted("t", "first")));
    final long cseq = world.peers.last().cseq();
    world.publish(publish().ifMatch(published.etag()).expires(600).body(noted("t", "second")));
    world.peers.take();

    world.peers.reaction = r -> Reaction.OK;
    world.kill();

    final List<Notify> again = world.peers.take();
    assertThat(again).hasSize(1);
    assertThat(again.get(0).request().callId()).isEqualTo("w");
    assertThat(again.get(0).body()).contains("second");
    assertThat(again.get(0).cseq()).isEqualTo(cseq + 1);
    world.kill();
    assertThat(world.peers.take()).as("answered, so not owed").isEmpty();
  }

  @ParameterizedTest(name = MODES)
  @DisplayName("A PUBLISH whose 200 has left just before the death is notified by the next engine")
  @CsvSource({"0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3", "2,0", "2,1", "2,2", "2,3"})
  void acknowledgedThenDead(final int cache, final int mode) {
    final World world = world(cache, mode);
    world.subscribe(subscribe().callId("w").expires(600));
    world.peers.take();
    world.newsComesLate = true;
    world.peers.reaction = r -> Reaction.UNSENT;
    final FakeCall published = world.publish(publish().expires(600).body(noted("t", "first")));
    assertThat(published.code()).isEqualTo(200);
    assertThat(world.peers.take()).isEmpty();

    world.newsComesLate = false;
    world.peers.reaction = r -> Reaction.OK;
    world.kill();

    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("first"));
    assertThat(log(world).count(RecoveryNote.CHANGING)).isZero();
  }

  @ParameterizedTest(name = "subs_db_mode={0}")
  @DisplayName("A SUBSCRIBE whose 2xx has left just before the death gets its NOTIFY, its list too")
  @CsvSource({"1", "3"})
  void subscribedThenDead(final int mode) {
    final World world = world(1, mode);
    world.subscribe(subscribe().callId("list").event("presence.winfo").expires(600));
    world.peers.take();
    world.newsComesLate = true;
    assertThat(world.subscribe(subscribe().callId("w").expires(600)).code() / 100).isEqualTo(2);
    assertThat(world.peers.take()).isEmpty();

    world.newsComesLate = false;
    world.kill();

    final List<Notify> told = world.peers.take();
    assertThat(told).extracting(n -> n.request().callId()).containsExactlyInAnyOrder("w", "list");
    assertThat(told.stream().filter(n -> n.request().callId().equals("list")).toList().get(0))
        .satisfies(n -> assertThat(n.body()).contains("version=\"2\"").contains("alice"));
    world.kill();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("A decision that was not committed is not there, and the one who asked was told so")
  void notCommitted() {
    final World world = world(1, 1);
    world.subscribe(subscribe().callId("w").expires(600));
    world.peers.take();
    world.store.paused = true;
    world.publish(publish().expires(600).body(noted("t", "first")));
    world.subscribe(subscribe().callId("v").expires(600));
    world.subscribe(refresh("w", 2).expires(0));

    world.store.paused = false;
    world.kill();

    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThat(world.subscribe(refresh("v", 2)).code()).isEqualTo(481);
    world.peers.take();
    assertThat(world.subscribe(refresh("w", 3)).code() / 100).isEqualTo(2);
    assertThat(left(world)).isEqualTo(1);
  }

  @ParameterizedTest(name = MODES)
  @DisplayName("Versions of watcherinfo go on by one")
  @CsvSource({"1,0", "1,1", "1,2", "1,3", "2,0", "2,2"})
  void watcherinfoVersions(final int cache, final int mode) {
    final World world = world(cache, mode);
    world.subscribe(subscribe().callId("list").event("presence.winfo").expires(600));
    world.subscribe(subscribe().callId("a").expires(600));
    assertThat(versions(world)).containsExactly("1", "2");

    world.kill();
    world.subscribe(subscribe().callId("b").expires(600));
    world.kill();
    world.subscribe(refresh("b", 2).expires(0));

    assertThat(versions(world)).containsExactly("3", "4");
  }

  @ParameterizedTest(name = "subs_db_mode={0}")
  @DisplayName("What was read from the table is noted when something happens in it")
  @ValueSource(ints = {1, 2})
  void untouched(final int mode) {
    final World before = world(1, mode);
    before.subscribe(subscribe().callId("idle").target("sip:carol@d").expires(600));
    before.subscribe(subscribe().callId("w").expires(600));
    before.stop();
    final World world =
        new World(before.store).param("publ_cache", 1).param("subs_db_mode", mode).start();
    assertThat(left(world)).isZero();
    world.kill();
    assertThat(left(world)).isZero();

    world.publish(publish().expires(600).body(noted("t", "first")));
    assertThat(left(world)).isEqualTo(1);
    world.kill();
    world.advance(1);
    assertThat(world.peers.take())
        .hasSize(1)
        .allSatisfy(n -> assertThat(n.body()).contains("first"));
    world.kill();
    world.advance(1);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.subscribe(refresh("w", 2)).code()).isEqualTo(200);
    world.advance(1);
    assertThat(world.peers.take()).hasSize(1);
  }

  private static List<String> versions(final World world) {
    return world.peers.take().stream()
        .filter(n -> n.request().callId().equals("list"))
        .map(n -> n.body().replaceAll("(?s).*?<watcherinfo[^>]* version=\"(\\d+)\".*", "$1"))
        .toList();
  }

  @ParameterizedTest(name = MODES)
  @DisplayName("The last NOTIFY of a subscription is owed over the death of the engine")
  @CsvSource({"0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3", "2,0", "2,1", "2,2", "2,3"})
  void farewell(final int cache, final int mode) {
    final World world = world(cache, mode);
    world.publish(publish().expires(600).body(noted("t", "first")));
    world.subscribe(subscribe().callId("w").expires(600));
    world.peers.reaction = r -> Reaction.SILENT;
    world.peers.take();
    world.subscribe(refresh("w", 2).expires(0));
    world.subscribe(subscribe().callId("fetch").expires(0));
    assertThat(world.peers.take()).hasSize(2);

    world.peers.reaction = r -> Reaction.OK;
    world.kill();

    assertThat(world.peers.take())
        .hasSize(2)
        .allSatisfy(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"))
        .allSatisfy(n -> assertThat(n.body()).contains("first"));
    world.kill();
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.subscribe(refresh("w", 3)).code()).isEqualTo(481);
    assertThat(log(world).count(RecoveryNote.FAREWELL)).isZero();
  }

  @ParameterizedTest(name = "subs_db_mode={0}")
  @DisplayName("A committed end whose news was lost is told by the next engine")
  @CsvSource({"1", "3"})
  void endedThenDead(final int mode) {
    final World world = world(1, mode);
    world.subscribe(subscribe().callId("w").expires(600));
    world.newsComesLate = true;
    world.peers.take();
    assertThat(world.subscribe(refresh("w", 2).expires(0)).code() / 100).isEqualTo(2);
    assertThat(world.peers.take()).isEmpty();

    world.newsComesLate = false;
    world.kill();

    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    assertThat(left(world)).isZero();
  }

  @Test
  @DisplayName("What was not written back yet is written by the next engine, ends included")
  void writeBackGoesOn() {
    final World world = world(1, 2);
    world.subscribe(subscribe().callId("stays").expires(600));
    world.subscribe(subscribe().callId("goes").expires(600));
    world.advance(2);
    assertThat(world.store.subscriptions).hasSize(2);
    world.subscribe(subscribe().callId("new").expires(600));
    world.subscribe(refresh("stays", 7).contact("sip:moved@192.0.2.9").expires(900));
    world.subscribe(refresh("goes", 2).expires(0));
    world.peers.take();

    world.kill();
    world.advance(2);

    assertThat(world.store.subscriptions.values())
        .extracting(row -> row.callId() + " " + row.remoteCseq() + " " + row.contact())
        .containsExactlyInAnyOrder("stays 7 sip:moved@192.0.2.9", "new 1 sip:alice@192.0.2.7:5062");
    assertThat(world.subscribe(refresh("goes", 3)).code()).isEqualTo(481);
    assertThat(world.peers.take()).isEmpty();
    assertThat(log(world).count(RecoveryNote.GONE)).isZero();
    assertThat(left(world)).isEqualTo(2);
  }

  @ParameterizedTest(name = MODES)
  @DisplayName("What ended while no engine lived ends now, as if there had been one")
  @CsvSource({"0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3", "2,0", "2,1", "2,2", "2,3"})
  void endsMeanwhile(final int cache, final int mode) {
    final World world = world(cache, mode);
    world.publish(publish().expires(100).body(noted("t", "first")));
    world.subscribe(subscribe().callId("w").expires(600));
    world.subscribe(subscribe().callId("short").expires(100));
    world.peers.take();
    world.die();
    world.advance(200);
    world.start();
    world.advance(110);

    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThat(world.peers.take())
        .extracting(n -> n.request().callId() + " " + n.state().replaceAll("=\\d+", ""))
        .contains("w active;expires", "short terminated;reason=timeout");
    world.advance(600);
    assertThat(left(world)).as("nothing is left").isZero();
  }

  @ParameterizedTest(name = MODES)
  @DisplayName(
      "A retransmitted SUBSCRIBE that the dead engine had answered is answered the same way")
  @CsvSource({"1,0", "1,1", "1,2", "1,3"})
  void retransmission(final int cache, final int mode) {
    final World world = world(cache, mode);
    final FakeCall first = world.subscribe(subscribe().callId("w").expires(600));
    world.peers.take();
    world.kill();
    final FakeCall again = world.subscribe(subscribe().callId("w").expires(600));
    assertThat(again.code()).isEqualTo(first.code());
    assertThat(again.header("Expires")).isEqualTo(first.header("Expires"));
    assertThat(world.peers.take()).isEmpty();
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @DisplayName("A retransmitted PUBLISH that the dead engine had answered is not carried out again")
  @CsvSource({"0", "1", "2"})
  void publishRetransmission(final int cache) {
    final World world = world(cache, 0);
    final FakeCall first = world.publish(publish().callId("p").cseq(4).body(noted("t", "x")));
    world.kill();
    final FakeCall again = world.publish(publish().callId("p").cseq(4).body(noted("t", "x")));
    assertThat(again.reply()).isEqualTo(first.reply());
    assertThat(world.store.publications.size() + log(world).count(RecoveryNote.DOCUMENT))
        .isEqualTo(1);
    world.advance(60);
    world.publish(publish().callId("q").cseq(4).body(noted("u", "x")));
    assertThat(log(world).count(RecoveryNote.ANSWERED)).isEqualTo(1);
  }

  @Test
  @DisplayName("No entity-tag and no record id is given by two engines")
  void tags() {
    final World world = world(2, 0);
    final Set<String> tags = new HashSet<>();
    for (int engine = 0; engine < 5; engine++) {
      for (int i = 0; i < 3; i++) {
        final String tag =
            world
                .publish(publish().target("sip:u" + engine + i + "@d").body(noted("t", "x")))
                .etag();
        assertThat(tags.add(tag)).as(tag).isTrue();
      }
      world.kill();
    }
    assertThat(world.rpc("presence.presentity_list", "full").structs)
        .hasSize(15)
        .extracting(s -> s.get("ruid"))
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("The documents of one presentity keep their order")
  void order() {
    final World world = world(2, 0);
    final String older = world.publish(publish().body(noted("t", "older"))).etag();
    world.publish(publish().body(noted("t", "newer")));
    world.publish(publish().ifMatch(older).body(noted("t", "newest")));
    world.kill();
    world.subscribe(subscribe().expires(0));
    assertThat(world.peers.last().body()).contains("newest");
  }

  @Test
  @DisplayName("A full log refuses what would add to it; who takes away is let in")
  void full() {
    final World world = world(2, 0);
    final FakeCall published = world.publish(publish().body(noted("t", "first")));
    log(world).full = true;
    assertThat(world.publish(publish().body(noted("u", "second"))).busy).isTrue();
    assertThat(world.subscribe(subscribe().expires(600)).busy).isTrue();
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(1);
    assertThat(world.publish(publish().ifMatch(published.etag()).expires(0)).code()).isEqualTo(200);
    assertThat(left(world)).isZero();
  }

  @Test
  @DisplayName("Nothing stays in the log of what has ended")
  void nothingStays() {
    for (final int mode : new int[] {0, 1, 2}) {
      final World world = world(2, mode);
      for (int i = 0; i < 20; i++) {
        world.publish(publish().target("sip:u" + i + "@d").expires(50).body(noted("t", "x")));
        world.subscribe(subscribe().target("sip:u" + i + "@d").callId("w" + i).expires(60 + i));
        world.subscribe(subscribe().callId("f" + i).expires(0));
      }
      assertThat(left(world)).isEqualTo(40);
      world.advance(200);
      assertThat(left(world)).isZero();
    }
  }
}
