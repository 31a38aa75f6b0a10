// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code subs_db_mode=3}: the table is the truth, whatever sends the NOTIFYs. */
class SubscriptionTableTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static KamailioConfig mode(final KamailioConfig config, final int notifiers) {
    return config
        .presence("subs_db_mode", 3)
        .presence("notifier_processes", notifiers)
        .presence("waitn_time", 1)
        .presence("db_update_period", 1)
        .presence("startup_mode", 0)
        .presence("publ_cache", 0);
  }

  /** What holds with and without notifiers. */
  abstract static class Cases {
    abstract Scene scene();

    private Watch watch(final String presentity) {
      return scene().peer().watch(someone("alice"), presentity);
    }

    List<Map<String, String>> rows(final String presentity) {
      return scene()
          .database()
          .rows("SELECT * FROM active_watchers WHERE presentity_uri='" + presentity + "'");
    }

    private void execute(final String sql) {
      scene().database().execute(sql);
    }

    @Test
    @DisplayName("PRES-046 a dialog's life: row with the 200, refresh, PUBLISH, unsubscribe, 481")
    void pres046() {
      final String bob = someone("bob");
      final Watch alice = watch(bob);
      assertThat(alice.subscribe(600).code()).isEqualTo(200);
      assertThat(rows(bob)).hasSize(1);
      final Notify first = alice.next();
      assertThat(first.subscriptionState()).isEqualTo("active;expires=600");
      assertThat(alice.subscribe(500).code()).isEqualTo(200);
      final Notify second = alice.next();
      assertThat(second.cseq()).isEqualTo(first.cseq() + 1);
      assertThat(second.subscriptionState()).isEqualTo("active;expires=500");
      final Publisher publisher = scene().peer().publisher(bob);
      publisher.publish(Documents.pidf(bob, "t", "open", "hello"));
      final Notify third = alice.untilBody("hello", LIMIT).get(0);
      assertThat(third.cseq()).isEqualTo(second.cseq() + 1);
      assertThat(rows(bob).get(0)).containsEntry("local_cseq", Long.toString(third.cseq() - 1));
      assertThat(alice.subscribe(0).code()).isEqualTo(200);
      final Notify last = alice.next();
      assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
      assertThat(last.body()).contains("hello");
      assertThat(last.cseq()).isEqualTo(third.cseq() + 1);
      assertThat(rows(bob)).isEmpty();
      assertThat(alice.subscribe(600).code()).isEqualTo(481);
      publisher.publish(Documents.pidf(bob, "t", "open", "later"));
      alice.expectSilence(SHORT);
    }

    @Test
    @DisplayName("PRES-047 a fetch gets one NOTIFY with body, and nothing is stored")
    void pres047() {
      final String bob = someone("bob");
      scene().peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "hello"));
      final Watch alice = watch(bob);
      assertThat(alice.subscribe(0).code()).isEqualTo(200);
      final Notify notify = alice.next();
      assertThat(notify.subscriptionState()).isEqualTo("terminated;reason=timeout");
      assertThat(notify.body()).contains("hello");
      assertThat(rows(bob)).isEmpty();
    }

    @Test
    @DisplayName("PRES-063 a NOTIFY that is answered 481 removes the row")
    void pres063() {
      final String bob = someone("bob");
      final Watch alice = watch(bob);
      alice.start();
      alice.answering(NotifyAnswer.code(481));
      scene().peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "hello"));
      Await.until("row is gone", LIMIT, () -> rows(bob).isEmpty());
    }

    @Test
    @DisplayName("PRES-068 and PRES-074: an expired row is told once and deleted")
    void pres068() {
      final String bob = someone("bob");
      final Watch alice = watch(bob);
      assertThat(alice.subscribe(3).code()).isEqualTo(200);
      alice.next();
      final Notify last = alice.next(LIMIT);
      assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
      assertThat(last.body()).isEmpty();
      assertThat(rows(bob)).isEmpty();
      alice.expectSilence(Duration.ofMillis(2500));
    }

    @Test
    @DisplayName("PRES-079 watcherinfo is told of a new watcher before the watcher itself")
    void pres079() {
      final String bob = someone("bob");
      final Watch winfo = scene().peer().watch(bob, bob).event("presence.winfo");
      final Notify full = winfo.start();
      assertThat(full.body()).contains("version=\"1\"").contains("state=\"full\"");
      final Watch alice = watch(bob);
      alice.subscribe(600);
      final Notify told = winfo.next();
      assertThat(told.body()).contains("state=\"partial\"").contains(alice.callId());
      // two couriers carry them: who is told first may be heard a moment later
      assertThat(told.receivedNanos())
          .isLessThan(alice.next().receivedNanos() + Duration.ofMillis(200).toNanos());
      alice.subscribe(0);
      assertThat(winfo.next().body())
          .contains("version=\"3\"")
          .contains("state=\"full\"")
          .doesNotContain(alice.callId());
    }

    @Test
    @DisplayName("what another program writes into the table counts at once")
    void otherWriter() {
      final String bob = someone("bob");
      final Watch alice = watch(bob);
      alice.start();
      final String moved = scene().peer().contact("moved", Transport.UDP);
      execute(
          "UPDATE active_watchers SET contact='"
              + moved
              + "', local_cseq=local_cseq+10 WHERE presentity_uri='"
              + bob
              + "'");
      final Publisher publisher = scene().peer().publisher(bob);
      publisher.publish(Documents.pidf(bob, "t", "open", "hello"));
      final Notify notify = alice.untilBody("hello", LIMIT).get(0);
      assertThat(notify.message().requestUri()).isEqualTo(moved);
      assertThat(notify.cseq()).isGreaterThan(10);
      execute("DELETE FROM active_watchers WHERE presentity_uri='" + bob + "'");
      publisher.publish(Documents.pidf(bob, "t", "open", "again"));
      alice.expectSilence(Duration.ofMillis(1500));
      assertThat(alice.subscribe(600).code()).isEqualTo(481);
    }

    @Test
    @DisplayName("a document that is removed is shown as closed, and no row of it remains")
    void pres072() {
      final String bob = someone("bob");
      final Publisher publisher = scene().peer().publisher(bob);
      publisher.publish(Documents.pidf(bob, "t", "open", "hello"));
      final Watch alice = watch(bob);
      alice.start();
      assertThat(publisher.remove().code()).isEqualTo(200);
      // the fan-out of the document may reach who has subscribed meanwhile
      assertThat(alice.untilBody("closed", LIMIT)).hasSizeLessThanOrEqualTo(2);
      Await.until(
          "no document",
          LIMIT,
          () ->
              scene()
                  .database()
                  .rows("SELECT id FROM presentity WHERE username='" + Scene.user(bob) + "'")
                  .isEmpty());
    }
  }

  /** What only notifiers do. */
  abstract static class NotifierCases extends Cases {
    @Test
    @DisplayName("PRES-071 a burst becomes few NOTIFYs, the last state soon, CSeq without a gap")
    void pres071() {
      final String bob = someone("bob");
      final Publisher publisher = scene().peer().publisher(bob);
      final Watch alice = scene().peer().watch(someone("alice"), bob);
      long cseq = alice.start().cseq();
      for (int i = 0; i < 20; i++) {
        publisher.publish(Documents.pidf(bob, "t", "open", "state-" + i + "."));
      }
      final List<Notify> notifies = alice.untilBody("state-19.", LIMIT);
      assertThat(notifies).hasSizeLessThan(15);
      for (final Notify notify : notifies) {
        cseq++;
        assertThat(notify.cseq()).isEqualTo(cseq);
      }
      // the last mark may come when the state has been read already
      final Optional<Notify> late = alice.poll(Duration.ofMillis(1500));
      if (late.isPresent()) {
        assertThat(late.get().cseq()).isEqualTo(cseq + 1);
        assertThat(late.get().body()).contains("state-19.");
        alice.expectSilence(Duration.ofMillis(1500));
      }
    }
  }

  @Nested
  class PostgresImmediate extends Cases {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 0));

    @Override
    Scene scene() {
      return SCENE;
    }
  }

  @Nested
  class PostgresOneNotifier extends NotifierCases {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 1));

    @Override
    Scene scene() {
      return SCENE;
    }

    @Test
    @DisplayName("after a restart CSeq goes on and marks are served")
    void restart() {
      final String bob = someone("bob");
      final Watch alice = scene().peer().watch(someone("alice"), bob);
      final long before = alice.start().cseq();
      SCENE.restart();
      final Publisher publisher = scene().peer().publisher(bob);
      Await.until(
          "a PUBLISH is accepted",
          LIMIT,
          () -> publisher.publish(Documents.pidf(bob, "t", "open", "hello"), 600).code() == 200);
      assertThat(alice.untilBody("hello", LIMIT).get(0).cseq()).isEqualTo(before + 1);
      assertThat(alice.subscribe(300).code()).isEqualTo(200);
      assertThat(alice.next().cseq()).isEqualTo(before + 2);
    }
  }

  @Nested
  class PostgresTwoNotifiers extends NotifierCases {
    @RegisterExtension
    static final Scene SCENE =
        Scene.onPostgres(config -> mode(config, 2).presence("publ_cache", 1));

    @Override
    Scene scene() {
      return SCENE;
    }
  }

  @Nested
  class SqliteImmediate extends Cases {
    @RegisterExtension static final Scene SCENE = Scene.onSqlite(config -> mode(config, 0));

    @Override
    Scene scene() {
      return SCENE;
    }
  }

  @Nested
  class SqliteOneNotifier extends NotifierCases {
    @RegisterExtension static final Scene SCENE = Scene.onSqlite(config -> mode(config, 1));

    @Override
    Scene scene() {
      return SCENE;
    }
  }
}
