// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Carries out changes on one connection through statements that stay prepared. Neither begins nor
 * ends transactions. One thread.
 */
final class ChangeWriter {
  private final Dialect dialect;
  private final Tables tables;
  private final Statements statements;
  private final SubscriptionWriter subscriptions;
  private final PuaWriter pua;
  private final PaWriter pa;

  ChangeWriter(final Connection connection, final Dialect dialect, final Tables tables) {
    this.dialect = dialect;
    this.tables = tables;
    this.statements = new Statements(connection);
    this.subscriptions = new SubscriptionWriter(statements, dialect, tables);
    this.pua = new PuaWriter(statements, tables);
    this.pa = new PaWriter(statements, dialect, tables);
  }

  /**
   * Writes.
   *
   * @throws OutrunException when a condition does not hold; which of the changes it was is not told
   */
  void write(final List<Change> changes, final Manner manner) throws SQLException {
    for (final BatchPlan.Group group : BatchPlan.of(changes)) {
      if (group.operation() == Operation.PUT_PA || group.operation() == Operation.REMOVE_PA) {
        pa.write(group);
        continue;
      }
      final Table<?> table = group.operation().table(tables);
      switch (group.operation()) {
        case PUT_PUBLICATION, PUT_SUBSCRIPTION, PUT_WATCHER -> put(table, group);
        case REPLACE_PUBLICATION -> replace(table, group);
        case EXCHANGE_PUBLICATION -> exchange(table, group);
        case REMOVE_PUBLICATION, REMOVE_SUBSCRIPTION, REMOVE_WATCHER -> remove(table, group);
        case REMOVE_PENDING_WATCHERS -> removePending(group);
        case PUT_PUA, REMOVE_PUA, CLAIM_PUA, REMOVE_EXPIRED_PUA -> pua.write(group, manner);
        default -> subscriptions.write(group, manner);
      }
    }
  }

  private void put(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement statement =
        statements.prepare(dialect.upsert(tables.name(table), table));
    for (final Change change : group.changes()) {
      Statements.bindRow(statement, table, group.operation().row(tables, change));
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
    final PreparedStatement update = statements.prepare(Sql.update(tables.name(table), table));
    for (final Change change : group.changes()) {
      Statements.bindRow(update, table, group.operation().row(tables, change));
      Statements.bindKey(update, table, table.columns().size(), key.apply(change));
      update.addBatch();
    }
    return Statements.missing(update, group.changes());
  }

  private void remove(final Table<?> table, final BatchPlan.Group group) throws SQLException {
    final PreparedStatement statement = statements.prepare(Sql.delete(tables.name(table), table));
    for (final Change change : group.changes()) {
      Statements.bindKey(statement, table, 0, group.operation().oldKey(change));
      statement.addBatch();
    }
    statement.executeBatch();
  }

  private void removePending(final BatchPlan.Group group) throws SQLException {
    final WatcherTable table = tables.watchers();
    final PreparedStatement statement = statements.prepare(table.removePending(tables.name(table)));
    for (final Change change : group.changes()) {
      statement.setLong(1, ((Change.RemovePendingWatchers) change).insertedBeforeEpochSeconds());
      statement.executeUpdate();
    }
  }

  /** Forgets rows bound before a failure. */
  void clear() throws SQLException {
    statements.clear();
  }
}
