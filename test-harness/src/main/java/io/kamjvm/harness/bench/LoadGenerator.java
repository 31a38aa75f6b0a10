// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs {@code kamjvm-load}. One run at a time; each has users of its own. */
public final class LoadGenerator {
  private static final long GRACE_SECONDS = 30;
  private static final AtomicInteger RUNS = new AtomicInteger();

  /** A witness who does not care. */
  static final Witness NOBODY =
      new Witness() {
        @Override
        public void begins() {
          /* nothing to read */
        }

        @Override
        public void ends() {
          /* nothing to read */
        }
      };

  private LoadGenerator() {}

  /** Told when the measurement begins, and when it is over. */
  interface Witness {
    void begins();

    void ends();
  }

  /** The program: built with the native side. */
  public static Path program() {
    return ModuleSet.root().resolve("build/harness/kamjvm-load");
  }

  /**
   * Puts a load on the server at a loopback port.
   *
   * @throws LoadFailedException when the generator gives up, or is not there
   */
  static LoadResult run(final Load load, final int port, final Witness witness) {
    final List<String> line = new ArrayList<>(List.of(program().toString()));
    line.addAll(List.of("--server", "127.0.0.1:" + port, "--handshake"));
    line.addAll(List.of("--prefix", "r" + RUNS.incrementAndGet()));
    line.addAll(load.words());
    try {
      final Path errors = Files.createTempFile("kamjvm-load", ".err");
      final Process process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
      final Thread hook = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        final Optional<String> report = converse(process, witness);
        final boolean ended = process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0 || report.isEmpty()) {
          throw new LoadFailedException(
              load.told()
                  + ": "
                  + (ended ? "exit code " + process.exitValue() : "does not end")
                  + ": "
                  + Files.readString(errors).strip());
        }
        return LoadResult.parse(report.get());
      } finally {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(hook);
        Files.deleteIfExists(errors);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> converse(final Process process, final Witness witness)
      throws IOException {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      Optional<String> report = Optional.empty();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        switch (line) {
          case "ready" -> {
            witness.begins();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
          }
          case "measured" -> witness.ends();
          default -> report = Optional.of(line);
        }
      }
      return report;
    }
  }
}
