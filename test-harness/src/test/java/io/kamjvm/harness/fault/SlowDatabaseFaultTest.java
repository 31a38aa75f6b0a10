// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database does not answer for a while, or does not like a row. */
@Deviation("makes its workers wait for the database")
@Tag("alone")
class SlowDatabaseFaultTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration OUTAGE = Duration.ofMillis(6500);

  @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config.workers(2));

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  @Test
  @DisplayName("a commit slower than wt_timer: one answer each, OPTIONS go on, no contradiction")
  void commitSlowerThanTransaction() throws SQLException {
    final List<String> presentities = new ArrayList<>();
    final List<String> callIds = new ArrayList<>();
    try (Burst burst = new Burst(SCENE.kamailio().port());
        Heartbeat heartbeat = new Heartbeat(SCENE.kamailio().port());
        Connection session = SCENE.database().connect();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("LOCK TABLE presentity IN ACCESS EXCLUSIVE MODE");
      final long locked = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        final String presentity = someone("slow" + i + "x");
        presentities.add(presentity);
        callIds.add(burst.send(burst.publish(presentity, document(presentity, "in time?"))));
      }
      assertThat(burst.allAnswered(callIds, Duration.ofSeconds(5)))
          .as("answers before the transaction is gone")
          .isTrue();
      for (final String callId : callIds) {
        assertThat(burst.replies(callId).get(0).startLine())
            .isEqualTo("SIP/2.0 500 Server Internal Error");
        assertThat(burst.replies(callId).get(0).header("Retry-After")).isPresent();
      }
      Await.until(
          "the outage is over",
          OUTAGE.plusSeconds(5),
          () -> System.nanoTime() - locked > OUTAGE.toNanos());
      session.rollback();

      final String bob = someone("bob");
      Await.until(
          "service restored",
          LIMIT,
          () ->
              burst
                  .exchange(burst.publish(bob, document(bob, "after")), LIMIT)
                  .filter(reply -> reply.code() == 200)
                  .isPresent());
      engineAndTableAgree(presentities);
      for (final String callId : callIds) {
        assertThat(burst.replies(callId)).hasSize(1);
      }
      assertThat(heartbeat.missed()).isZero();
      assertThat(heartbeat.worstMillis()).as("the slowest OPTIONS").isLessThan(1500);
    }
  }

  private static void engineAndTableAgree(final List<String> presentities) {
    for (final String presentity : presentities.subList(0, 5)) {
      final Watch fetch = SCENE.peer().watch(someone("fetcher"), presentity);
      assertThat(fetch.subscribe(0).code()).isEqualTo(200);
      final boolean shown = fetch.next().body().contains("in time?");
      final boolean stored =
          !SCENE
              .database()
              .rows("SELECT id FROM presentity WHERE username='" + user(presentity) + "'")
              .isEmpty();
      assertThat(shown).as("what watchers see is what the table holds").isEqualTo(stored);
    }
  }

  @Test
  @DisplayName("a poison row fails alone, not its neighbours in the batch")
  void poisonRow() {
    try (Burst burst = new Burst(SCENE.kamailio().port())) {
      final List<String> good = new ArrayList<>();
      final List<String> bad = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        final String presentity = someone("good");
        good.add(burst.send(burst.publish(presentity, document(presentity, "good"))));
        if (i % 10 == 5) {
          final String tooLong = "sip:" + "long".repeat(30) + i + "@example.org";
          bad.add(burst.send(burst.publish(tooLong, document("sip:x@example.org", "poison"))));
          final String noText = "sip:bad\u00ff\u00fe" + i + "@example.org";
          bad.add(burst.send(burst.publish(noText, document("sip:x@example.org", "poison"))));
        }
      }
      assertThat(burst.allAnswered(good, LIMIT)).isTrue();
      assertThat(burst.allAnswered(bad, LIMIT)).isTrue();
      assertThat(good).allSatisfy(id -> assertThat(burst.replies(id).get(0).code()).isEqualTo(200));
      assertThat(bad)
          .allSatisfy(
              id ->
                  assertThat(burst.replies(id))
                      .extracting(SipMessage::code)
                      .singleElement()
                      .matches(code -> code >= 400));
    }
  }
}
