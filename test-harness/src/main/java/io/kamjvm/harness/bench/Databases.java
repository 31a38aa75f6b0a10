// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import io.kamjvm.storage.servers.PostgresServer;
import io.kamjvm.storage.servers.SqliteFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Databases for the Kamailios that are compared: one durable PostgreSQL server for both sides, each
 * with a database of its own in it, and files. Started when first needed. One thread.
 */
final class Databases implements AutoCloseable {
  private final Path directory;
  private Optional<PostgresServer> postgres = Optional.empty();
  private int files;

  Databases() {
    try {
      directory = Files.createTempDirectory("kambench");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new database's {@code db_url} for one side; empty when state is kept in memory. */
  String create(final Storage storage, final ModuleSet side) {
    if (storage.onPostgres()) {
      return server().dbUrl(server().createStockDatabase());
    }
    if (storage == Storage.MEMORY) {
      return "";
    }
    final Path file = directory.resolve("presence" + files++);
    if (side == ModuleSet.OURS) {
      return "h2://" + file;
    }
    SqliteFile.createStock(file);
    return "sqlite:///" + file;
  }

  private PostgresServer server() {
    if (postgres.isEmpty()) {
      postgres = Optional.of(new PostgresServer());
    }
    return postgres.get();
  }

  /** The main process of the server behind this storage, if it has one. */
  OptionalLong pid(final Storage storage) {
    return storage.onPostgres() ? OptionalLong.of(server().pid()) : OptionalLong.empty();
  }

  /** Lets the server write what is due, so that no side pays for the other's rounds. */
  void settle(final Storage storage) {
    if (storage.onPostgres()) {
      execute("postgres", "CHECKPOINT");
    }
  }

  /** Runs statements in the database of this URL. */
  void execute(final String database, final String... statements) {
    final String name = database.substring(database.lastIndexOf('/') + 1);
    try (Connection connection = server().connect(name);
        Statement statement = connection.createStatement()) {
      for (final String sql : statements) {
        statement.execute(sql);
      }
    } catch (final SQLException e) {
      throw new IllegalStateException("database: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    postgres.ifPresent(PostgresServer::close);
    try (Stream<Path> all = Files.walk(directory)) {
      for (final Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
