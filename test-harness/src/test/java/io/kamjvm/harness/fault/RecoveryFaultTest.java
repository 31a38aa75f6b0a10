// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine is killed, and whoever speaks SIP with it finds everything as it was. */
@Deviation("has no engine")
class RecoveryFaultTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static void kill(final Scene scene) {
    final long victim = scene.kamailio().engine().orElseThrow();
    Signal.KILL.send(victim);
    Await.until(
        "another engine",
        LIMIT,
        () -> scene.kamailio().engine().filter(pid -> pid != victim).isPresent());
    final String probe = someone("probe");
    final Publisher publisher = scene.peer().publisher(probe);
    Await.until(
        "PUBLISH accepted",
        LIMIT,
        () -> publisher.publish(document(probe, "probe"), 600).code() == 200);
  }

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  private static int version(final Notify notify) {
    return Integer.parseInt(
        notify.body().replaceAll("(?s).*?<watcherinfo[^>]* version=\"(\\d+)\".*", "$1"));
  }

  private static void goesOn(final Scene scene) {
    final String bob = someone("bob");
    final Publisher publisher = scene.peer().publisher(bob);
    publisher.publish(document(bob, "first"));
    final Watch list = scene.peer().watch(bob, bob).event("presence.winfo");
    int version = version(list.start());
    final Watch alice = scene.peer().watch(someone("alice"), bob);
    alice.start();
    publisher.publish(document(bob, "second"));
    final List<Notify> before = alice.untilBody(">second<", LIMIT);
    long cseq = before.get(before.size() - 1).cseq();
    Notify entry = list.next(LIMIT);
    assertThat(version(entry)).isEqualTo(++version);
    long listCseq = entry.cseq();

    for (int life = 0; life < 2; life++) {
      kill(scene);

      final Watch fetch = scene.peer().watch(someone("carol"), bob);
      assertThat(Patience.insist(() -> fetch.subscribe(0)).code()).isEqualTo(200);
      assertThat(fetch.next(LIMIT).body()).as("presence is known").contains(">second<");
      assertThat(Patience.insist(() -> alice.subscribe(600)).code())
          .as("the dialog is known")
          .isEqualTo(200);
      // a NOTIFY whose answer the dead engine had not heard of comes first, once more
      for (final Notify notify : alice.untilBody(">second<", LIMIT)) {
        assertThat(notify.cseq()).isEqualTo(++cseq);
      }
      entry = list.next(LIMIT);
      assertThat(version(entry)).isEqualTo(++version);
      assertThat(entry.cseq()).isEqualTo(++listCseq);
      assertThat(Patience.insist(() -> publisher.refresh(600)).code())
          .as("the entity-tag is good")
          .isEqualTo(200);
    }
    publisher.publish(document(bob, "third"));
    for (final Notify notify : alice.untilBody(">third<", LIMIT)) {
      assertThat(notify.cseq()).isEqualTo(++cseq);
    }
  }

  private static void acknowledgedIsTold(final Scene scene) {
    final String bob = someone("bob");
    final Publisher publisher = scene.peer().publisher(bob);
    final Watch alice = scene.peer().watch(someone("alice"), bob);
    long cseq = alice.start().cseq();
    for (final String note : List.of("one", "two", "three")) {
      publisher.publish(document(bob, note));
      kill(scene);
      for (final Notify notify : alice.untilBody(">" + note + "<", LIMIT)) {
        assertThat(notify.cseq()).isGreaterThan(cseq);
        cseq = notify.cseq();
      }
    }
  }

  @Nested
  class Memory {
    @RegisterExtension static final Scene SCENE = Scene.inMemory(config -> config.workers(2));

    @Test
    @DisplayName("subs_db_mode=0, publ_cache=2: state, tags, dialogs, CSeq and versions go on")
    void goOn() {
      goesOn(SCENE);
    }

    @Test
    @DisplayName("subs_db_mode=0, publ_cache=2: what was acknowledged right before is notified")
    void acknowledged() {
      acknowledgedIsTold(SCENE);
    }
  }

  @Nested
  class WriteBack {
    @RegisterExtension
    static final Scene SCENE = Scene.onPostgres(config -> config.presence("subs_db_mode", 2));

    @Test
    @DisplayName("subs_db_mode=2, publ_cache=1: state, tags, dialogs, CSeq and versions go on")
    void goOn() {
      goesOn(SCENE);
    }

    @Test
    @DisplayName("subs_db_mode=2, publ_cache=1: what was acknowledged right before is notified")
    void acknowledged() {
      acknowledgedIsTold(SCENE);
    }
  }

  @Nested
  class WriteThrough {
    @RegisterExtension
    static final Scene SCENE = Scene.onH2(config -> config.presence("subs_db_mode", 1));

    @Test
    @DisplayName("subs_db_mode=1, publ_cache=1: state, tags, dialogs, CSeq and versions go on")
    void goOn() {
      goesOn(SCENE);
    }
  }
}
