// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A 200 means on disk. That a state survives SIGKILL proves little, because the page cache survives
 * it as well; so the system calls are looked at: between the arrival of a PUBLISH and the departure
 * of its 200 the database file is synchronised.
 */
@Deviation("has no embedded database")
class DurabilityTest {
  private static final Pattern ARRIVAL = Pattern.compile("recv(from|msg).*\"PUBLISH sip:");
  private static final Pattern DEPARTURE = Pattern.compile("send(to|msg).*\"SIP/2.0 200 OK");
  private static final Pattern SYNC_BEGINS =
      Pattern.compile("^(\\d+) .* f(?:data)?sync\\(\\d+<([^>]*)>");
  private static final Pattern SYNC_ENDS = Pattern.compile("^(\\d+) .*sync.*\\) += 0");
  private static final String DATABASE = "/presence.mv.db";
  private static final int ROUNDS = 5;

  @RegisterExtension static final Scene SCENE = Scene.onH2(config -> config);

  @TempDir Path directory;

  @Test
  @DisplayName("H2: the database file is synchronised before the 200 leaves")
  void syncPrecedesReply() throws IOException, InterruptedException {
    final Path trace = directory.resolve("trace");
    final List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-y",
                "-tt",
                "-s",
                "200",
                "-e",
                "trace=recvfrom,recvmsg,sendto,sendmsg,fsync,fdatasync",
                "-o",
                trace.toString()));
    SCENE.kamailio().pids().forEach(pid -> command.addAll(List.of("-p", Long.toString(pid))));
    final Path messages = directory.resolve("messages");
    final Process strace =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile())
            .start();
    try {
      final boolean attached =
          Await.holdsWithin(
              Duration.ofSeconds(10),
              () -> !strace.isAlive() || content(messages).contains("attached"));
      assumeTrue(
          attached && strace.isAlive(), () -> "ptrace is not permitted: " + content(messages));
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(publisher.publish(Documents.pidf(bob, "t", "open", "round " + i), 600).code())
            .isEqualTo(200);
      }
    } finally {
      Signal.TERM.send(strace.pid());
      strace.waitFor(5, TimeUnit.SECONDS);
    }
    everyReplyFollowsSync(content(trace));
  }

  private static void everyReplyFollowsSync(final String trace) {
    final Map<String, String> syncing = new HashMap<>();
    int replies = 0;
    boolean waiting = false;
    boolean synced = false;
    for (final String line : trace.lines().toList()) {
      final Matcher begins = SYNC_BEGINS.matcher(line);
      if (begins.find()) {
        syncing.put(begins.group(1), begins.group(2));
      }
      final Matcher ends = SYNC_ENDS.matcher(line);
      if (ends.find()) {
        synced |= syncing.getOrDefault(ends.group(1), "").contains(DATABASE);
      }
      if (ARRIVAL.matcher(line).find()) {
        waiting = true;
        synced = false;
      }
      if (DEPARTURE.matcher(line).find() && waiting) {
        assertThat(synced).as("a sync before\n%s\nin\n%s", line, trace).isTrue();
        replies++;
        waiting = false;
      }
    }
    assertThat(replies).as("replies seen in\n%s", trace).isEqualTo(ROUNDS);
  }

  private static String content(final Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (final IOException e) {
      return "";
    }
  }
}
