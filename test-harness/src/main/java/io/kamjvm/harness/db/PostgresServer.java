// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of our own in a temporary directory, reachable on loopback only. Root starts
 * it as the distribution's user, because the server refuses to run as root.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String USER = "kamailio";
  private static final String PASSWORD = "kamailiorw";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path directory;
  private final int port = FreePort.udpAndTcp();
  private final Process server;
  private final Thread hook;

  private PostgresServer() throws IOException {
    this.directory = Files.createTempDirectory("kampg");
    final Path passwords = directory.resolve("password");
    final Path data = directory.resolve("data");
    Files.writeString(passwords, PASSWORD + "\n");
    if (isRoot()) {
      run(List.of("chown", "-R", "postgres", directory.toString()));
    }
    run(
        asServer(
            List.of(
                binary("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                USER,
                "--pwfile=" + passwords,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--no-sync")));
    this.server =
        new ProcessBuilder(
                asServer(
                    List.of(
                        binary("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + directory,
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_connections=200")))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .directory(directory.toFile())
            .start();
    this.hook = new Thread(server::destroyForcibly, "postgres-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Await.until("PostgreSQL accepts connections", LIMIT, this::accepts);
  }

  /** Starts a server; about two seconds. */
  public static PostgresServer start() {
    try {
      return new PostgresServer();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new database with the stock tables. */
  public Database create(final String name) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (final SQLException e) {
      throw new AssertionError("cannot create " + name, e);
    }
    final Named database = new Named(this, name);
    database.execute(StockSchema.read("postgres", "standard"));
    database.execute(StockSchema.read("postgres", "presence"));
    return database;
  }

  private record Named(PostgresServer owner, String name) implements Database {
    @Override
    public String kamailioUrl() {
      return "postgres://" + USER + ":" + PASSWORD + "@127.0.0.1:" + owner.port + "/" + name;
    }

    @Override
    public Connection connect() throws SQLException {
      return owner.connect(name);
    }
  }

  private Connection connect(final String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, PASSWORD);
  }

  private boolean accepts() {
    if (!server.isAlive()) {
      throw new AssertionError("PostgreSQL ended, see " + directory.resolve("log"));
    }
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (final SQLException e) {
      return false;
    }
  }

  /** Pid of the postmaster. */
  public long pid() {
    return server.pid();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<String> asServer(final List<String> command) {
    if (!isRoot()) {
      return command;
    }
    final List<String> line =
        new ArrayList<>(
            List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    line.addAll(command);
    return line;
  }

  private static Path binary(final String name) {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin").resolve(name))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IllegalStateException("PostgreSQL's " + name + " not found"));
    } catch (final IOException e) {
      throw new IllegalStateException("PostgreSQL is not installed", e);
    }
  }

  private void run(final List<String> command) throws IOException {
    final Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    final String output = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command.get(0) + " failed: " + output);
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      /* SIGINT would be its fast shutdown; TERM waits for clients, so the rest is by force */
      Signal.TERM.send(server.pid());
      if (!Await.holdsWithin(Duration.ofSeconds(3), () -> !server.isAlive())) {
        server.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      try (Stream<Path> files = Files.walk(directory)) {
        for (final Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
