// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's purpose of pua_mi, end to end: a script, pua-mi.cfg as it stands, a watcher. */
class PuaMiExampleTest {
  private static final Path EXAMPLES = ModuleSet.root().resolve("kamailio-cfg");

  private static KamailioConfig example(final Fifo fifo, final Path directory) throws IOException {
    Scene.requireModules();
    return KamailioConfig.verbatim(
            Files.readString(EXAMPLES.resolve("pua-mi.cfg"))
                .replace("modparam(\"ctl\", \"binrpc\", CTL)", ""))
        .arguments("-A", "MPATH=\"" + ModuleSet.OURS.mpath() + "\"")
        .arguments("-A", "DBURL=\"h2://" + directory.resolve("pua") + "\"")
        .arguments("-A", "FIFO=\"" + fifo.path() + "\"")
        .arguments("-A", "REPLIES=\"" + fifo.replyDirectory() + "\"");
  }

  private static String script(final List<String> words) throws Exception {
    final Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  @DisplayName("A shell script publishes the CPU load through the FIFO and a watcher sees it")
  void publishesLoad(@TempDir final Path directory) throws Exception {
    try (Fifo fifo = new Fifo();
        KamailioProcess kamailio = KamailioProcess.start(example(fifo, directory));
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      final String uri = "sip:system@127.0.0.1:" + kamailio.port();
      final Watch watch = peer.watch(Scene.someone("admin"), "sip:system@127.0.0.1");
      watch.start();
      for (int i = 0; i < 2; i++) {
        assertThat(
                script(
                    List.of(
                        EXAMPLES.resolve("publish-load.sh").toString(),
                        uri,
                        fifo.path().toString(),
                        fifo.replyDirectory())))
            .contains("200 OK\n200 OK\nETag:: ")
            .contains("Expires:: 121");
        assertThat(watch.next().toString()).containsPattern("CPU:\\d+\\.\\d+");
      }
      assertThat(
              kamailio
                  .kamcmd()
                  .run(
                      "pua_publish",
                      uri,
                      "s:120",
                      "presence",
                      "application/pidf+xml",
                      "load",
                      ".",
                      ".",
                      PuaScene.pidf("system").replace("</tuple>", "<note>by hand</note></tuple>"))
                  .text())
          .contains("Code: 200");
      assertThat(watch.next().toString()).contains("by hand");
      assertThat(kamailio.log().matching("ERROR|CRITICAL")).isEmpty();
    }
  }
}
