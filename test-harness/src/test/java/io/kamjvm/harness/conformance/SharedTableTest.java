// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers on the same tables ({@code subs_db_mode=3}, {@code publ_cache=0}). */
class SharedTableTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 0));

  private Optional<KamailioProcess> other = Optional.empty();
  private Optional<SipPeer> otherPeer = Optional.empty();

  private static KamailioConfig mode(final KamailioConfig config, final int notifiers) {
    return config
        .presence("subs_db_mode", 3)
        .presence("notifier_processes", notifiers)
        .presence("waitn_time", 1)
        .presence("db_update_period", 1)
        .presence("db_table_lock_type", 0)
        .presence("publ_cache", 0);
  }

  private SipPeer start(final ModuleSet modules, final int notifiers) {
    final KamailioConfig config =
        mode(KamailioConfig.on(SCENE.database().kamailioUrl()), notifiers).modules(modules);
    other = Optional.of(KamailioProcess.start(config));
    otherPeer = Optional.of(SipPeer.towards(other.get().port()));
    Scene.warmUp(otherPeer.get());
    return otherPeer.get();
  }

  @AfterEach
  void stop() {
    otherPeer.ifPresent(SipPeer::close);
    other.ifPresent(KamailioProcess::close);
  }

  private static void publish(final Publisher by, final String presentity, final String note) {
    assertThat(by.publish(Documents.pidf(presentity, note, "open", note), 600).code())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @DisplayName("two of ours: what one does the other sees, no CSeq twice, one end")
  void twoOfOurs(final int notifiers) {
    final SipPeer peer = start(ModuleSet.selected(), notifiers);
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    final Set<Long> cseqs = new HashSet<>();
    cseqs.add(alice.start().cseq());
    final Publisher here = SCENE.peer().publisher(bob);
    final Publisher there = peer.publisher(bob);
    for (int i = 0; i < 6; i++) {
      publish(here, bob, "here" + i);
      publish(there, bob, "there" + i);
      for (final Notify notify : alice.untilBody("there" + i, LIMIT)) {
        assertThat(cseqs.add(notify.cseq())).as("CSeq " + notify.cseq() + " is new").isTrue();
      }
    }
    assertThat(peer.send(alice.draft().header("Expires", "4")).code()).isEqualTo(200);
    final Notify refreshed = alice.next(LIMIT);
    assertThat(refreshed.subscriptionState()).startsWith("active;expires=");
    Notify last = alice.next(LIMIT);
    while (last.state().equals("active")) {
      last = alice.next(LIMIT);
    }
    assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
    alice.expectSilence(Duration.ofMillis(2500));
  }

  @Test
  @DisplayName("a stock server and ours: each refreshes and notifies the other's subscriptions")
  void stockAndOurs() {
    final SipPeer stock = start(ModuleSet.STOCK, 0);
    final String bob = someone("bob");
    final Watch ours = SCENE.peer().watch(someone("alice"), bob);
    final Watch theirs = stock.watch(someone("carol"), bob);
    long oursCseq = ours.start().cseq();
    long theirsCseq = theirs.start().cseq();
    final Publisher here = SCENE.peer().publisher(bob);
    final Publisher there = stock.publisher(bob);
    for (int i = 0; i < 3; i++) {
      publish(here, bob, "here" + i);
      for (final Notify notify : ours.untilBody("here" + i, LIMIT)) {
        assertThat(notify.cseq()).isGreaterThan(oursCseq);
        oursCseq = notify.cseq();
      }
      for (final Notify notify : theirs.untilBody("here" + i, LIMIT)) {
        assertThat(notify.cseq()).isGreaterThan(theirsCseq);
        theirsCseq = notify.cseq();
      }
      publish(there, bob, "there" + i);
      for (final Notify notify : ours.untilBody("there" + i, LIMIT)) {
        assertThat(notify.cseq()).isGreaterThan(oursCseq);
        oursCseq = notify.cseq();
      }
      for (final Notify notify : theirs.untilBody("there" + i, LIMIT)) {
        assertThat(notify.cseq()).isGreaterThan(theirsCseq);
        theirsCseq = notify.cseq();
      }
    }
    assertThat(SCENE.peer().send(theirs.draft().header("Expires", "600")).code()).isEqualTo(200);
    assertThat(theirs.next(LIMIT).cseq()).isGreaterThan(theirsCseq);
    assertThat(stock.send(ours.draft().header("Expires", "0")).code()).isEqualTo(200);
    assertThat(ours.next(LIMIT).subscriptionState()).isEqualTo("terminated;reason=timeout");
    assertThat(ours.subscribe(600).code()).isEqualTo(481);
    Await.until(
        "one row",
        LIMIT,
        () ->
            SCENE
                    .database()
                    .rows("SELECT id FROM active_watchers WHERE presentity_uri='" + bob + "'")
                    .size()
                == 1);
  }
}
