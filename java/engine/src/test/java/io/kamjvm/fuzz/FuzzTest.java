// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs each of Jazzer's targets for a moment, in a JVM of its own because Jazzer changes the
 * classes that it watches; with {@code ./kamjvm test --full} for a minute. An input that breaks
 * something is printed.
 */
class FuzzTest {
  private static final int SECONDS = "yes".equals(System.getProperty("kamjvm.full")) ? 60 : 2;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PidfFuzzer",
        "DialogInfoFuzzer",
        "ReginfoFuzzer",
        "ConferenceInfoFuzzer",
        "MessageSummaryFuzzer"
      })
  @DisplayName("no published body breaks its package")
  void target(final String target, @TempDir final Path home)
      throws IOException, InterruptedException {
    final Path corpus = Files.createDirectory(home.resolve("corpus"));
    int number = 0;
    for (final Samples sample : Samples.xml()) {
      Files.writeString(corpus.resolve("s" + number), sample.text());
      number++;
    }
    Files.writeString(corpus.resolve("mwi"), Samples.MESSAGE_SUMMARY);
    final Path log = home.resolve("log");
    final Process jazzer =
        new ProcessBuilder(command(target, home, corpus))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(SECONDS + 180L, TimeUnit.SECONDS)).as("Jazzer ends").isTrue();
    } finally {
      jazzer.destroyForcibly().waitFor();
    }
    final String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    final int from = Math.max(0, said.indexOf("== Java Exception"));
    assertThat(jazzer.exitValue()).as(said.substring(from)).isZero();
    assertThat(said).containsPattern("Done [1-9][0-9]* runs");
  }

  private static List<String> command(final String target, final Path home, final Path corpus) {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=io.kamjvm.fuzz." + target,
            "--instrumentation_includes=io.kamjvm.eventpackage.**:com.ctc.wstx.**",
            "--disabled_hooks=*",
            "--reproducer_path=" + home,
            "-artifact_prefix=" + home + "/",
            "-max_total_time=" + SECONDS,
            "-max_len=4096",
            "-seed=20260302",
            "-timeout=20",
            "-rss_limit_mb=1500",
            corpus.toString()));
    return command;
  }
}
