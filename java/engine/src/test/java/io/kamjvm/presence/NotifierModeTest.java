// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.presence.Peers.Reaction;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("the table of subscriptions is the truth, notifiers send NOTIFYs")
class NotifierModeTest {
  private static final int WAIT = 5;

  private static World notified(final World world) {
    return world.param("subs_db_mode", 3).param("notifier_processes", 1);
  }

  private final World world = notified(new World());

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 1", "0, 3"})
  @DisplayName(
      "PRES-071 a burst becomes few NOTIFYs, the last state within waitn_time, no CSeq gap")
  void pres071(final int cache, final int processes) {
    world.param("publ_cache", cache).param("notifier_processes", processes).start();
    world.subscribe(subscribe());
    world.peers.take();
    String tag = world.publish(publish().body(noted("t1", "first"))).etag();
    for (int i = 1; i < 20; i++) {
      tag = world.publish(publish().ifMatch(tag).body(noted("t1", "n" + i + "."))).etag();
      world.advanceMillis(50);
    }
    world.advance(WAIT);
    final List<Notify> notifies = world.peers.take();
    assertThat(notifies).hasSizeBetween(1, 3);
    assertThat(notifies.get(notifies.size() - 1).body()).contains("n19.");
    assertThat(world.store.marked).isEmpty();
    world.advance(3 * WAIT);
    assertThat(world.peers.take()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1", "2, 0", "2, 1"})
  @DisplayName("PRES-072 a document that is removed is shown as closed, and nothing of it remains")
  void pres072(final int cache, final int startupMode) {
    world.param("publ_cache", cache).param("startup_mode", startupMode).start();
    world.subscribe(subscribe());
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.advance(WAIT);
    world.peers.take();
    final FakeCall removal = world.publish(publish().ifMatch(tag).expires(0));
    assertThat(removal.etag()).isEqualTo(tag);
    assertThat(removal.header("Expires")).isEqualTo("0");
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("closed"));
    world.advance(4);
    assertThat(world.store.publications).isEmpty();
    world.subscribe(subscribe().callId("c2"));
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("two documents that expire together are both shown as closed (D-42)")
  void expireTogether(final int cache) {
    world.param("publ_cache", cache).param("clean_period", 20).start();
    world.subscribe(subscribe());
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.publish(publish().expires(30).body(pidf("t2", "open")));
    world.advance(WAIT);
    world.peers.take();
    world.advance(60);
    final List<Notify> notifies = world.peers.take();
    assertThat(notifies).isNotEmpty();
    assertThat(notifies.get(notifies.size() - 1).body())
        .contains("\"t1\"")
        .contains("\"t2\"")
        .doesNotContain("<basic>open");
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("a tag of a document that has left matches nothing")
  void departedTag() {
    world.start();
    world.subscribe(subscribe());
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.publish(publish().ifMatch(tag).expires(0));
    assertThat(world.store.publications).hasSize(1);
    final String left = world.store.publication().etag();
    assertThat(left).startsWith("*#-OFFLINE-#*");
    assertThat(world.publish(publish().ifMatch(left).expires(0)).code()).isEqualTo(412);
    assertThat(world.publish(publish().ifMatch(tag).expires(0)).code()).isEqualTo(412);
  }

  @Test
  @DisplayName("PRES-073 send_fast_notify=0: the 2xx at once, the NOTIFY within waitn_time")
  void pres073() {
    world.param("send_fast_notify", 0).start();
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(200);
    assertThat(world.peers.take()).isEmpty();
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("open"))
        .satisfies(n -> assertThat(n.state()).startsWith("active;expires=359"));
    assertThat(world.subscribe(subscribe().callId("fetch").expires(0)).code()).isEqualTo(200);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(1);
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    assertThat(world.store.subscription().callId()).isEqualTo("c1");
  }

  @Test
  @DisplayName("PRES-074 an expired row gets its terminating NOTIFY, then it is deleted")
  void pres074() {
    world.start();
    world.subscribe(subscribe().expires(150));
    world.peers.take();
    world.publish(publish().body(pidf("t1", "open")));
    world.advance(WAIT);
    world.peers.take();
    world.advance(300);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"))
        .satisfies(n -> assertThat(n.body()).isEmpty());
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName("the same are told as without notifiers: not the sender, not who may not see (D-21)")
  void selection() {
    world.start();
    world.subscribe(subscribe().callId("sender").contact("sip:bob@192.0.2.3"));
    world.subscribe(subscribe().callId("polite"));
    world.subscribe(subscribe().callId("pending"));
    world.subscribe(subscribe().callId("c1"));
    world.store.subscriptions.replaceAll(
        (key, row) ->
            switch (row.callId()) {
              case "polite" -> row.authorized(Subscription.ACTIVE, "polite-block");
              case "pending" -> row.authorized(Subscription.PENDING, "");
              default -> row;
            });
    world.peers.take();
    world.publish(publish().body(pidf("t1", "open")), "sip:bob@192.0.2.3");
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.request().callId()).isEqualTo("c1"));
  }

  @Test
  @DisplayName("while a NOTIFY is under way the mark stays; the next one follows its answer")
  void marksStay() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    world.peers.reaction = r -> Reaction.SILENT;
    world.publish(publish().body(noted("t1", "first.")));
    world.advance(WAIT);
    assertThat(world.peers.take()).hasSize(1);
    world.publish(publish().body(noted("t2", "second.")));
    world.advance(WAIT);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.store.marked).hasSize(1);
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("second."));
    assertThat(world.store.marked).isEmpty();
  }

  @Test
  @DisplayName("while the database does not answer marks stay, and are served when it does")
  void databaseAway() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    world.publish(publish().body(pidf("t1", "open")));
    world.store.unavailable = true;
    world.advance(3 * WAIT);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.store.marked).hasSize(1);
    world.store.unavailable = false;
    world.advance(WAIT + 2);
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("a NOTIFY that can not be sent is tried again, the subscription stays (D-47)")
  void notSent() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    world.peers.reaction = r -> Reaction.UNSENT;
    world.publish(publish().body(pidf("t1", "open")));
    world.advance(WAIT);
    assertThat(world.store.subscriptions).hasSize(1);
    world.peers.reaction = r -> Reaction.OK;
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("open"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  @DisplayName("two servers with notifiers share the marks: one of them tells")
  void sharedMarks(final int cache) {
    final Cluster cluster = new Cluster(w -> notified(w).param("publ_cache", cache));
    for (int i = 0; i < 30; i++) {
      cluster.one.subscribe(subscribe().callId("c" + i));
    }
    cluster.settle();
    cluster.one.peers.take();
    cluster.other.publish(publish().body(pidf("t1", "open")));
    cluster.advance(WAIT);
    assertThat(cluster.notifies()).isEqualTo(30);
    cluster.advance(2 * WAIT);
    assertThat(cluster.notifies()).isEqualTo(30);
  }

  @Test
  @DisplayName("marks that a stock server has set are served, whatever their slot is")
  void foreignMarks() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    world.store.marked.put(FakeStore.key(world.store.subscription()), 49);
    world.advance(WAIT);
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("a server that stops leaves its marks to the next one")
  void restart() {
    world.param("publ_cache", 0).start();
    world.subscribe(subscribe());
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.advance(WAIT);
    world.peers.take();
    world.publish(publish().ifMatch(tag).expires(0));
    world.stop();
    final World next = notified(new World(world.store)).param("publ_cache", 0);
    next.param("clean_period", 5);
    next.epoch = 2;
    next.peers.sameAs(world.peers);
    next.start();
    next.advance(WAIT);
    assertThat(next.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("closed"));
    next.advance(20);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("watchers of watchers are told at once, before the watcher itself")
  void watcherinfo() {
    world.start();
    world.subscribe(subscribe().callId("wi").event("presence.winfo").from("sip:bob@d"));
    world.peers.take();
    world.subscribe(subscribe());
    assertThat(world.peers.take())
        .extracting(n -> n.request().callId())
        .containsExactly("wi", "c1");
    world.subscribe(subscribe().toTag("tag-c1-f1").cseq(2).expires(0));
    final List<Notify> notifies = world.peers.take();
    assertThat(notifies).extracting(n -> n.request().callId()).containsExactly("wi", "c1");
    assertThat(notifies.get(0).body()).contains("version=\"3\"").contains("state=\"full\"");
  }

  @Test
  @DisplayName("PRES-091 a refresh of type 1 succeeds, and a notifier tells the watchers")
  void pres091() {
    world.start();
    world.publish(publish().body(noted("t1", "seen")));
    world.subscribe(subscribe());
    world.peers.take();
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(1);
    world.advance(WAIT);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("seen"));
  }
}
