// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Runs Kamailio's stock scripts, in which a semicolon always ends a statement. */
final class SqlScript {
  private SqlScript() {}

  static void run(final Connection connection, final Path script) throws SQLException {
    final String text;
    try {
      text = Files.readString(script);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (final String sql : text.split(";")) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }
}
