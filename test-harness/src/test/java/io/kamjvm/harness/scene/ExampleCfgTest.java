// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The examples in {@code kamailio-cfg} run as they are. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class ExampleCfgTest {

  @Test
  @DisplayName("event-packages.cfg: every package, as its modules are set there")
  void eventPackages() throws IOException {
    final KamailioConfig config =
        KamailioConfig.verbatim(
                Files.readString(ModuleSet.root().resolve("kamailio-cfg/event-packages.cfg")))
            .arguments("-A", "MPATH=\"" + ModuleSet.OURS.mpath() + "\"");
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      Scene.warmUp(peer);
      final String desk = someone("desk");
      assertThat(peer.watch(someone("bo"), desk).event("dialog").start().body())
          .contains("<state>terminated</state>");
      peer.publisher(desk)
          .event("reg", Documents.REGINFO)
          .publish(Documents.reginfo(desk, "r1", "sip:a@192.0.2.1"));
      assertThat(peer.watch(someone("bo"), desk).event("reg").start().body()).contains("\"r1\"");
      for (final String event : new String[] {"message-summary", "conference", "ua-profile"}) {
        assertThat(peer.watch(someone("bo"), desk).event(event).start().state())
            .as(event)
            .isEqualTo("active");
      }
      assertThat(
              peer.publisher(desk)
                  .event("dialog;sla", Documents.DIALOG_INFO)
                  .header("Contact", "<sip:desk@192.0.2.5>")
                  .publish(Documents.dialogInfo(desk, "a=early"), 600)
                  .code())
          .isEqualTo(200);
      assertThat(peer.objections()).isEmpty();
    }
  }
}
