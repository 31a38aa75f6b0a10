// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bridge;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The functions as a KEMI script calls them. */
class KemiTest {
  private static final String SCRIPT =
      """
      function ksr_request_route() {
        if(KSR.is_method("OPTIONS")) {
          KSR.sl.sl_send_reply(200, "OK");
        } else if(KSR.is_method("INFO")) {
          var some = KSR.presence.pres_has_subscribers(KSR.pv.get("$ru"), "presence");
          KSR.sl.sl_send_reply(some > 0 ? 200 : 480, "rc " + some);
        } else if(KSR.is_method("PUBLISH")) {
          KSR.tm.t_newtran();
          KSR.info("PUBLISH rc=" + KSR.presence.handle_publish() + "\\n");
        } else {
          KSR.tm.t_newtran();
          KSR.info("SUBSCRIBE rc=" + KSR.presence.handle_subscribe() + " to="
              + KSR.pv.get("$subs(callid)") + "\\n");
        }
      }
      """;

  @Test
  @DisplayName("handlers, pres_has_subscribers and $subs work from a KEMI script")
  void functions() throws IOException {
    Scene.requireModules();
    final Path script = Files.createTempFile("kemi", ".js");
    Files.writeString(script, SCRIPT);
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .line("loadmodule \"app_jsdt.so\"")
            .line("modparam(\"app_jsdt\", \"load\", \"" + script + "\")")
            .script("cfgengine \"jsdt\"\n");
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      Scene.warmUp(peer);
      final String bob = someone("bob");
      assertThat(info(peer, bob)).isEqualTo(480);
      final Watch alice = peer.watch(someone("alice"), bob);
      assertThat(alice.start().state()).isEqualTo("active");
      // the reply and the NOTIFY leave before the script writes its line
      Await.until(
          "the script's line",
          Duration.ofSeconds(10),
          () -> kamailio.log().matching("SUBSCRIBE rc=1 to=" + alice.callId()).size() == 1);
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "by KEMI"));
      assertThat(alice.next().body()).contains("by KEMI");
      assertThat(info(peer, bob)).isEqualTo(200);
    } finally {
      Files.delete(script);
    }
  }

  private static int info(final SipPeer peer, final String presentity) {
    return peer.send(peer.request(Transport.UDP, "INFO", presentity, someone("asker"))).code();
  }
}
