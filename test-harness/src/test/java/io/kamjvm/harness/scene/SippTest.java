// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.PackageJar;
import io.kamjvm.harness.Scene;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIPp plays phones and mailboxes: a second SIP stack that knows nothing of us. */
class SippTest {
  private static final int PHONES = 20;

  @RegisterExtension
  static final Scene SCENE =
      Scene.inMemory(config -> config.line("loadmodule \"presence_dialoginfo.so\""));

  private static Client sipp(final Path directory, final String scenario, final String event)
      throws IOException {
    final Path file = directory.resolve(scenario);
    try (InputStream in = Scene.class.getResourceAsStream("sipp/" + scenario)) {
      Files.copy(in, file);
    }
    return Client.start(
        directory,
        List.of(
            "sipp",
            "127.0.0.1:" + SCENE.kamailio().port(),
            "-sf",
            file.toString(),
            "-i",
            "127.0.0.1",
            "-p",
            Integer.toString(FreePort.udpAndTcp()),
            "-key",
            "event",
            event,
            "-m",
            Integer.toString(PHONES),
            "-r",
            Integer.toString(PHONES),
            "-timeout",
            "60s",
            "-timeout_error",
            "-nostdin",
            "-trace_err"));
  }

  private static void succeeds(final Client client, final Path directory) throws IOException {
    final int status = client.awaitEnd(Duration.ofSeconds(70));
    final StringBuilder errors = new StringBuilder();
    try (var files = Files.newDirectoryStream(directory, "*_errors.log")) {
      for (final Path file : files) {
        errors.append(Files.readString(file));
      }
    }
    assertThat(status).as(client.printed() + errors).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"message-summary, publish-mwi.xml", "dialog, publish-dialog.xml"})
  @DisplayName("twenty phones subscribe, are told of a change, and leave")
  void phones(final String event, final String publish) throws IOException {
    final Path directory = Files.createTempDirectory("kamsipp");
    final int before = SCENE.kamailio().log().matching("HANDLED SUBSCRIBE .* rc=1").size();
    try (Client watchers = sipp(directory, "watch.xml", event)) {
      Await.until(
          "all have subscribed",
          Duration.ofSeconds(30),
          () ->
              SCENE.kamailio().log().matching("HANDLED SUBSCRIBE .* rc=1").size()
                  >= before + PHONES);
      try (Client publishers = sipp(directory, publish, event)) {
        succeeds(publishers, directory);
      }
      succeeds(watchers, directory);
    } finally {
      PackageJar.remove(directory);
    }
  }
}
