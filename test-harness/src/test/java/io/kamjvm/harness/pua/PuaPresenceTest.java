// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The client of one Kamailio against our presence of another, and over a restart. */
class PuaPresenceTest {
  @RegisterExtension static final Scene SERVER = Scene.inMemory(config -> config);

  @RegisterExtension static final PuaScene CLIENT = new PuaScene(config -> config);

  @Test
  @DisplayName("What is published by command here is what a watcher hears there; kamcmd waits too")
  void publishes() {
    final String user = Scene.user(Scene.someone("system"));
    final String uri = "sip:" + user + "@127.0.0.1";
    final Watch watch = SERVER.peer().watch(Scene.someone("alice"), uri);
    watch.start();
    final String proxy = "sip:127.0.0.1:" + SERVER.kamailio().port();
    for (final String transport : new String[] {"", ";transport=tcp"}) {
      assertThat(
              CLIENT
                  .kamailio()
                  .kamcmd()
                  .run(
                      "pua.publish",
                      uri,
                      "s:3600",
                      "presence",
                      "application/pidf+xml",
                      transport.isEmpty() ? "udp" : "tcp",
                      ".",
                      proxy + transport,
                      ".",
                      PuaScene.pidf(user).replace("open", transport.isEmpty() ? "open" : "closed"))
                  .text())
          .contains("SIP-ETag")
          .contains("Expires");
      assertThat(watch.next().toString()).contains(transport.isEmpty() ? "open" : "closed");
    }
  }

  @Test
  @DisplayName("PUA-060 PUA-061 a series goes on after a restart and after kill -9")
  void restarts() {
    final String user = Scene.user(Scene.someone("lasting"));
    CLIENT.publish(user, 3600, ".");
    CLIENT.stub().next(user);
    CLIENT.restart();
    CLIENT.publish(user, 3600, ".");
    final SipMessage second = CLIENT.stub().next(user);
    assertThat(second.header("SIP-If-Match")).isPresent();
    CLIENT.killAndRestart();
    CLIENT.publish(user, 3600, ".");
    assertThat(CLIENT.stub().next(user).required("SIP-If-Match"))
        .isNotEqualTo(second.required("SIP-If-Match"));
  }

  @Test
  @DisplayName("The example cfg starts as it stands")
  void example(@TempDir final Path directory) throws IOException {
    final String cfg =
        Files.readString(ModuleSet.root().resolve("kamailio-cfg/pua.cfg"))
            .replaceFirst("#!trydef MPATH .*", "#!define MPATH \"" + mpath() + "\"")
            .replaceFirst("#!trydef DBURL .*", "#!define DBURL \"h2://" + directory + "/pua\"")
            .replace("modparam(\"ctl\", \"binrpc\", CTL)", "");
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.verbatim(cfg))) {
      assertThat(kamailio.kamcmd().run("pua.cleanup").failed()).isFalse();
      assertThat(kamailio.log().matching("ERROR|CRITICAL")).isEmpty();
    }
  }

  private static String mpath() {
    return ModuleSet.selected().mpath();
  }
}
