// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** SQLite files with Kamailio's stock tables. */
public final class SqliteFile {
  private static final Path STOCK = Path.of("/usr/share/kamailio/db_sqlite");

  private SqliteFile() {}

  public static void createStock(final Path file) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      SqlScript.run(connection, STOCK.resolve("standard-create.sql"));
      SqlScript.run(connection, STOCK.resolve("presence-create.sql"));
    } catch (final SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
