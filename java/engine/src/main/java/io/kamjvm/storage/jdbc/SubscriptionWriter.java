// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * The changes of subscriptions that other servers may change, count and mark meanwhile: single
 * statements that touch only the columns they are about. One thread.
 */
final class SubscriptionWriter {
  private final Statements statements;
  private final Dialect dialect;
  private final Tables tables;
  private final SubscriptionTable table;

  SubscriptionWriter(final Statements statements, final Dialect dialect, final Tables tables) {
    this.statements = statements;
    this.dialect = dialect;
    this.tables = tables;
    this.table = tables.subscriptions();
  }

  void write(final BatchPlan.Group group, final Manner manner) throws SQLException {
    switch (group.operation()) {
      case ADD_SUBSCRIPTION -> add(group, manner);
      case UPDATE_SUBSCRIPTION -> update(group);
      case END_SUBSCRIPTION -> end(group, manner);
      case MARK_SUBSCRIPTION -> mark(group);
      case MARK_SUBSCRIPTIONS -> markAll(group);
      case AUTHORIZE_SUBSCRIPTIONS -> authorize(group);
      default -> throw new IllegalStateException("unknown operation " + group.operation());
    }
  }

  private String name() throws SQLException {
    return tables.name(table);
  }

  /**
   * The insertion itself is the test whether the dialog is new: whoever looks first finds out what
   * was, not what is. Only when it has failed one looks whether the row there is the same.
   */
  private void add(final BatchPlan.Group group, final Manner manner) throws SQLException {
    final PreparedStatement insert = statements.prepare(Sql.insert(name(), table));
    int rows = 0;
    for (final Change change : group.changes()) {
      final Object[] row = group.operation().row(tables, change);
      if (!manner.oneByOne() || !isThere(row)) {
        Statements.bindRow(insert, table, row);
        insert.addBatch();
        rows++;
      }
    }
    try {
      if (rows > 0) {
        insert.executeBatch();
      }
    } catch (final SQLException e) {
      if (Faults.isDuplicate(dialect, e)) {
        throw new OutrunException();
      }
      throw e;
    }
  }

  /** Whether the row has been stored already; another one with its key is in the way. */
  private boolean isThere(final Object[] row) throws SQLException {
    final PreparedStatement select = statements.prepare(table.selectRefreshed(name()));
    Statements.bindKey(select, table, 0, Arrays.copyOf(row, table.key().size()));
    try (ResultSet found = select.executeQuery()) {
      if (!found.next()) {
        return false;
      }
      if (!table.refreshedAre(row, found)) {
        throw new OutrunException();
      }
      return true;
    }
  }

  private void update(final BatchPlan.Group group) throws SQLException {
    final PreparedStatement update = statements.prepare(table.refresh(name()));
    for (final Change change : group.changes()) {
      final Object[] values = group.operation().row(tables, change);
      int index = 0;
      for (final int column : table.refreshed()) {
        index++;
        Statements.bind(update, index, table.columns().get(column), values[column]);
      }
      Statements.bindKey(update, table, index, Arrays.copyOf(values, table.key().size()));
      update.addBatch();
    }
    if (!Statements.missing(update, group.changes()).isEmpty()) {
      throw new OutrunException();
    }
  }

  /**
   * Where an earlier attempt may have taken effect a row that is gone counts as ended by it: two
   * last NOTIFYs are better than none.
   */
  private void end(final BatchPlan.Group group, final Manner manner) throws SQLException {
    for (final Change change : group.changes()) {
      final Change.EndSubscription end = (Change.EndSubscription) change;
      final PreparedStatement delete =
          statements.prepare(
              Sql.delete(name(), table)
                  + " AND remote_cseq = ?"
                  + (end.localCseq().isPresent() ? " AND local_cseq = ?" : ""));
      final Object[] key = group.operation().oldKey(change);
      Statements.bindKey(delete, table, 0, key);
      delete.setLong(key.length + 1, end.remoteCseq());
      if (end.localCseq().isPresent()) {
        delete.setLong(key.length + 2, end.localCseq().getAsLong());
      }
      if (delete.executeUpdate() == 0 && !(manner.repeated() && isGone(key))) {
        throw new OutrunException();
      }
    }
  }

  private boolean isGone(final Object[] key) throws SQLException {
    final PreparedStatement select = statements.prepare(table.selectRefreshed(name()));
    Statements.bindKey(select, table, 0, key);
    try (ResultSet found = select.executeQuery()) {
      return !found.next();
    }
  }

  private void mark(final BatchPlan.Group group) throws SQLException {
    final PreparedStatement update = statements.prepare(table.mark(name()));
    for (final Change change : group.changes()) {
      update.setInt(1, ((Change.MarkSubscription) change).slots());
      Statements.bindKey(update, table, 1, group.operation().oldKey(change));
      update.addBatch();
    }
    update.executeBatch();
  }

  private void markAll(final BatchPlan.Group group) throws SQLException {
    for (final Change change : group.changes()) {
      final Change.MarkSubscriptions mark = (Change.MarkSubscriptions) change;
      final boolean some = !mark.exceptContact().isEmpty();
      final PreparedStatement update =
          statements.prepare(table.markListeners(name()) + (some ? " AND contact <> ?" : ""));
      update.setInt(1, mark.slots());
      update.setString(2, mark.presentityUri());
      update.setString(3, mark.event());
      update.setLong(4, mark.nowEpochSeconds());
      if (some) {
        update.setString(5, mark.exceptContact());
      }
      update.executeUpdate();
    }
  }

  private void authorize(final BatchPlan.Group group) throws SQLException {
    for (final Change change : group.changes()) {
      final Change.AuthorizeSubscriptions authorize = (Change.AuthorizeSubscriptions) change;
      final boolean marks = authorize.slots().isPresent();
      final PreparedStatement update = statements.prepare(table.authorize(name(), marks));
      update.setInt(1, authorize.status());
      Statements.bind(update, 2, SubscriptionTable.REASON, authorize.reason());
      int index = 3;
      if (marks) {
        update.setInt(index, authorize.slots().getAsInt());
        index++;
      }
      for (final String value :
          List.of(
              authorize.presentityUri(),
              authorize.event(),
              authorize.watcherUser(),
              authorize.watcherDomain())) {
        update.setString(index, value);
        index++;
      }
      update.executeUpdate();
    }
  }
}
