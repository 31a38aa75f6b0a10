// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Good and bad requests in great number: memory must not grow with them. */
@Tag("slow")
@Tag("alone")
class MemoryFaultTest {
  private static final int WARM_UP = 10_000;
  private static final int TOTAL = 100_000;
  private static final int WINDOW = 40;

  /* a heap of fixed size, touched at once: what leaks inside ends the engine, what leaks outside
   * shows in the resident memory; the optimising compiler's working memory is not the question */
  private static final String FIXED_HEAP =
      "-Xms128m -Xmx128m -XX:+AlwaysPreTouch -XX:TieredStopAtLevel=1";

  @RegisterExtension static final Scene SCENE = Scene.inMemory(MemoryFaultTest::settings);

  private static KamailioConfig settings(final KamailioConfig config) {
    config.sharedMemory(128).presence("clean_period", 1);
    return ModuleSet.selected() == ModuleSet.OURS
        ? config.presence("jvm_options", FIXED_HEAP)
        : config;
  }

  @Test
  @DisplayName("resident memory differs by at most 5 % between request 10,000 and 100,000")
  void memoryStaysFlat() {
    final List<String> presentities = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      presentities.add(someone("p" + i + "x"));
    }
    try (RawSipPeer peer = SCENE.udp()) {
      final Optional<Long> engine = SCENE.kamailio().engine();
      run(peer, presentities, WARM_UP);
      final long before = SCENE.kamailio().residentKilobytes();
      run(peer, presentities, TOTAL - WARM_UP);
      final long after = SCENE.kamailio().residentKilobytes();
      assertThat(SCENE.kamailio().engine()).as("the same engine").isEqualTo(engine);
      assertThat(Math.abs(after - before) * 100.0 / before)
          .as("per cent between %d kB and %d kB%s", before, after, SCENE.kamailio().memory())
          .isLessThanOrEqualTo(5.0);
    }
  }

  /* a sliding window: fast, and nothing overflows a socket buffer */
  private static void run(final RawSipPeer peer, final List<String> presentities, final int count) {
    int sent = 0;
    int answered = 0;
    while (answered < count) {
      while (sent < count && sent - answered < WINDOW) {
        peer.send(request(peer, presentities, sent).text());
        sent++;
      }
      final Optional<SipMessage> reply = peer.receive(Duration.ofSeconds(5));
      assertThat(reply).as("reply %d of %d", answered, sent).isPresent();
      if (!reply.get().isRequest() && reply.get().code() >= 200) {
        answered++;
      }
    }
  }

  private static RequestDraft request(
      final RawSipPeer peer, final List<String> presentities, final int number) {
    final String presentity = presentities.get(number % presentities.size());
    final RequestDraft draft =
        peer.request("PUBLISH", presentity, presentity)
            .header("X-Scene", "no-newtran")
            .header("Event", "presence");
    return switch (number % 5) {
      case 0 ->
          draft
              .header("Expires", "1")
              .body(Documents.PIDF, Documents.pidf(presentity, "t", "open", "n" + number));
      case 1 -> draft.body(Documents.PIDF, "<not xml" + number);
      case 2 -> draft.header("SIP-If-Match", "a.1.2.3." + number).header("Expires", "600");
      case 3 -> draft.with("Event", "nonsense" + number);
      default ->
          peer.request("SUBSCRIBE", presentity, "sip:w" + number + "@example.org")
              .header("X-Scene", "no-newtran")
              .header("Event", "presence")
              .header("Expires", "60");
    };
  }
}
