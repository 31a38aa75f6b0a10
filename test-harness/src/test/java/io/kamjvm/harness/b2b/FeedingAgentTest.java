// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.b2b;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.pua.StubServer;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is heard elsewhere is shown to the watchers of module pa: at once, or by PUBLISH. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class FeedingAgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ROUTES =
      """
      request_route {
        if(is_method("NOTIFY")) {
          if(!handle_notify()) {
            sl_send_reply("481", "Unable to handle notification");
          }
        } else if(is_method("SUBSCRIBE")) {
          pa_handle_subscription("registrar");
        } else if(is_method("PUBLISH")) {
          xlog("L_NOTICE", "PUBLISH for $ru\\n");
          pa_handle_publish("registrar");
        } else {
          sl_send_reply("200", "OK");
        }
      }
      """;

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  @ParameterizedTest(name = "feed_mode {0}")
  @ValueSource(ints = {2, 3})
  @DisplayName("PAB-095 PAB-096 feed_mode 2 and 3: heard elsewhere, seen by pa's watchers")
  void fed(final int mode) {
    final int port = FreePort.udpAndTcp();
    final KamailioConfig config =
        B2bScene.parameter(
            B2bScene.baseline(
                KamailioConfig.memoryOnly()
                    .line("loadmodule \"usrloc.so\"")
                    .line("loadmodule \"pa.so\"")
                    .line("modparam(\"pa\", \"auth\", \"none\")")
                    .line("modparam(\"pa\", \"timer_interval\", 1)")
                    .script(ROUTES)),
            "feed_mode",
            mode);
    if (mode == 3) {
      B2bScene.parameter(config, "feed_proxy", "sip:127.0.0.1:" + port);
    }
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio = KamailioProcess.start(config, port);
        SipPeer peer = SipPeer.towards(port);
        RawSipPeer notifier = RawSipPeer.udp(port)) {
      final String user = Scene.user(Scene.someone("bob"));
      final Watch watch = peer.watch(Scene.someone("alice"), "sip:" + user + "@127.0.0.1");
      assertThat(watch.start().body()).contains("none");
      final var made =
          kamailio.kamcmd().run("presence_b2b.subscribe", stub.uri(user), B2bScene.watcher());
      assertThat(made.failed()).isFalse();
      final SipMessage subscribe = stub.next(user);
      says(notifier, subscribe, 1, "open");
      watch.untilBody("<basic>open</basic>", PATIENCE);
      says(notifier, subscribe, 2, "closed");
      assertThat(watch.next(PATIENCE).body())
          .contains("<basic>closed</basic>")
          .contains("sip:x@192.0.2.1");
      kamailio.kamcmd().run("presence_b2b.unsubscribe", made.field("id").get(0));
      watch.untilBody("id=\"none\"", PATIENCE);
      assertThat(kamailio.log().matching("PUBLISH for sip:" + user)).hasSize(mode == 3 ? 3 : 0);
    }
  }

  private static void says(
      final RawSipPeer notifier, final SipMessage subscribe, final int cseq, final String basic) {
    final SipMessage reply =
        notifier.exchange(
            B2bScene.notifying(notifier, subscribe, cseq, "active;expires=60")
                .body("application/pidf+xml", B2bScene.pidf(basic)));
    assertThat(reply.code()).isEqualTo(200);
  }
}
