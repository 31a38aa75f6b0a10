// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The load generator sees what a server does wrong, and counts what a good one does. */
class LoadGeneratorTest {

  private static LoadResult run(final Load load, final LyingServer.Manner manner)
      throws IOException {
    try (LyingServer server = new LyingServer(manner)) {
      return LoadGenerator.run(
          load.with("sockets", 1).with("setup-limit", 20).with("drain", 0.5),
          server.port(),
          LoadGenerator.NOBODY);
    }
  }

  private static Load publishers(final int operations) {
    return Load.of("publish")
        .with("presentities", 1)
        .with("operations", operations)
        .with("seconds", 30)
        .with("t1", 200);
  }

  private static Load oneWatcher() {
    return Load.of("subscribe")
        .with("presentities", 1)
        .with("operations", 1)
        .with("seconds", 30)
        .with("t1", 20_000)
        .with("no-documents", "");
  }

  @Test
  @DisplayName("A request that gets no answer is sent again, and counted")
  void retransmission() throws IOException {
    final int[] copies = {0};
    final LoadResult result =
        run(
            publishers(3),
            request -> {
              /* the first modification is answered at its third copy only */
              if (request.cseq() != 2 || ++copies[0] == 3) {
                request.reply("200 OK", "");
              }
            });
    assertThat(result.number("retransmitted")).isGreaterThanOrEqualTo(2);
    assertThat(result.number("publish.sent")).isEqualTo(3);
    assertThat(result.codes()).isEqualTo(Map.of(200, 3L));
    assertThat(result.number("publish.max_us")).as("T1 and twice T1").isGreaterThan(600_000);
  }

  @Test
  @DisplayName("Over TCP nothing is sent again, and there a server may not be")
  void noServer() throws IOException {
    final int unused;
    try (LyingServer server = new LyingServer(request -> {})) {
      unused = server.port();
    }
    assertThatThrownBy(
            () ->
                LoadGenerator.run(
                    publishers(1).with("transport", "tcp"), unused, LoadGenerator.NOBODY))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("exit code 1");
  }

  @Test
  @DisplayName("The busy answer is counted, and Retry-After heeded")
  void busy() throws IOException {
    final boolean[] refused = {false};
    final LoadResult result =
        run(
            publishers(2),
            request -> {
              if (request.cseq() == 2 && !refused[0]) {
                refused[0] = true;
                request.reply("500 Busy", "Retry-After: 1\r\n");
              } else {
                request.reply("200 OK", "");
              }
            });
    assertThat(result.codes()).isEqualTo(Map.of(200, 1L, 500, 1L));
    assertThat(result.number("publish.busy")).isEqualTo(1);
    assertThat(result.number("publish.completed")).isEqualTo(1);
    assertThat(result.number("seconds")).isGreaterThanOrEqualTo(1);
  }

  @Test
  @DisplayName("A server that is silent is given up")
  void silence() {
    assertThatThrownBy(() -> run(publishers(1).with("setup-limit", 1), request -> {}))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("0 documents");
  }

  @Test
  @DisplayName("NOTIFYs: a gap is a loss, a second copy a retransmission, a used CSeq a repetition")
  void notifies() throws IOException {
    final LoadResult result =
        run(
            oneWatcher(),
            request -> {
              request.notify(7, "a", 0);
              request.notify(8, "b", 0);
              request.notify(11, "c", 0);
              request.notify(11, "c", 0);
              request.notify(8, "b", 0);
              request.notify(11, "d", 0);
              request.notify(10, "e", 0);
              request.reply("200 OK", "");
            });
    assertThat(result.number("notify.lost")).as("9").isEqualTo(1);
    assertThat(result.number("notify.retransmitted")).as("11 and 8").isEqualTo(2);
    assertThat(result.number("notify.repeated")).as("11").isEqualTo(1);
    assertThat(result.number("notify.late")).as("10").isEqualTo(1);
    assertThat(result.number("notify.received")).as("in order").isEqualTo(3);
  }

  @Test
  @DisplayName("A watcher who ends on an old state is found, and a state that goes backwards")
  void states() throws IOException {
    final LoadResult result =
        run(
            Load.of("flood")
                .with("presentities", 1)
                .with("watchers", 1)
                .with("rate", 100)
                .with("operations", 3)
                .with("seconds", 30)
                .with("t1", 20_000),
            request -> {
              request.reply("200 OK", "");
              if (request.is("SUBSCRIBE")) {
                request.notify(1, "a", 1);
                request.notify(2, "b", 2);
                request.notify(3, "c", 1);
              }
            });
    assertThat(result.number("notify.backwards")).isEqualTo(1);
    assertThat(result.number("notify.stale_watchers")).as("state 4 is never shown").isEqualTo(1);
  }

  @Test
  @DisplayName("Our presence: every fan-out is complete, nothing is lost or comes twice")
  void presence() {
    Scene.requireModules();
    final Load load =
        Load.of("fanout")
            .with("presentities", 5)
            .with("watchers", 4)
            .with("window", 3)
            .with("operations", 60)
            .with("seconds", 120)
            .with("t1", 20_000)
            .with("fanout-limit", 60_000)
            .with("drain", 30);
    for (final String transport : new String[] {"udp", "tcp"}) {
      try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
        final LoadResult result =
            LoadGenerator.run(
                load.with("transport", transport), kamailio.port(), LoadGenerator.NOBODY);
        final double accepted = result.number("publish.completed");
        assertThat(result.number("publish.sent")).as(transport).isEqualTo(60);
        assertThat(accepted + result.number("publish.busy"))
            .as("a busy machine is told, not hidden")
            .isEqualTo(60);
        assertThat(accepted).isGreaterThan(30);
        assertThat(result.codes()).containsEntry(200, (long) accepted);
        assertThat(result.number("publish.incomplete")).isZero();
        assertThat(result.number("subscriptions")).isEqualTo(20);
        assertThat(result.number("notify.received")).isEqualTo(4 * accepted);
        assertThat(result.number("notify.lost")).isZero();
        assertThat(result.number("notify.repeated")).isZero();
        assertThat(result.number("notify.stale_watchers")).isZero();
        assertThat(kamailio.log().matching("HANDLED PUBLISH")).hasSizeGreaterThanOrEqualTo(65);
        assertThat(kamailio.log().matching("HANDLED SUBSCRIBE")).hasSizeGreaterThanOrEqualTo(20);
      }
    }
  }
}
