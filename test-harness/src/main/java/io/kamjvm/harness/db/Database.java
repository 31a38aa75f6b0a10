// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A database with Kamailio's tables. */
public interface Database {
  /** For {@code modparam(…, "db_url", …)}. */
  String kamailioUrl();

  /** A session of its own; the caller closes it. */
  Connection connect() throws SQLException;

  /** Runs statements that return nothing. */
  default void execute(final String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (final String sql : statements) {
        statement.execute(sql);
      }
    } catch (final SQLException e) {
      throw new AssertionError("database: " + e.getMessage(), e);
    }
  }

  /** Rows of a query; column names in lower case, values as text (bytes as ISO 8859-1). */
  default List<Map<String, String>> rows(final String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      final ResultSetMetaData meta = result.getMetaData();
      final List<Map<String, String>> rows = new ArrayList<>();
      while (result.next()) {
        final Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          final Object value = result.getObject(i);
          final String text =
              value instanceof byte[]
                  ? new String((byte[]) value, java.nio.charset.StandardCharsets.ISO_8859_1)
                  : String.valueOf(value);
          row.put(meta.getColumnLabel(i).toLowerCase(Locale.ROOT), text);
        }
        rows.add(row);
      }
      return rows;
    } catch (final SQLException e) {
      throw new AssertionError("database: " + e.getMessage(), e);
    }
  }
}
