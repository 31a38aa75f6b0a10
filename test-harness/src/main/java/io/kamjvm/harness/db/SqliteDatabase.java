// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** An SQLite file with the stock tables. */
public final class SqliteDatabase implements Database {
  private final Path file;

  private SqliteDatabase(final Path file) {
    this.file = file;
  }

  /** Creates the file. */
  public static SqliteDatabase create(final Path file) {
    final SqliteDatabase database = new SqliteDatabase(file.toAbsolutePath());
    database.execute(StockSchema.read("db_sqlite", "standard"));
    database.execute(StockSchema.read("db_sqlite", "presence"));
    return database;
  }

  /** Adds the tables of another of Kamailio's scripts, e.g. {@code usrloc}. */
  public SqliteDatabase with(final String script) {
    execute(StockSchema.read("db_sqlite", script));
    return this;
  }

  @Override
  public String kamailioUrl() {
    return "sqlite:///" + file;
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }
}
