// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
        case EXCHANGE_PUBLICATION -> exchange(table, group);
        case REMOVE_PUBLICATION, REMOVE_SUBSCRIPTION, REMOVE_WATCHER -> remove(table, group);
        case UPDATE_SUBSCRIPTION -> updateSubscriptions(group);
        case REMOVE_EXPIRED_SUBSCRIPTION -> removeExpired(table, group);
        case MARK_SUBSCRIPTION -> mark(table, group);
        case MARK_SUBSCRIPTIONS -> markAll(group);
        case REMOVE_PENDING_WATCHERS -> removePending(group);
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
    final List<Change> missing = update(table, group, group.operation()::oldKey);
    if (!missing.isEmpty()) {
      put(table, new BatchPlan.Group(group.operation(), missing));
    }
  }

  /**
   * What is not found under its old tag but under its new one was stored by an earlier attempt
   * whose outcome was not known.
   */
  private void exchange(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final Operation operation = group.operation();
    final List<Change> missing = update(table, group, operation::oldKey);
    final int keys = table.key().size();
    final BatchPlan.Group again = new BatchPlan.Group(operation, missing);
    if (!update(table, again, change -> Arrays.copyOf(operation.row(tables, change), keys))
        .isEmpty()) {
      throw new OutrunException();
    }
  }

  /** Rewrites the rows that are there; returns the changes whose rows are not. */
  private List<Change> update(
      final Table<?> table, final BatchPlan.Group group, final Function<Change, Object[]> key)
      throws SQLException {
    if (group.changes().isEmpty()) {
      return List.of();
    }
    final PreparedStatement update = prepare(Sql.update(name(table), table));
    for (final Change change : group.changes()) {
      bindRow(update, table, group.operation().row(tables, change));
      bindKey(update, table, table.columns().size(), key.apply(change));
      update.addBatch();
    }
    return missing(update.executeBatch(), group.changes());
  }

  private static List<Change> missing(final int[] found, final List<Change> changes)
      throws SQLException {
    final List<Change> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == Statement.SUCCESS_NO_INFO) {
        throw new SQLException("the driver does not tell how many rows an UPDATE found");
      }
      if (found[i] == 0) {
        missing.add(changes.get(i));
      }
    }
    return missing;
  }

  private void updateSubscriptions(final BatchPlan.Group group) throws SQLException {
    final SubscriptionTable table = tables.subscriptions();
    final PreparedStatement update = prepare(table.refresh(name(table)));
    for (final Change change : group.changes()) {
      final Object[] values = table.values(((Change.UpdateSubscription) change).row());
      int index = 1;
      for (final int column : table.refreshed()) {
        bind(update, index, table.columns().get(column), values[column]);
        index++;
      }
      bindKey(update, table, index - 1, Arrays.copyOf(values, table.key().size()));
      update.addBatch();
    }
    if (!missing(update.executeBatch(), group.changes()).isEmpty()) {
      throw new OutrunException();
    }
  }

  private void removeExpired(final Table<?> table, final BatchPlan.Group group)
      throws SQLException {
    final PreparedStatement statement =
        prepare(Sql.delete(name(table), table) + " AND expires < ?");
    for (final Change change : group.changes()) {
      bindKey(statement, table, 0, group.operation().oldKey(change));
      statement.setLong(
          table.key().size() + 1, ((Change.RemoveExpiredSubscription) change).beforeEpochSeconds());
      statement.addBatch();
    }
    statement.executeBatch();
  }

  private void mark(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement statement =
        prepare("UPDATE " + name(table) + " SET updated = id % ?" + Sql.whereKey(table));
    for (final Change change : group.changes()) {
      statement.setInt(1, ((Change.MarkSubscription) change).slots());
      bindKey(statement, table, 1, group.operation().oldKey(change));
      statement.addBatch();
    }
    statement.executeBatch();
  }

  private void markAll(final BatchPlan.Group group) throws SQLException {
    final SubscriptionTable table = tables.subscriptions();
    for (final Change change : group.changes()) {
      final Change.MarkSubscriptions mark = (Change.MarkSubscriptions) change;
      final boolean some = !mark.exceptContact().isEmpty();
      final PreparedStatement statement =
          prepare(table.markListeners(name(table)) + (some ? " AND contact <> ?" : ""));
      statement.setInt(1, mark.slots());
      statement.setString(2, mark.presentityUri());
      statement.setString(3, mark.event());
      statement.setLong(4, mark.nowEpochSeconds());
      if (some) {
        statement.setString(5, mark.exceptContact());
      }
      statement.executeUpdate();
    }
  }

  private void removePending(final BatchPlan.Group group) throws SQLException {
    final WatcherTable table = tables.watchers();
    final PreparedStatement statement = prepare(table.removePending(name(table)));
    for (final Change change : group.changes()) {
      statement.setLong(1, ((Change.RemovePendingWatchers) change).insertedBeforeEpochSeconds());
      statement.executeUpdate();
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
    return tables.name(table);
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
