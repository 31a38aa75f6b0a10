// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine dies without a word; SIP service goes on and nothing acknowledged is lost. */
@Deviation("has no engine")
@Tag("alone")
class EngineKilledFaultTest {
  private static final int PUBLISHERS = 200;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @RegisterExtension
  static final Scene SCENE =
      Scene.onPostgres(config -> config.presence("subs_db_mode", 1).workers(4));

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  @Test
  @DisplayName("SIGKILL while 200 publications are active and 200 replies are deferred")
  void killedWithOpenReplies() throws SQLException {
    final List<String> presentities = new ArrayList<>();
    final Map<String, String> tags = new HashMap<>();
    try (Burst burst = new Burst(SCENE.kamailio().port());
        Heartbeat heartbeat = new Heartbeat(SCENE.kamailio().port())) {
      publishAll(burst, presentities, tags);
      final Watch alice = SCENE.peer().watch(someone("alice"), presentities.get(0));
      final long cseq = alice.start().cseq();

      final List<String> open = new ArrayList<>();
      final long killed;
      try (Connection session = SCENE.database().connect();
          Statement statement = session.createStatement()) {
        session.setAutoCommit(false);
        statement.execute("LOCK TABLE presentity IN ACCESS EXCLUSIVE MODE");
        for (final String presentity : presentities) {
          open.add(
              burst.send(
                  burst
                      .publish(presentity, document(presentity, "second"))
                      .header("SIP-If-Match", tags.get(presentity))));
        }
        assertThat(burst.open(open)).as("replies deferred").isPositive();
        Signal.KILL.send(SCENE.kamailio().engine().orElseThrow());
        killed = System.nanoTime();
        session.rollback();
      }

      assertBusyThenBack(burst, killed);
      assertThat(burst.allAnswered(open, LIMIT)).as("%d open", burst.open(open)).isTrue();
      assertNothingLost(presentities, tags, burst, open);
      nextChangeArrives(alice, presentities.get(0), cseq);
      for (final String callId : open) {
        assertThat(burst.replies(callId)).as("final answers to %s", callId).hasSize(1);
      }
      assertThat(heartbeat.missed()).as("OPTIONS without answer").isZero();
      assertThat(heartbeat.answered()).isPositive();
    }
  }

  private static void publishAll(
      final Burst burst, final List<String> presentities, final Map<String, String> tags) {
    for (int i = 0; i < PUBLISHERS; i++) {
      presentities.add(someone("p" + i + "x"));
    }
    for (int attempt = 0; attempt < 4 && tags.size() < PUBLISHERS; attempt++) {
      publishMissing(burst, presentities, tags);
    }
    assertThat(tags).hasSize(PUBLISHERS);
  }

  private static void publishMissing(
      final Burst burst, final List<String> presentities, final Map<String, String> tags) {
    final Map<String, String> callIds = new HashMap<>();
    for (final String presentity : presentities) {
      if (!tags.containsKey(presentity)) {
        callIds.put(
            presentity, burst.send(burst.publish(presentity, document(presentity, "first"))));
      }
    }
    assertThat(burst.allAnswered(List.copyOf(callIds.values()), LIMIT)).isTrue();
    int later = 0;
    for (final Map.Entry<String, String> sent : callIds.entrySet()) {
      final SipMessage reply = burst.replies(sent.getValue()).get(0);
      final int busy = Patience.busySeconds(reply);
      later = Math.max(later, busy);
      if (busy == 0) {
        assertThat(reply.code()).isEqualTo(200);
        tags.put(sent.getKey(), reply.required("SIP-ETag"));
      }
    }
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(later));
  }

  private static void assertBusyThenBack(final Burst burst, final long killed) {
    boolean busySeen = false;
    while (true) {
      final String someone = someone("probe");
      final Optional<SipMessage> reply =
          burst.exchange(burst.publish(someone, document(someone, "probe")), LIMIT);
      assertThat(reply).as("a PUBLISH while the engine is away").isPresent();
      if (reply.get().code() == 200) {
        break;
      }
      assertThat(reply.get().startLine()).isEqualTo("SIP/2.0 500 Server Internal Error");
      assertThat(Integer.parseInt(reply.get().required("Retry-After"))).isBetween(1, 5);
      busySeen = true;
      assertThat(Duration.ofNanos(System.nanoTime() - killed))
          .as("engine back")
          .isLessThan(Duration.ofSeconds(5));
    }
    assertThat(busySeen).as("the busy answer while the engine was away").isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - killed))
        .as("service restored")
        .isLessThan(Duration.ofSeconds(3));
  }

  private static void assertNothingLost(
      final List<String> presentities,
      final Map<String, String> tags,
      final Burst burst,
      final List<String> open) {
    final Map<String, String> stored = new HashMap<>();
    SCENE
        .database()
        .rows("SELECT username, etag FROM presentity")
        .forEach(row -> stored.put(row.get("username"), row.get("etag")));
    for (int i = 0; i < presentities.size(); i++) {
      final String presentity = presentities.get(i);
      final SipMessage reply = burst.replies(open.get(i)).get(0);
      final String etag = stored.get(Scene.user(presentity));
      if (reply.code() == 200) {
        assertThat(etag).isEqualTo(reply.required("SIP-ETag"));
      } else {
        assertThat(reply.code()).isEqualTo(500);
        assertThat(etag).as("the acknowledged publication of %s", presentity).isNotNull();
      }
    }
    for (int i = 1; i < presentities.size(); i += 40) {
      final Watch fetch = SCENE.peer().watch(someone("fetcher"), presentities.get(i));
      assertThat(fetch.subscribe(0).code()).isEqualTo(200);
      assertThat(fetch.next().body()).containsAnyOf("first", "second");
    }
    assertThat(tags).hasSize(PUBLISHERS);
  }

  private static void nextChangeArrives(
      final Watch alice, final String presentity, final long cseq) {
    SCENE
        .peer()
        .publisher(presentity)
        .publish(Documents.pidf(presentity, "another", "open", "after the crash"));
    assertThat(alice.untilBody("after the crash", LIMIT))
        .last()
        .satisfies(notify -> assertThat(notify.cseq()).isGreaterThan(cseq));
  }

  @Test
  @DisplayName("killed again and again, the engine comes back every time")
  void killedRepeatedly() {
    for (int i = 0; i < 3; i++) {
      final long victim = SCENE.kamailio().engine().orElseThrow();
      Signal.KILL.send(victim);
      Await.until(
          "another engine",
          LIMIT,
          () -> SCENE.kamailio().engine().filter(pid -> pid != victim).isPresent());
      final String bob = someone("bob");
      Await.until(
          "PUBLISH accepted",
          LIMIT,
          () -> SCENE.peer().publisher(bob).publish(document(bob, "x"), 600).code() == 200);
    }
  }
}
