// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the distribution's {@code kamcmd} against one control socket. */
public final class Kamcmd {
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final Path socket;

  /** For the binrpc socket at this path. */
  public Kamcmd(final Path socket) {
    this.socket = socket;
  }

  /**
   * What the command printed.
   *
   * @param exitCode of kamcmd
   * @param text both of its streams
   */
  public record Output(int exitCode, String text) {
    /** True when Kamailio answered with a fault, or there was no answer. */
    public boolean failed() {
      return exitCode != 0 || text.startsWith("error:") || text.startsWith("ERROR");
    }

    /** The values of one field over all records, in order. */
    public List<String> field(final String name) {
      return text.lines()
          .map(String::strip)
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }
  }

  /** Runs a command; it is ended when it takes over 8 s. */
  public Output run(final String... command) {
    final List<String> line = new ArrayList<>(List.of("kamcmd", "-s", "unixs:" + socket));
    line.addAll(List.of(command));
    try {
      final Path out = Files.createTempFile("kamcmd-", ".out");
      try {
        final Process process =
            new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          return new Output(-1, "error: no answer within " + LIMIT.toSeconds() + " s");
        }
        return new Output(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (final IOException e) {
      throw new IllegalStateException("cannot run kamcmd", e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
