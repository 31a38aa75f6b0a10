// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import io.kamjvm.harness.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A SIP client of somebody else's, as a process: what it prints is collected. Closing ends it. One
 * thread at a time.
 */
final class Client implements AutoCloseable {
  private static final int LINES = 4_000;

  private final Process process;
  private final StringBuffer printed = new StringBuffer();
  private int lines;

  private Client(final Process process) {
    this.process = process;
    final Thread reader = new Thread(this::collect, "client-output");
    reader.setDaemon(true);
    reader.start();
  }

  static Client start(final Path directory, final List<String> command) {
    try {
      return new Client(
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (lines < LINES) {
          lines++;
          printed.append(line).append('\n');
        }
      }
    } catch (final IOException e) {
      printed.append(e).append('\n');
    }
  }

  /** What it has printed so far. */
  String printed() {
    return printed.toString();
  }

  /** Types something. */
  void type(final String text) {
    try {
      process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed something that the expression finds. */
  void awaitPrinted(final String regex) {
    final Pattern wanted = Pattern.compile(regex);
    try {
      Await.until(regex, Duration.ofSeconds(30), () -> wanted.matcher(printed).find());
    } catch (final AssertionError e) {
      throw new AssertionError(e.getMessage() + "; the client printed\n" + printed, e);
    }
  }

  /** Waits until it ends by itself. */
  int awaitEnd(final Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the client does not end; it printed\n" + printed);
      }
      return process.exitValue();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (final InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
