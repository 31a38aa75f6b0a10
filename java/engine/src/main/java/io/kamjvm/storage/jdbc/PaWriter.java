// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Carries out changes of {@code pa}'s tables. One thread. */
final class PaWriter {
  private final Statements statements;
  private final Dialect dialect;
  private final Tables tables;

  PaWriter(final Statements statements, final Dialect dialect, final Tables tables) {
    this.statements = statements;
    this.dialect = dialect;
    this.tables = tables;
  }

  /** Writes a group, whose changes may be of several tables. */
  void write(final BatchPlan.Group group) throws SQLException {
    final Set<PreparedStatement> batches = new LinkedHashSet<>();
    for (final Change change : group.changes()) {
      batches.add(change instanceof Change.PutPa put ? put(put) : remove((Change.RemovePa) change));
    }
    for (final PreparedStatement batch : batches) {
      batch.executeBatch();
    }
  }

  private PreparedStatement put(final Change.PutPa put) throws SQLException {
    final PaJdbcTable table = tables.pa(put.row().table());
    final PreparedStatement statement =
        statements.prepare(dialect.upsert(tables.name(table), table));
    Statements.bindRow(statement, table, table.values(put.row()));
    statement.addBatch();
    return statement;
  }

  private PreparedStatement remove(final Change.RemovePa remove) throws SQLException {
    final PaJdbcTable table = tables.pa(remove.key().table());
    final PreparedStatement statement = statements.prepare(Sql.delete(tables.name(table), table));
    Statements.bindKey(statement, table, 0, remove.key().values().toArray());
    statement.addBatch();
    return statement;
  }
}
