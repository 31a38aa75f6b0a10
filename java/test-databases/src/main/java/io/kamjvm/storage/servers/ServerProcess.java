// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A database server of our own in a temporary directory: run as its system user when we are root,
 * ended by its process id, also when the JVM ends first. One thread.
 */
final class ServerProcess {
  private final String systemUser;
  private final Path directory;
  private final Path log;
  private Process process;

  ServerProcess(final String systemUser) {
    this.systemUser = systemUser;
    try {
      this.directory = Files.createTempDirectory("kamjvm-" + systemUser);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    this.log = directory.resolve("log");
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
    if (isRoot()) {
      run(List.of("chown", systemUser, directory.toString()));
    }
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  /** Runs a command to its end as the server's user; fails with its output. */
  void runAsServerUser(final List<String> command) {
    run(asServerUser(command));
  }

  private List<String> asServerUser(final List<String> command) {
    if (!isRoot()) {
      return command;
    }
    final List<String> full =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + systemUser, "--regid=" + systemUser, "--init-groups"));
    full.addAll(command);
    return full;
  }

  private void run(final List<String> command) {
    try {
      final Process running =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      final String output = new String(running.getInputStream().readAllBytes());
      if (running.waitFor() != 0) {
        throw new IllegalStateException(command + " failed: " + output);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts the server as a child that stays in the foreground. */
  void start(final List<String> command) {
    try {
      process =
          new ProcessBuilder(asServerUser(command))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Sends a signal by number to the server's main process. */
  void signal(final int number) {
    run(List.of("kill", "-" + number, Long.toString(process.pid())));
  }

  /** Ends the server and removes its directory. */
  void remove() {
    kill();
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (final IOException | UncheckedIOException e) {
      // A dying server may still move files under the walk; the directory is in the temp folder.
      return;
    }
  }
}
