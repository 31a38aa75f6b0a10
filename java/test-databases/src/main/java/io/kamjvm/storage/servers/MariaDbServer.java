// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A MariaDB server for tests: loopback, free port, every commit flushed. */
public final class MariaDbServer implements AutoCloseable {
  public static final String USER = "kamailio";
  public static final String PASSWORD = "kamailiorw";

  private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
  private static final Path STOCK = Path.of("/usr/share/kamailio/mysql");

  private final ServerProcess server = new ServerProcess("mysql");
  private final int port = ServerProcess.freePort();
  private final Path data = server.directory().resolve("data");
  private final AtomicInteger databases = new AtomicInteger();

  public MariaDbServer() {
    server.runAsServerUser(
        List.of(
            "mariadb-install-db",
            "--no-defaults",
            "--datadir=" + data,
            "--tmpdir=" + server.directory(),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-name-resolve"));
    start();
    try (Connection admin = connect("");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
      statement.execute("GRANT ALL ON *.* TO '" + USER + "'@'%'");
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Why no server can be started here; empty when one can. */
  public static String missing() {
    if (!Files.isExecutable(SERVER)) {
      return "MariaDB is not installed as " + SERVER;
    }
    return Files.isReadable(STOCK.resolve("presence-create.sql"))
        ? ""
        : "Kamailio's MySQL scripts are not installed in " + STOCK;
  }

  /** Starts the server, again after {@link #kill}; returns when it accepts connections. */
  public void start() {
    server.start(
        List.of(
            SERVER.toString(),
            "--no-defaults",
            "--datadir=" + data,
            // a server that starts removes temporary tables of others from a directory they share
            "--tmpdir=" + server.directory(),
            "--socket=" + server.directory().resolve("socket"),
            "--pid-file=" + server.directory().resolve("pid"),
            "--port=" + port,
            "--bind-address=127.0.0.1",
            "--innodb-buffer-pool-size=32M",
            "--skip-name-resolve"));
    final long deadline = System.nanoTime() + 90_000_000_000L;
    while (true) {
      try (Connection probe = connect("")) {
        return;
      } catch (final SQLException e) {
        if (System.nanoTime() > deadline || !server.isAlive()) {
          throw new IllegalStateException("MariaDB does not start: " + server.log(), e);
        }
        pause();
      }
    }
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

  /** SIGKILL. */
  public void kill() {
    server.kill();
  }

  /** Creates a database with Kamailio's stock tables. */
  public String createStockDatabase() {
    return createStockDatabase("utf8mb4");
  }

  /** The same in another character set. */
  public String createStockDatabase(final String charset) {
    final String name = "kamailio" + databases.incrementAndGet();
    try (Connection admin = connect("");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " CHARACTER SET " + charset);
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
    try (Connection database = connect(name)) {
      SqlScript.run(database, STOCK.resolve("standard-create.sql"));
      SqlScript.run(database, STOCK.resolve("presence-create.sql"));
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
    return name;
  }

  /** A {@code db_url} as in a Kamailio cfg. */
  public String dbUrl(final String database) {
    return "mysql://" + USER + ":" + PASSWORD + "@127.0.0.1:" + port + "/" + database;
  }

  /** Connects as root. */
  public Connection connect(final String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root");
  }

  @Override
  public void close() {
    server.remove();
  }
}
