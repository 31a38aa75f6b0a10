// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RawSipPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples for registrars do what they say. */
class RegistrarExamplesTest {
  @TempDir static Path directory;

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static KamailioProcess start(
      final String name, final int port, final Map<String, String> defines) throws IOException {
    String cfg =
        Files.readString(ModuleSet.root().resolve("kamailio-cfg/" + name))
            .replace("modparam(\"ctl\", \"binrpc\", CTL)", "")
            .replaceFirst(
                "#!trydef MPATH .*", "#!define MPATH \"" + ModuleSet.selected().mpath() + "\"");
    for (final Map.Entry<String, String> define : defines.entrySet()) {
      cfg =
          cfg.replaceFirst(
              "#!trydef " + define.getKey() + " .*",
              "#!define " + define.getKey() + " \"" + define.getValue() + "\"");
    }
    return KamailioProcess.start(KamailioConfig.verbatim(cfg), port);
  }

  @Test
  @DisplayName("reginfo-home.cfg and reginfo-branch.cfg: a call finds at the branch who is at home")
  void twoServers() throws IOException {
    final int home = FreePort.udpAndTcp();
    final int branch = FreePort.udpAndTcp();
    final String homeAddress = "sip:127.0.0.1:" + home;
    try (KamailioProcess a =
            start(
                "reginfo-home.cfg",
                home,
                Map.of(
                    "DBURL", "h2://" + directory + "/home",
                    "PUADBURL", "h2://" + directory + "/home-pua",
                    "HOME", homeAddress));
        KamailioProcess b =
            start(
                "reginfo-branch.cfg",
                branch,
                Map.of(
                    "PUADBURL", "h2://" + directory + "/branch-pua",
                    "HOME", homeAddress,
                    "BRANCH", "sip:reginfo@127.0.0.1:" + branch));
        RawSipPeer phone = RawSipPeer.udp(home);
        RawSipPeer caller = RawSipPeer.udp(branch)) {
      final String alice = "sip:alice@127.0.0.1";
      assertThat(
              phone
                  .exchange(
                      phone
                          .request("REGISTER", "sip:127.0.0.1", alice)
                          .with("To", "<" + alice + ">")
                          .header("Contact", "<sip:alice@192.0.2.9>"))
                  .code())
          .isEqualTo(200);
      assertThat(caller.exchange(caller.request("MESSAGE", alice, "sip:bob@127.0.0.1")).code())
          .isEqualTo(480);
      Await.until(
          "the branch knows",
          Duration.ofSeconds(20),
          () ->
              b.kamcmd()
                  .run("ul.lookup", "location", "alice")
                  .field("Address")
                  .contains("sip:alice@192.0.2.9"));
      assertThat(a.log().matching("ERROR|CRITICAL")).isEmpty();
      assertThat(b.log().matching("ERROR|CRITICAL")).isEmpty();
    }
  }

  @Test
  @DisplayName("pua-usrloc.cfg publishes who registers")
  void presence() throws IOException {
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio =
            start(
                "pua-usrloc.cfg",
                FreePort.udpAndTcp(),
                Map.of(
                    "DBURL", "h2://" + directory + "/presence",
                    "PRESENCE", "sip:127.0.0.1:" + stub.port()));
        RawSipPeer phone = RawSipPeer.udp(kamailio.port())) {
      final String carol = "sip:carol@example.org";
      phone.exchange(
          phone
              .request("REGISTER", "sip:example.org", carol)
              .with("To", "<" + carol + ">")
              .header("Contact", "<sip:carol@192.0.2.9>"));
      assertThat(stub.next("carol").body()).contains("entity=\"pres:carol@example.org\"");
    }
  }
}
