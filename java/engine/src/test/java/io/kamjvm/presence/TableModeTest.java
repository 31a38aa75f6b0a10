// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("the table of subscriptions is the truth, NOTIFYs leave at once")
class TableModeTest {
  private static final String TAG = "tag-c1-f1";

  private static World immediate(final World world) {
    return world.param("subs_db_mode", 3).param("notifier_processes", 0);
  }

  private final World world = immediate(new World());

  private Requests refresh(final long cseq) {
    return subscribe().toTag(TAG).cseq(cseq);
  }

  private void rewrite(final UnaryOperator<SubscriptionRow> how) {
    world.store.subscriptions.replaceAll((key, row) -> how.apply(row));
  }

  @Test
  @DisplayName("no subscription stays in memory when nothing happens to it")
  void nothingStays() {
    world.start();
    for (int i = 0; i < 10; i++) {
      world.subscribe(subscribe().callId("c" + i));
      world.publish(publish().body(pidf("t" + i, "open")));
    }
    assertThat(world.store.subscriptions).hasSize(10);
    assertThat(world.module("presence")).isInstanceOf(PresenceModule.class);
    final EventState state = ((PresenceModule) world.module("presence")).state().orElseThrow();
    assertThat(state.underWay()).isZero();
    assertThat(state.subscriptions().count()).isZero();
  }

  @Test
  @DisplayName("the row is there when the 200 leaves, and no 200 leaves without it")
  void rowFirst() {
    world.start();
    world.store.paused = true;
    final FakeCall call = world.subscribe(subscribe());
    assertThat(call.ended()).isFalse();
    world.store.resume();
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.store.subscription().expires()).isEqualTo(world.now() + 3600);
    world.store.unavailable = true;
    final FakeCall refused = world.subscribe(subscribe().callId("c2"));
    assertThat(refused.busy).isTrue();
    assertThat(refused.replies).isEmpty();
    world.store.unavailable = false;
    assertThat(world.subscribe(subscribe().callId("c2")).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("what another program writes into the table counts at once")
  void otherWriter() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    rewrite(row -> row.refreshed(row.remoteCseq(), "sip:elsewhere@192.0.2.9", row.expires()));
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.peers.last().request().remoteTarget()).isEqualTo("sip:elsewhere@192.0.2.9");
    rewrite(row -> row.withCounters(row.localCseq() + 40, row.version() + 40));
    world.peers.cseq(world.store.subscription(), 42);
    world.publish(publish().body(pidf("t2", "open")));
    assertThat(world.peers.last().cseq()).isEqualTo(43);
    world.store.subscriptions.clear();
    world.peers.take();
    world.publish(publish().body(pidf("t3", "open")));
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.subscribe(refresh(2)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("an expired dialog that was not collected yet is revived by its refresh")
  void revived() {
    world.start();
    world.subscribe(subscribe().expires(50));
    world.advance(60);
    world.peers.take();
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(-1);
    assertThat(world.subscribe(refresh(2).expires(600)).code()).isEqualTo(200);
    assertThat(world.peers.last().state()).isEqualTo("active;expires=600");
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(1);
    world.advance(100);
    assertThat(world.store.subscriptions).hasSize(1);
  }

  @Test
  @DisplayName("PRES-087 pres_has_subscribers compares the package and looks at the expiry")
  void pres087() {
    world.start();
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(-1);
    world.subscribe(subscribe().expires(50));
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(1);
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "message-summary"))
        .isEqualTo(-1);
  }

  @Test
  @DisplayName("a refresh writes only what it changes: a NOTIFY's counters outlive it")
  void refreshLeavesCounters() {
    world.start();
    world.subscribe(subscribe());
    world.store.paused = true;
    world.call("handle_subscribe", Optional.of(refresh(2).build()));
    world.settle();
    world.store.resume();
    rewrite(row -> row);
    assertThat(world.store.subscription().localCseq()).isEqualTo(world.peers.last().cseq() - 1);
    assertThat(world.store.subscription().remoteCseq()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("who removes a document is shown as closed, and later watchers see nothing of it")
  void removal(final int cache) {
    world.param("publ_cache", cache).start();
    world.subscribe(subscribe());
    final String tag = world.publish(publish().body(pidf("t1", "open"))).etag();
    world.peers.take();
    world.publish(publish().ifMatch(tag).expires(0));
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(
            n -> {
              assertThat(n.body()).contains("closed").doesNotContain("open<");
              assertThat(n.state()).startsWith("active");
            });
    world.subscribe(subscribe().callId("c2"));
    assertThat(world.peers.last().body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("a burst while a NOTIFY is under way becomes one NOTIFY with the last state")
  void collapses(final int cache) {
    world.param("publ_cache", cache).start();
    world.subscribe(subscribe());
    world.peers.reaction = r -> Reaction.SILENT;
    String tag = world.publish(publish().body(noted("t1", "first"))).etag();
    for (int i = 0; i < 20; i++) {
      tag = world.publish(publish().ifMatch(tag).body(noted("t1", "n" + i + "."))).etag();
    }
    world.peers.take();
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("n19."));
  }

  @Test
  @DisplayName("while the database does not answer NOTIFYs wait, and are sent when it does")
  void databaseAway() {
    world.param("publ_cache", 2).start();
    world.subscribe(subscribe());
    world.peers.take();
    world.store.unavailable = true;
    world.publish(publish().body(pidf("t1", "open")));
    world.advance(10);
    assertThat(world.peers.take()).isEmpty();
    world.store.unavailable = false;
    world.advance(2);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("open"));
  }

  @Test
  @DisplayName("a crowd is told in slices, and its turns are taken in batches")
  void crowd() {
    world.start();
    for (int i = 0; i < 1000; i++) {
      world.subscribe(subscribe().callId("c" + i));
    }
    world.peers.take();
    world.store.asked.clear();
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.peers.take()).hasSize(1000);
    final List<Query.TakeTurns> turns =
        world.store.asked.stream()
            .filter(Query.TakeTurns.class::isInstance)
            .map(Query.TakeTurns.class::cast)
            .toList();
    assertThat(turns).hasSizeLessThan(40).allMatch(t -> t.dialogs().size() <= PresenceLimits.SLICE);
  }

  @Test
  @DisplayName("a result that says that the watcher is gone removes the row, and others are told")
  void gone() {
    world.start();
    world.subscribe(subscribe());
    world.peers.reaction = r -> Reaction.UNKNOWN;
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.store.subscriptions).isEmpty();
    world.peers.take();
    world.publish(publish().body(pidf("t2", "open")));
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("a watcher's standing changes in all of its dialogs, and it is told")
  void standing() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(subscribe().callId("c2"));
    world.subscribe(subscribe().callId("c3").from("sip:carol@d"));
    world.peers.take();
    authorize(new Authorization.Verdict(Subscription.PENDING, ""));
    assertThat(world.peers.take())
        .hasSize(2)
        .allMatch(n -> n.state().startsWith("pending;expires="))
        .allMatch(n -> n.body().isEmpty());
    authorize(new Authorization.Verdict(Subscription.PENDING, ""));
    assertThat(world.peers.take()).isEmpty();
    authorize(new Authorization.Verdict(Subscription.TERMINATED, "rejected"));
    assertThat(world.peers.take())
        .hasSize(2)
        .allMatch(n -> n.state().equals("terminated;reason=rejected"));
    assertThat(world.store.subscription().callId()).isEqualTo("c3");
  }

  private void authorize(final Authorization.Verdict verdict) {
    final EventState state = ((PresenceModule) world.module("presence")).state().orElseThrow();
    final Presentity presentity =
        state.presentities().obtain("sip:bob@d", world.packages().find("presence").orElseThrow());
    state.subscribers().authorize(new Authorization.Watcher(presentity, "alice", "d"), verdict);
    world.settle();
  }

  @Test
  @DisplayName("after a restart CSeq goes on above the last one")
  void restart() {
    world.start();
    world.subscribe(subscribe());
    world.publish(publish().body(pidf("t1", "open")));
    final long last = world.peers.last().cseq();
    world.stop();
    final World next = immediate(new World(world.store));
    next.epoch = 2;
    next.peers.sameAs(world.peers);
    next.start();
    next.publish(publish().body(pidf("t2", "open")));
    assertThat(next.peers.last().cseq()).isEqualTo(last + 1);
    assertThat(next.subscribe(refresh(2)).code()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("PRES-060 two servers notify in one dialog: no CSeq twice, the last state last")
  void pres060(final boolean interleaved) {
    final Cluster cluster = new Cluster(w -> immediate(w).param("publ_cache", 0));
    cluster.one.subscribe(subscribe());
    cluster.settle();
    final Set<Long> cseqs = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      final World by = i % 2 == 0 ? cluster.one : cluster.other;
      by.call("handle_publish", Optional.of(publish().body(noted("t" + i, "n" + i)).build()));
      if (!interleaved) {
        cluster.settle();
      }
    }
    cluster.interleave();
    for (final World each : List.of(cluster.one, cluster.other)) {
      for (final Notify notify : each.peers.notifies) {
        assertThat(cseqs.add(notify.cseq())).isTrue();
      }
    }
    final Notify last =
        List.of(cluster.one, cluster.other).stream()
            .flatMap(w -> w.peers.notifies.stream())
            .max(Comparator.comparingLong(Notify::cseq))
            .orElseThrow();
    assertThat(last.body()).contains("n18").contains("n19");
    assertThat(cluster.store.subscription().localCseq()).isEqualTo(last.cseq() - 1);
  }

  @Test
  @DisplayName("PRES-044 one server accepts, the other one refreshes and ends the dialog")
  void pres044() {
    final Cluster cluster = new Cluster(TableModeTest::immediate);
    cluster.one.subscribe(subscribe());
    assertThat(cluster.other.subscribe(refresh(2)).code()).isEqualTo(200);
    assertThat(cluster.other.peers.last().cseq()).isEqualTo(2);
    assertThat(cluster.one.subscribe(refresh(2)).code()).isEqualTo(400);
    assertThat(cluster.one.subscribe(refresh(3).expires(0)).code()).isEqualTo(200);
    assertThat(cluster.one.peers.last().state()).isEqualTo("terminated;reason=timeout");
    assertThat(cluster.one.peers.last().cseq()).isEqualTo(3);
    assertThat(cluster.other.subscribe(refresh(4)).code()).isEqualTo(481);
    assertThat(cluster.store.subscriptions).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  @DisplayName("PRES-068 of two servers one ends an expired subscription, once")
  void pres068(final int notifiers) {
    final Cluster cluster = new Cluster(w -> immediate(w).param("notifier_processes", notifiers));
    cluster.one.subscribe(subscribe().expires(150));
    cluster.settle();
    cluster.one.peers.take();
    cluster.advance(99);
    assertThat(cluster.notifies()).isZero();
    cluster.advance(110);
    assertThat(cluster.notifies()).isEqualTo(1);
    assertThat(cluster.store.subscriptions).isEmpty();
    cluster.advance(200);
    assertThat(cluster.notifies()).isEqualTo(1);
  }

  @Test
  @DisplayName("a dialog that a NOTIFY of another server overtakes ends nevertheless")
  void endOvertaken() {
    world.param("publ_cache", 2).start();
    world.subscribe(subscribe().expires(50));
    world.peers.take();
    final int[] seen = {0};
    world.store.poison =
        change -> {
          if (change instanceof Change.EndSubscription && seen[0]++ == 0) {
            rewrite(row -> row.withCounters(row.localCseq() + 1, row.version() + 1));
            world.peers.cseq(
                world.store.subscription(), world.store.subscription().localCseq() + 1);
          }
          return false;
        };
    world.advance(110);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName("who unsubscribes while another server notifies leaves nevertheless")
  void leavingOvertaken() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    final int[] seen = {0};
    world.store.poison =
        change -> {
          if (change instanceof Change.EndSubscription && seen[0]++ < 3) {
            rewrite(row -> row.withCounters(row.localCseq() + 1, row.version() + 1));
            world.peers.cseq(
                world.store.subscription(), world.store.subscription().localCseq() + 1);
          }
          return false;
        };
    final FakeCall call = world.subscribe(refresh(2).expires(0));
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    assertThat(world.store.subscriptions).isEmpty();
  }

  @Test
  @DisplayName("the table counts as stock servers do: local_cseq is one less than the last CSeq")
  void countsAsStock() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.peers.last().cseq()).isEqualTo(1);
    assertThat(world.store.subscription().localCseq()).isZero();
    assertThat(world.store.subscription().version()).isEqualTo(1);
  }

  @Test
  @DisplayName("many expired rows end in batches of fetch_rows, those of other packages stay")
  void expiryInBatches() {
    world.param("fetch_rows", 7).start();
    for (int i = 0; i < 50; i++) {
      world.subscribe(subscribe().callId("c" + i).expires(50));
    }
    final SubscriptionRow row = world.store.subscriptions.values().iterator().next();
    for (int i = 0; i < 10; i++) {
      final SubscriptionRow foreign = foreign(row, "x" + i);
      world.store.subscriptions.put(FakeStore.key(foreign), foreign);
    }
    world.peers.take();
    world.advance(100);
    assertThat(world.peers.take()).hasSize(50);
    assertThat(world.store.subscriptions).hasSize(10);
  }

  private static SubscriptionRow foreign(final SubscriptionRow row, final String callId) {
    return new SubscriptionRow(
        row.presentityUri(),
        row.watcherUser(),
        row.watcherDomain(),
        row.toUser(),
        row.toDomain(),
        row.fromUser(),
        row.fromDomain(),
        "conference",
        row.eventId(),
        row.toTag(),
        row.fromTag(),
        callId,
        row.localCseq(),
        row.remoteCseq(),
        row.contact(),
        row.recordRoute(),
        1,
        row.status(),
        row.reason(),
        row.version(),
        row.socketInfo(),
        row.localContact(),
        row.flags(),
        row.userAgent());
  }
}
