// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.storage.StoreSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A fresh database with Kamailio's tables (H2: without, it makes them), and a second way in. */
public record TestDatabase(Kind kind, String dbUrl, Way in) {

  public enum Kind {
    H2,
    SQLITE,
    POSTGRES,
    MARIADB
  }

  /** Connects past the store. */
  public interface Way {
    Connection connect() throws SQLException;
  }

  public static TestDatabase fresh(
      final Kind kind, final DatabaseServers servers, final Path directory) {
    return switch (kind) {
      case H2 -> {
        final Path file = directory.resolve("state");
        yield new TestDatabase(
            kind,
            "h2://" + file,
            () -> DriverManager.getConnection("jdbc:h2:file:" + file, "sa", ""));
      }
      case SQLITE -> {
        final Path file = directory.resolve("kamailio.sqlite");
        SqliteFile.createStock(file);
        yield new TestDatabase(
            kind, "sqlite:///" + file, () -> DriverManager.getConnection("jdbc:sqlite:" + file));
      }
      case POSTGRES -> {
        assumeThat(PostgresServer.missing()).isEmpty();
        final PostgresServer server = servers.postgres();
        final String name = server.createStockDatabase();
        yield new TestDatabase(kind, server.dbUrl(name), () -> server.connect(name));
      }
      case MARIADB -> {
        assumeThat(MariaDbServer.missing()).isEmpty();
        final MariaDbServer server = servers.mariaDb();
        final String name = server.createStockDatabase();
        yield new TestDatabase(kind, server.dbUrl(name), () -> server.connect(name));
      }
    };
  }

  /** An H2 database that lives as long as somebody is connected. */
  static TestDatabase inMemory(final String name) {
    return new TestDatabase(
        Kind.H2,
        "h2:mem:" + name,
        () -> DriverManager.getConnection("jdbc:h2:mem:" + name, "sa", ""));
  }

  public StoreSettings settings() {
    return settings("presentity", "active_watchers", "watchers");
  }

  public StoreSettings settings(
      final String presentity, final String activeWatchers, final String watchers) {
    return new StoreSettings(
        dbUrl, presentity, activeWatchers, watchers, true, true, 10, Optional.empty());
  }

  /** With {@code retrieve_order_by}. */
  public StoreSettings orderedBy(final String list) {
    return new StoreSettings(
        dbUrl, "presentity", "active_watchers", "watchers", true, true, 10, Optional.of(list));
  }

  public void execute(final String... statements) {
    try (Connection connection = in.connect();
        Statement statement = connection.createStatement()) {
      for (final String sql : statements) {
        statement.execute(sql);
      }
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
