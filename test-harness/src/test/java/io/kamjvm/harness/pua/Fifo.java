// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import io.kamjvm.harness.Await;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A script's end of the FIFO: writes commands and reads answers from reply FIFOs of its own. */
final class Fifo implements AutoCloseable {
  private final Path directory;
  private final AtomicInteger replies = new AtomicInteger();

  Fifo() {
    try {
      directory = Files.createTempDirectory("kamfifo");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return directory.resolve("kamailio_fifo");
  }

  /** As the cfg wants it. */
  String replyDirectory() {
    return directory + "/";
  }

  Path inReplyDirectory(final String name) {
    return directory.resolve(name);
  }

  /** Writes bytes as they are. */
  void write(final String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void write(final byte[] bytes) {
    try {
      // never creates: without a FIFO this must fail
      Files.write(path(), bytes, StandardOpenOption.WRITE);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void make(final Path fifo) {
    try {
      final Process process = new ProcessBuilder("mkfifo", "-m", "666", fifo.toString()).start();
      if (process.waitFor() != 0) {
        throw new AssertionError("mkfifo " + fifo + " failed");
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** A new reply FIFO with a reader. */
  Reply reply() {
    final String name = "reply_" + replies.incrementAndGet();
    make(inReplyDirectory(name));
    return new Reply(name);
  }

  /** Sends a command with these lines and waits for its answer. */
  String command(final String name, final String... lines) {
    try (Reply reply = reply()) {
      write(":" + name + ":" + reply.name() + "\n" + String.join("\n", lines) + "\n\n");
      return reply.text();
    }
  }

  /** A reply FIFO that is read from the moment it is made. */
  final class Reply implements AutoCloseable {
    private final String name;
    private final RandomAccessFile both;
    private final FileInputStream input;

    Reply(final String name) {
      this.name = name;
      try {
        // open for both, it neither blocks nor ends
        both = new RandomAccessFile(inReplyDirectory(name).toFile(), "rw");
        input = new FileInputStream(inReplyDirectory(name).toFile());
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String name() {
      return name;
    }

    /** One whole answer. */
    String text() {
      final StringBuilder text = new StringBuilder();
      Await.until(
          "an answer on " + name,
          Duration.ofSeconds(20),
          () -> {
            text.append(available());
            return text.toString().endsWith("\n\n")
                || text.toString().matches("[45]00 [^\n]*('[^\n]*|server error)\n");
          });
      return text.toString();
    }

    String available() {
      try {
        final byte[] bytes = new byte[input.available()];
        return bytes.length == 0
            ? ""
            : new String(bytes, 0, input.read(bytes), StandardCharsets.UTF_8);
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        input.close();
        both.close();
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
