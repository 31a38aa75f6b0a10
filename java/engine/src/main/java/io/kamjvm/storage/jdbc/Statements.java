// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements of one connection, which stay prepared, and what is bound to them. One thread. */
final class Statements {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(final Connection connection) {
    this.connection = connection;
  }

  PreparedStatement prepare(final String sql) throws SQLException {
    final PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    final PreparedStatement fresh = connection.prepareStatement(sql);
    prepared.put(sql, fresh);
    return fresh;
  }

  /** Forgets rows bound before a failure. */
  void clear() throws SQLException {
    for (final PreparedStatement statement : prepared.values()) {
      statement.clearBatch();
    }
  }

  /** Binds values in column order, beginning with the first column and the first parameter. */
  static void bindRow(
      final PreparedStatement statement, final Table<?> table, final Object[] values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, table.columns().get(i), values[i]);
    }
  }

  /** Binds key values to the parameters after {@code offset}. */
  static void bindKey(
      final PreparedStatement statement, final Table<?> table, final int offset, final Object[] key)
      throws SQLException {
    for (int i = 0; i < key.length; i++) {
      bind(statement, offset + i + 1, table.key().get(i), key[i]);
    }
  }

  static void bind(
      final PreparedStatement statement, final int index, final Column column, final Object value)
      throws SQLException {
    switch (column.type()) {
      case TEXT -> {
        final String text = (String) value;
        if (text.isEmpty() && column.emptyIsNull()) {
          statement.setNull(index, Types.VARCHAR);
        } else {
          statement.setString(index, text);
        }
      }
      case NUMBER -> statement.setLong(index, (Long) value);
      case BYTES -> statement.setBytes(index, (byte[]) value);
      default -> throw new IllegalStateException("unknown type " + column.type());
    }
  }

  /** Carries out a batch of one statement per change; returns the changes that found no row. */
  static List<Change> missing(final PreparedStatement batch, final List<Change> changes)
      throws SQLException {
    final int[] found = batch.executeBatch();
    final List<Change> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == Statement.SUCCESS_NO_INFO) {
        throw new SQLException("the driver does not tell how many rows a statement found");
      }
      if (found[i] == 0) {
        missing.add(changes.get(i));
      }
    }
    return missing;
  }
}
