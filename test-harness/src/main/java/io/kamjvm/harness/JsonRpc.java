// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** JSON-RPC through the FIFO of Kamailio's module jsonrpcs, in a directory of its own. */
public final class JsonRpc implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final Path directory;
  private final Path fifo;
  private int calls;

  /** Makes the directory; the FIFO is Kamailio's. */
  public JsonRpc() {
    try {
      directory = Files.createTempDirectory("kamrpc");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    fifo = directory.resolve("fifo");
  }

  /** Loads jsonrpcs. */
  public KamailioConfig into(final KamailioConfig config) {
    return config
        .line("loadmodule \"jsonrpcs.so\"")
        .line("modparam(\"jsonrpcs\", \"transport\", 2)")
        .line("modparam(\"jsonrpcs\", \"fifo_name\", \"" + fifo + "\")")
        .line("modparam(\"jsonrpcs\", \"fifo_reply_dir\", \"" + directory + "/\")");
  }

  /**
   * Calls a method and returns the answer as it came, without blanks and line breaks between its
   * parts.
   *
   * @param params Strings and Integers
   */
  public String call(final String method, final Object... params) {
    final String name = "reply" + calls++;
    final Path reply = directory.resolve(name);
    final String arguments =
        Arrays.stream(params)
            .map(p -> p instanceof Integer ? p.toString() : "\"" + p + "\"")
            .collect(Collectors.joining(","));
    final String request =
        "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":[%s],\"reply_name\":\"%s\",\"id\":1}\n"
            .formatted(method, arguments, name);
    try {
      makeFifo(reply);
      final CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> read(reply));
      Files.writeString(fifo, request, StandardCharsets.ISO_8859_1, StandardOpenOption.WRITE);
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final TimeoutException | ExecutionException e) {
      release(reply);
      throw new AssertionError("no answer to " + request, e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void makeFifo(final Path path) throws IOException, InterruptedException {
    final Process process = new ProcessBuilder("mkfifo", "-m", "600", path.toString()).start();
    if (process.waitFor() != 0) {
      throw new IOException("cannot make " + path);
    }
  }

  private static String read(final Path path) {
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
      return reader.lines().map(String::strip).collect(Collectors.joining());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /* whoever waits for the first byte goes when a writer has come and gone */
  private static void release(final Path path) {
    try {
      Files.writeString(path, "", StandardOpenOption.WRITE, StandardOpenOption.READ);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
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
