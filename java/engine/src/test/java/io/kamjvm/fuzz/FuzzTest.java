// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.puareginfo.ReginfoNotifyFuzzer;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs Jazzer for a moment over all packages at once; with {@code ./kamjvm test --full} for a
 * minute over each. It has a JVM of its own because it changes the classes that it watches. An
 * input that breaks something is printed.
 */
class FuzzTest {
  private static final boolean FULL = "yes".equals(System.getProperty("kamjvm.full"));
  private static final int SECONDS = FULL ? 60 : 3;

  /** How long the JVM may take beside that, on a machine that has no time for it. */
  private static final int PATIENCE_SECONDS = 300;

  private static List<String> targets() {
    return FULL
        ? List.of(
            "fuzz.PidfFuzzer",
            "fuzz.DialogInfoFuzzer",
            "fuzz.ReginfoFuzzer",
            "fuzz.ConferenceInfoFuzzer",
            "fuzz.MessageSummaryFuzzer",
            "puareginfo.ReginfoNotifyFuzzer")
        : List.of("fuzz.AllPackagesFuzzer");
  }

  @ParameterizedTest
  @MethodSource("targets")
  @DisplayName("no published body breaks its package, no notified one pua_reginfo")
  void target(final String target, @TempDir final Path home)
      throws IOException, InterruptedException {
    final Path corpus = Files.createDirectory(home.resolve("corpus"));
    int number = 0;
    for (final Samples sample : Samples.xml()) {
      Files.writeString(corpus.resolve("s" + number), sample.text());
      number++;
    }
    Files.writeString(corpus.resolve("mwi"), Samples.MESSAGE_SUMMARY);
    Files.writeString(corpus.resolve("notify"), ReginfoNotifyFuzzer.SAMPLE);
    final Path log = home.resolve("log");
    final Process jazzer =
        new ProcessBuilder(command(target, home, corpus))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(SECONDS + PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("Jazzer ends")
          .isTrue();
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
            "--target_class=io.kamjvm." + target,
            "--instrumentation_includes=io.kamjvm.eventpackage.**:io.kamjvm.puareginfo.**"
                + ":io.kamjvm.sip.**:com.ctc.wstx.**",
            "--disabled_hooks=*",
            "--reproducer_path=" + home,
            "-artifact_prefix=" + home + "/",
            "-max_total_time=" + SECONDS,
            "-max_len=4096",
            "-seed=20260302",
            "-timeout=" + PATIENCE_SECONDS,
            "-rss_limit_mb=0",
            corpus.toString()));
    return command;
  }
}
