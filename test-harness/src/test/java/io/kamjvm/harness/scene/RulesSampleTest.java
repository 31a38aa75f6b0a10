// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example kamailio-cfg/presence-rules.cfg, and the SQL and the command that it tells. */
@Deviation("has no driver for it in the example")
class RulesSampleTest {
  private static final String ANN = "sip:ann@lab.example";
  private static final String BO = "sip:bo@lab.example";

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  private static String example() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("kamjvm.root"), "kamailio-cfg", "presence-rules.cfg"));
  }

  private static String sql(final String example) {
    return example
        .substring(example.indexOf("REPLACE INTO"), example.indexOf(";\n#\n# and then"))
        .lines()
        .map(line -> line.startsWith("#") ? line.substring(1) : line)
        .collect(Collectors.joining("\n"));
  }

  @Test
  @DisplayName("the example for rules: pending, let in by its SQL and its command, notes hidden")
  void example(@TempDir final Path place) throws IOException {
    final SqliteDatabase database = SqliteDatabase.create(place.resolve("kamailio.sqlite"));
    final String example = example();
    final String cfg =
        "#!KAMAILIO\n#!define DBURL \""
            + database.kamailioUrl()
            + "\"\n#!define MPATH \""
            + ModuleSet.selected().mpath()
            + "\"\n"
            + example.replace("modparam(\"ctl\", \"binrpc\", CTL)\n", "");
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.verbatim(cfg));
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      peer.publisher(ANN).publish(Documents.pidf(ANN, "t", "open", "private"));
      final Watch bo = peer.watch(BO, ANN);
      assertThat(bo.start().subscriptionState()).startsWith("pending");
      assertThat(peer.send(peer.request(Transport.UDP, "MESSAGE", ANN, BO)).code()).isEqualTo(403);
      database.execute(sql(example));
      assertThat(kamailio.kamcmd().run("presence.updateWatchers", ANN, "presence").failed())
          .isFalse();
      final Notify approved = bo.next();
      assertThat(approved.subscriptionState()).startsWith("active");
      assertThat(approved.body()).contains(">open<").doesNotContain("private");
      assertThat(peer.send(peer.request(Transport.UDP, "MESSAGE", ANN, BO)).code()).isEqualTo(480);
    }
  }
}
