// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.PackageJar;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RequestDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two baresips, real phones without sound: one says how it is, the other shows it. */
class BaresipTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String COLOUR = "(?:\\e\\[[0-9;]*m)?";

  @RegisterExtension static final Scene SCENE = Scene.inMemory(config -> config);

  /** Starts a phone; its account has no registration, which is not what is tested here. */
  private static Client phone(final Path home, final String account, final String contact)
      throws IOException {
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("config"),
        """
        sip_listen 127.0.0.1:%d
        module_path /usr/lib/baresip/modules
        module account.so
        module stdio.so
        module contact.so
        module presence.so
        module menu.so
        """
            .formatted(FreePort.udpAndTcp()));
    Files.writeString(home.resolve("accounts"), account + "\n");
    Files.writeString(home.resolve("contacts"), contact + "\n");
    final Client phone = Client.start(home, List.of("baresip", "-4", "-v", "-f", home.toString()));
    phone.awaitPrinted("baresip is ready");
    return phone;
  }

  @Test
  @DisplayName("what one phone publishes the other one shows")
  void shown() throws IOException {
    final Path home = Files.createTempDirectory("kambaresip");
    final String server = "@127.0.0.1:" + SCENE.kamailio().port();
    final String ann = "sip:ann" + RequestDraft.token() + server;
    final String bo = "sip:bo" + RequestDraft.token() + server;
    try (Client publisher = phone(home.resolve("ann"), "<" + ann + ">;regint=0;pubint=600", "");
        Client watcher =
            phone(
                home.resolve("bo"),
                "<" + bo + ">;regint=0",
                "\"Ann\" <" + ann + ">;presence=p2p")) {
      SCENE
          .kamailio()
          .log()
          .await("NOTIFY .* on behalf of " + ann.replaceFirst(":\\d+$", ""), LIMIT);
      publisher.type("/presence_online\n");
      watcher.awaitPrinted(status(ann, "Offline", "Online"));
      publisher.type("/presence_offline\n");
      watcher.awaitPrinted(status(ann, "Online", "Offline"));
      watcher.type("/quit\n");
      publisher.type("/quit\n");
      watcher.awaitEnd(LIMIT);
      publisher.awaitEnd(LIMIT);
    } finally {
      PackageJar.remove(home);
    }
  }

  private static String status(final String whom, final String from, final String to) {
    return "<\\Q"
        + whom
        + "\\E> changed status from "
        + COLOUR
        + from
        + COLOUR
        + " to "
        + COLOUR
        + to;
  }
}
