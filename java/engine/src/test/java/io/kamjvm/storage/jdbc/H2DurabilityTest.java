// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A commit of the embedded database is on disk when it is reported: seen in its system calls. */
@Timeout(120)
final class H2DurabilityTest {
  private static final Pattern SYNC =
      Pattern.compile("\\b(fsync|fdatasync)\\(\\d+<[^>]*\\.mv\\.db>");
  private static final Pattern WRITE = Pattern.compile("\\bpwrite64\\(\\d+<[^>]*\\.mv\\.db>");
  private static final Pattern REPORT = Pattern.compile("\\bp?write\\w*\\(.*COMMITTED (\\d+)");

  @Test
  @DisplayName("between each report and the one before: the file is written, then synced")
  void shouldSyncBeforeReporting(@TempDir final Path directory)
      throws IOException, InterruptedException {
    assumeStraceWorks(directory);
    final Path trace = directory.resolve("trace");
    final int commits = 50;
    final List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-y",
                "-s",
                "64",
                "-e",
                "trace=write,pwrite64,fsync,fdatasync",
                "-o",
                trace.toString()));
    command.addAll(writer("h2://" + directory.resolve("state"), commits));
    run(command, directory);

    int reports = 0;
    boolean written = false;
    boolean synced = false;
    for (final String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      if (WRITE.matcher(line).find()) {
        written = true;
        synced = false;
      } else if (SYNC.matcher(line).find()) {
        synced = true;
      } else if (REPORT.matcher(line).find()) {
        reports++;
        assertThat(written && synced)
            .as(
                "before report %d: written %s, synced after the last write %s",
                reports, written, synced)
            .isTrue();
        written = false;
        synced = false;
      }
    }
    assertThat(reports).isEqualTo(commits);
  }

  @Test
  @DisplayName("killed in the middle of commits: whatever was reported is there when opened again")
  void shouldSurviveKill(@TempDir final Path directory)
      throws IOException, InterruptedException, StorageException {
    final String dbUrl = "h2://" + directory.resolve("state");
    final Process writer = new ProcessBuilder(writer(dbUrl, 1_000_000)).start();
    int reported = 0;
    try (BufferedReader lines = writer.inputReader()) {
      while (reported < 200) {
        final String line = lines.readLine();
        assertThat(line).as("the writer goes on").isNotNull();
        reported = Integer.parseInt(line.substring("COMMITTED ".length()));
      }
      // Through the handle: killing the Process would close its output, of which we need the rest.
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reported = Integer.parseInt(line.substring("COMMITTED ".length()));
      }
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }

    final Set<String> stored = new HashSet<>();
    try (EventStateStore store =
        new JdbcStoreFactory(Runnable::run)
            .open(
                new StoreSettings(
                    dbUrl,
                    "presentity",
                    "active_watchers",
                    "watchers",
                    true,
                    true,
                    500,
                    Optional.empty()))) {
      store.loadPublications(Rows.NOW, row -> stored.add(row.user()));
    }
    for (int i = 1; i <= reported; i++) {
      assertThat(stored).contains("u" + i);
    }
    assertThat(stored.size()).isBetween(reported, reported + 1);
  }

  private static List<String> writer(final String dbUrl, final int commits) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        ReportingWriter.class.getName(),
        dbUrl,
        Integer.toString(commits));
  }

  private static void assumeStraceWorks(final Path directory)
      throws IOException, InterruptedException {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/strace"))).as("strace is installed").isTrue();
    final Process probe =
        new ProcessBuilder("strace", "-o", directory.resolve("probe").toString(), "true")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("probe.out").toFile())
            .start();
    assumeThat(probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0)
        .as("ptrace is permitted here")
        .isTrue();
  }

  private static void run(final List<String> command, final Path directory)
      throws IOException, InterruptedException {
    final Path output = directory.resolve("output");
    final Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("the writer ends").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }
}
