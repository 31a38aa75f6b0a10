// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No room for the embedded database. A limit on the size of files stands for the full disk: it
 * needs no privileges, and a write beyond it fails in the same place.
 */
@Timeout(120)
final class H2DiskFullTest {
  private static final int LIMIT_KB = 3_000;

  @Test
  @DisplayName("disk full: nothing is acknowledged that is not there; with room, work goes on")
  void shouldSurviveFullDisk(@TempDir final Path directory)
      throws IOException, InterruptedException, StorageException {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/prlimit"))).as("prlimit").isTrue();
    final String dbUrl = "h2://" + directory.resolve("state");
    final Process writer =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -S -f " + LIMIT_KB + "; exec \"$@\"",
                "writer",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FillingWriter.class.getName(),
                dbUrl)
            .redirectError(directory.resolve("errors").toFile())
            .start();
    final Set<String> committed = new HashSet<>();
    final Set<String> unavailable = new HashSet<>();
    try (BufferedReader lines = writer.inputReader()) {
      while (unavailable.size() < 20) {
        note(lines.readLine(), committed, unavailable);
      }
      assertThat(committed).as("before the disk was full").isNotEmpty();
      final int before = committed.size();
      makeRoom(writer.pid());
      while (committed.size() < before + 20) {
        note(lines.readLine(), committed, unavailable);
      }
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line, committed, unavailable);
      }
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }

    assertThat(stored(dbUrl)).containsAll(committed).doesNotContainAnyElementsOf(unavailable);
  }

  private static void note(
      final String line, final Set<String> committed, final Set<String> unavailable) {
    assertThat(line).as("the writer goes on").isNotNull();
    final String[] words = line.split(" ");
    if (words[0].equals("Committed")) {
      committed.add("u" + words[1]);
    } else {
      assertThat(words[0]).isEqualTo("Unavailable");
      unavailable.add("u" + words[1]);
    }
  }

  private static void makeRoom(final long pid) throws IOException, InterruptedException {
    final Process raise =
        new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=unlimited:unlimited")
            .inheritIO()
            .start();
    assertThat(raise.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(raise.exitValue()).isZero();
  }

  private static Set<String> stored(final String dbUrl) throws StorageException {
    final Set<String> users = new HashSet<>();
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
      store.loadPublications(Rows.NOW, row -> users.add(row.user()));
    }
    return users;
  }
}
