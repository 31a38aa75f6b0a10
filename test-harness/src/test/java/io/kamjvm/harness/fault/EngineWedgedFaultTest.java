// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine lives but does nothing: everybody fails fast, and then it is replaced. */
@Deviation("has no engine")
@Tag("alone")
class EngineWedgedFaultTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  /* 300 ms until the keeper calls it late, and what a loaded test machine adds */
  private static final long FIRST_MILLIS = 900;
  private static final long LATER_MILLIS = 400;

  @RegisterExtension
  static final Scene SCENE =
      Scene.onPostgres(config -> config.presence("engine_dead_after", 3).workers(4));

  @Test
  @DisplayName("SIGSTOP: requests fail fast, OPTIONS go on, a new engine after engine_dead_after")
  void stopped() {
    final String bob = someone("bob");
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "kept"));
    final long wedged = SCENE.kamailio().engine().orElseThrow();
    try (Burst burst = new Burst(SCENE.kamailio().port());
        Heartbeat heartbeat = new Heartbeat(SCENE.kamailio().port())) {
      final long start = System.nanoTime();
      Signal.STOP.send(wedged);
      assertThat(busyWithin(burst)).as("the first answer, ms").isLessThan(FIRST_MILLIS);
      for (int i = 0; i < 5; i++) {
        assertThat(busyWithin(burst)).as("a later answer, ms").isLessThan(LATER_MILLIS);
      }
      Await.until(
          "another engine",
          LIMIT,
          () -> SCENE.kamailio().engine().filter(pid -> pid != wedged).isPresent());
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("the wedged engine was given its time")
          .isGreaterThan(Duration.ofMillis(2500));
      Await.until(
          "service restored",
          LIMIT,
          () ->
              burst
                  .exchange(burst.publish(bob, Documents.pidf(bob, "n", "open", "new")), LIMIT)
                  .filter(reply -> reply.code() == 200)
                  .isPresent());
      assertThat(SCENE.peer().watch(someone("alice"), bob).start().body()).contains("kept");
      assertThat(heartbeat.missed()).isZero();
    } finally {
      Signal.KILL.send(wedged);
    }
  }

  private static long busyWithin(final Burst burst) {
    final String someone = someone("probe");
    final long start = System.nanoTime();
    final Optional<SipMessage> reply =
        burst.exchange(
            burst.publish(someone, Documents.pidf(someone, "t", "open", "probe")), LIMIT);
    assertThat(reply).isPresent();
    assertThat(reply.get().code()).isEqualTo(500);
    assertThat(reply.get().header("Retry-After")).isPresent();
    return (System.nanoTime() - start) / 1_000_000;
  }
}
