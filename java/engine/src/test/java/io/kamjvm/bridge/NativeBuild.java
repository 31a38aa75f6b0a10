// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What make builds in {@code build/native}, and how to run it. */
final class NativeBuild {
  private static final Path ROOT = Path.of(System.getProperty("kamjvm.root", "../..")).normalize();

  /** What a program said, and how it ended. */
  record Outcome(int exitCode, String output) {
    /** The number after {@code name=} in the output. */
    long number(final String name) {
      for (final String word : output.split("\\s+", -1)) {
        if (word.startsWith(name + "=")) {
          return Long.parseLong(word.substring(name.length() + 1));
        }
      }
      throw new AssertionError("no " + name + " in: " + output);
    }
  }

  private static final class Fresh {
    static final Path DIRECTORY = build();

    private static Path build() {
      final Outcome outcome = make("all");
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      return ROOT.resolve("build/native").toAbsolutePath();
    }
  }

  private NativeBuild() {}

  /** A file in {@code build/native}, up to date. */
  static Path file(final String name) {
    return Fresh.DIRECTORY.resolve(name);
  }

  static Outcome make(final String target) {
    return run(Map.of(), "make", "--no-print-directory", "-C", ROOT.resolve("native/wire"), target);
  }

  static Outcome stress(final Object... arguments) {
    return stress(Map.of(), arguments);
  }

  static Outcome stress(final Map<String, String> environment, final Object... arguments) {
    final List<Object> command = new ArrayList<>(List.of(file("kw_stress")));
    command.addAll(List.of(arguments));
    return run(environment, command.toArray());
  }

  private static Outcome run(final Map<String, String> environment, final Object... command) {
    try {
      final Path said = Files.createTempFile("kamjvm-native", ".log");
      try {
        final Process process = start(environment, said, command);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(List.of(command) + " did not end: " + Files.readString(said));
        }
        return new Outcome(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
      } finally {
        Files.delete(said);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static Process start(
      final Map<String, String> environment, final Path output, final Object... command)
      throws IOException {
    final ProcessBuilder builder = new ProcessBuilder();
    for (final Object word : command) {
      builder.command().add(word.toString());
    }
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }
}
