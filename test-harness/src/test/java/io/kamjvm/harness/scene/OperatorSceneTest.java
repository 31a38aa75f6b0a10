// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.PostgresServer;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kamailio set up as operators set it up. */
class OperatorSceneTest {
  private static final Path PACKAGED = Path.of("/etc/kamailio/kamailio.cfg");

  private static PostgresServer server;

  @RegisterExtension
  static final BeforeAllCallback POSTGRES = context -> server = Scene.postgres(context);

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static void mainScene(final KamailioProcess kamailio) {
    try (SipPeer peer = SipPeer.towards(kamailio.port())) {
      Scene.warmUp(peer);
      final String bob = someone("bob").replace("example.org", "127.0.0.1:" + kamailio.port());
      final Watch alice = peer.watch(bob.replace("bob", "alice"), bob);
      assertThat(alice.start().state()).isEqualTo("active");
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "as packaged"));
      assertThat(alice.next().body()).contains("as packaged");
      assertThat(alice.subscribe(0).code()).isEqualTo(200);
      assertThat(alice.next().state()).isEqualTo("terminated");
      assertThat(peer.objections()).isEmpty();
    }
  }

  @Test
  @DisplayName("the distribution's kamailio.cfg with WITH_PRESENCE: only mpath and DBURL changed")
  void packagedCfg() throws IOException {
    final Database database = server.create();
    final String packaged = Files.readString(PACKAGED);
    assertThat(packaged).contains("#!ifdef WITH_PRESENCE").contains("loadmodule \"tm.so\"");
    final String cfg =
        "#!KAMAILIO\n#!define WITH_PRESENCE\n#!define DBURL \""
            + database.kamailioUrl()
            + "\"\nmpath=\""
            + ModuleSet.selected().mpath()
            + "\"\n"
            + packaged;
    final KamailioConfig config = KamailioConfig.verbatim(cfg);
    if (ModuleSet.selected() == ModuleSet.STOCK) {
      config.arguments("--loadmodule=db_postgres.so", "-L", ModuleSet.stockModules().toString());
    }
    try (KamailioProcess kamailio = KamailioProcess.start(config)) {
      mainScene(kamailio);
    }
  }

  @Test
  @DisplayName("wait_worker1_mode=1: workers wait for the first one, and the engine for nobody")
  void waitWorker1Mode() {
    try (KamailioProcess kamailio =
        KamailioProcess.start(KamailioConfig.memoryOnly().global("wait_worker1_mode=1"))) {
      mainScene(kamailio);
    }
  }

  @Test
  @DisplayName("a clean stop ends with code 0 and leaves no process")
  void cleanStop() {
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
      mainScene(kamailio);
      assertThat(kamailio.stop()).isZero();
      assertThat(kamailio.pids()).isEmpty();
    }
  }
}
