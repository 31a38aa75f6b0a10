// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A PostgreSQL server for tests: loopback, free port, password accounts. */
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "kamailio";
  public static final String PASSWORD = "kamailiorw";

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Path STOCK = Path.of("/usr/share/kamailio/postgres");

  private final ServerProcess server = new ServerProcess("postgres");
  private final int port = ServerProcess.freePort();
  private final Path data = server.directory().resolve("data");
  private final boolean durable;
  private final AtomicInteger databases = new AtomicInteger();

  /** A server as operators run it: a commit is on disk. */
  public PostgresServer() {
    this(true);
  }

  /**
   * A server.
   *
   * @param durable whether a commit is on disk when it returns
   */
  public PostgresServer(final boolean durable) {
    this.durable = durable;
    server.runAsServerUser(
        List.of(
            program("initdb").orElseThrow().toString(),
            "--pgdata=" + data,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions"));
    start();
    try (Connection admin = connect("postgres");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + PASSWORD + "'");
      statement.execute("CREATE DATABASE stock OWNER " + USER);
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
    try (Connection stock = connect("stock")) {
      SqlScript.run(stock, STOCK.resolve("standard-create.sql"));
      SqlScript.run(stock, STOCK.resolve("presence-create.sql"));
      try (Statement statement = stock.createStatement()) {
        statement.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + USER);
        statement.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + USER);
      }
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
    requirePasswords();
  }

  /** Why no server can be started here; empty when one can. */
  public static String missing() {
    if (program("postgres").isEmpty()) {
      return "PostgreSQL is not installed in " + VERSIONS;
    }
    return Files.isReadable(STOCK.resolve("presence-create.sql"))
        ? ""
        : "Kamailio's PostgreSQL scripts are not installed in " + STOCK;
  }

  /** A program of the newest version that is installed. */
  private static Optional<Path> program(final String name) {
    if (!Files.isDirectory(VERSIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin").resolve(name))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requirePasswords() {
    final Path rules = data.resolve("pg_hba.conf");
    server.runAsServerUser(
        List.of(
            "sh",
            "-c",
            "printf 'host all postgres 127.0.0.1/32 trust\\nhost all all all scram-sha-256\\n' > "
                + rules));
    server.signal(1);
  }

  /** Starts the server again after {@link #kill}; returns when it accepts connections. */
  public void start() {
    final long deadline = System.nanoTime() + 90_000_000_000L;
    launch();
    while (true) {
      try (Connection probe = connect("postgres")) {
        return;
      } catch (final SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("PostgreSQL does not start: " + server.log(), e);
        }
        if (!server.isAlive()) {
          // Right after a kill the old session processes may still hold the shared memory.
          launch();
        }
        pause();
      }
    }
  }

  private void launch() {
    server.start(
        List.of(
            program("postgres").orElseThrow().toString(),
            "-D",
            data.toString(),
            "-c",
            "listen_addresses=127.0.0.1,::1",
            "-c",
            "port=" + port,
            "-c",
            "unix_socket_directories=" + server.directory(),
            "-c",
            "shared_buffers=16MB",
            "-c",
            "fsync=" + (durable ? "on" : "off"),
            "-c",
            "max_connections=100"));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return port;
  }

  /** The main process; its sessions are its children. */
  public long pid() {
    return server.pid();
  }

  /** SIGKILL to the main process; its sessions end by themselves when they notice. */
  public void kill() {
    server.kill();
  }

  /** Creates a database with Kamailio's stock tables. */
  public String createStockDatabase() {
    final String name = "kamailio" + databases.incrementAndGet();
    try (Connection admin = connect("postgres");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " TEMPLATE stock OWNER " + USER);
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
    return name;
  }

  /** A {@code db_url} as in a Kamailio cfg. */
  public String dbUrl(final String database) {
    return "postgres://" + USER + ":" + PASSWORD + "@127.0.0.1:" + port + "/" + database;
  }

  /** Connects as superuser. */
  public Connection connect(final String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
  }

  @Override
  public void close() {
    server.remove();
  }
}
