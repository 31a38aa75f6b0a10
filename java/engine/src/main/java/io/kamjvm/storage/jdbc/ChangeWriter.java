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

/**
 * Carries out changes on one connection through statements that stay prepared. Neither begins nor
 * ends transactions. One thread.
 */
final class ChangeWriter {
  private final Connection connection;
  private final Dialect dialect;
  private final Tables tables;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  ChangeWriter(final Connection connection, final Dialect dialect, final Tables tables) {
    this.connection = connection;
    this.dialect = dialect;
    this.tables = tables;
  }

  void write(final List<Change> changes) throws SQLException {
    for (final BatchPlan.Group group : BatchPlan.of(changes)) {
      final Table<?> table = group.operation().table(tables);
      switch (group.operation()) {
        case PUT_PUBLICATION, PUT_SUBSCRIPTION, PUT_WATCHER -> put(table, group);
        case REPLACE_PUBLICATION -> replace(table, group);
        case REMOVE_PUBLICATION, REMOVE_SUBSCRIPTION, REMOVE_WATCHER -> remove(table, group);
        default -> throw new IllegalStateException("unknown operation " + group.operation());
      }
    }
  }

  private void put(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement statement = prepare(dialect.upsert(name(table), table));
    for (final Change change : group.changes()) {
      bindRow(statement, table, group.operation().row(tables, change));
      statement.addBatch();
    }
    statement.executeBatch();
  }

  private void replace(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement update = prepare(Sql.update(name(table), table));
    for (final Change change : group.changes()) {
      bindRow(update, table, group.operation().row(tables, change));
      bindKey(update, table, table.columns().size(), group.operation().oldKey(change));
      update.addBatch();
    }
    final int[] found = update.executeBatch();
    final List<Change> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == Statement.SUCCESS_NO_INFO) {
        throw new SQLException("the driver does not tell how many rows an UPDATE found");
      }
      if (found[i] == 0) {
        missing.add(group.changes().get(i));
      }
    }
    if (!missing.isEmpty()) {
      put(table, new BatchPlan.Group(group.operation(), missing));
    }
  }

  private void remove(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement statement = prepare(Sql.delete(name(table), table));
    for (final Change change : group.changes()) {
      bindKey(statement, table, 0, group.operation().oldKey(change));
      statement.addBatch();
    }
    statement.executeBatch();
  }

  /** Forgets rows bound before a failure. */
  void clear() throws SQLException {
    for (final PreparedStatement statement : prepared.values()) {
      statement.clearBatch();
    }
  }

  private String name(final Table<?> table) throws SQLException {
    return tables
        .nameOf(table)
        .orElseThrow(() -> new SQLException("table " + table.stockName() + " is not in use"));
  }

  private PreparedStatement prepare(final String sql) throws SQLException {
    final PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    final PreparedStatement fresh = connection.prepareStatement(sql);
    prepared.put(sql, fresh);
    return fresh;
  }

  private static void bindRow(
      final PreparedStatement statement, final Table<?> table, final Object[] values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, table.columns().get(i), values[i]);
    }
  }

  private static void bindKey(
      final PreparedStatement statement, final Table<?> table, final int offset, final Object[] key)
      throws SQLException {
    for (int i = 0; i < key.length; i++) {
      bind(statement, offset + i + 1, table.key().get(i), key[i]);
    }
  }

  private static void bind(
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
}
