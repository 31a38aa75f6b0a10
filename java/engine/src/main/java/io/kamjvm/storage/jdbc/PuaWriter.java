// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/**
 * Carries out changes of the client's table. It has no unique key over what tells records apart, so
 * there is no upsert: a row is looked for under its former key, then under its present one, and
 * inserted where neither is there. One thread.
 */
final class PuaWriter {
  private final Statements statements;
  private final Tables tables;
  private final PuaTable table;

  PuaWriter(final Statements statements, final Tables tables) {
    this.statements = statements;
    this.tables = tables;
    this.table = tables.pua();
  }

  /**
   * Writes.
   *
   * @throws OutrunException when a condition does not hold
   */
  void write(final BatchPlan.Group group, final Manner manner) throws SQLException {
    switch (group.operation()) {
      case PUT_PUA -> put(group.changes());
      case REMOVE_PUA -> remove(group.changes());
      case CLAIM_PUA -> claim(group.changes(), manner);
      default -> removeExpired(group.changes());
    }
  }

  private void put(final List<Change> changes) throws SQLException {
    final List<Change> moved = update(changes, c -> PuaTable.key(((Change.PutPua) c).before()));
    final List<Change> missing = update(moved, c -> PuaTable.key(((Change.PutPua) c).row().key()));
    if (missing.isEmpty()) {
      return;
    }
    final PreparedStatement insert = statements.prepare(Sql.insert(tables.name(table), table));
    for (final Change change : missing) {
      Statements.bindRow(insert, table, table.values(((Change.PutPua) change).row()));
      insert.addBatch();
    }
    insert.executeBatch();
  }

  private List<Change> update(final List<Change> changes, final Function<Change, Object[]> key)
      throws SQLException {
    if (changes.isEmpty()) {
      return List.of();
    }
    final PreparedStatement update = statements.prepare(Sql.update(tables.name(table), table));
    for (final Change change : changes) {
      Statements.bindRow(update, table, table.values(((Change.PutPua) change).row()));
      Statements.bindKey(update, table, table.columns().size(), key.apply(change));
      update.addBatch();
    }
    return Statements.missing(update, changes);
  }

  private void remove(final List<Change> changes) throws SQLException {
    final PreparedStatement statement = statements.prepare(Sql.delete(tables.name(table), table));
    for (final Change change : changes) {
      Statements.bindKey(statement, table, 0, PuaTable.key(((Change.RemovePua) change).key()));
      statement.addBatch();
    }
    statement.executeBatch();
  }

  private void claim(final List<Change> changes, final Manner manner) throws SQLException {
    final PreparedStatement statement = statements.prepare(table.claim(tables.name(table)));
    for (final Change change : changes) {
      final Change.ClaimPua claim = (Change.ClaimPua) change;
      statement.setLong(1, claim.newExpires());
      Statements.bindKey(statement, table, 1, PuaTable.key(claim.key()));
      statement.setLong(2 + table.key().size(), claim.expires());
      final int found = statement.executeUpdate();
      // what was claimed by an attempt that nobody knows the outcome of is left to expire
      if (found == 0) {
        throw new OutrunException();
      }
    }
  }

  private void removeExpired(final List<Change> changes) throws SQLException {
    final PreparedStatement statement = statements.prepare(table.removeExpired(tables.name(table)));
    for (final Change change : changes) {
      statement.setLong(1, ((Change.RemoveExpiredPua) change).beforeEpochSeconds());
      statement.executeUpdate();
    }
  }
}
