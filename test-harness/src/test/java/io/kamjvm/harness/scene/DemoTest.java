// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees first. */
class DemoTest {

  @Test
  @DisplayName("the demo starts Kamailio, plays its scene, ends with exit code 0")
  void plays(@TempDir final Path directory) throws IOException, InterruptedException {
    final Path output = directory.resolve("output");
    final Process demo =
        new ProcessBuilder("bash", System.getProperty("kamjvm.root") + "/kamailio-cfg/demo.sh")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(demo.waitFor(90, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      demo.destroy();
    }
    final String shown = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(demo.exitValue()).as(shown).isZero();
    assertThat(shown)
        .contains("activity away")
        .contains("back at the desk")
        .contains("user: bob")
        .contains("status closed")
        .contains("Kamailio and the engine are stopped");
  }
}
