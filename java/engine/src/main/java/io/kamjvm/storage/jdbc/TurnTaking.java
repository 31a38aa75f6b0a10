// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts dialogs' NOTIFYs in the table. The UPDATE comes first and locks the rows, so that what is
 * read afterwards in the same transaction is what was written, whatever the isolation level; rows
 * are locked in the order of their keys, so that two servers that want the same do not wait for
 * each other in a circle.
 */
final class TurnTaking {
  private static final Comparator<DialogId> LOCK_ORDER =
      Comparator.comparing((DialogId dialog) -> dialog.callId().toLowerCase(Locale.ROOT))
          .thenComparing(DialogId::localTag)
          .thenComparing(DialogId::remoteTag);

  /** Call-IDs per SELECT: so few statement texts that drivers and servers keep them prepared. */
  private static final int CHUNK = 32;

  private final Tables tables;
  private final Dialect dialect;

  TurnTaking(final Tables tables, final Dialect dialect) {
    this.tables = tables;
    this.dialect = dialect;
  }

  /**
   * Takes turns on a connection that is given back to its pool afterwards: auto-commit is off then.
   *
   * @throws InDoubtException when nobody knows whether they were taken
   */
  List<SubscriptionRow> take(final Connection connection, final Query.TakeTurns query)
      throws SQLException {
    final List<DialogId> wanted = query.dialogs().stream().distinct().sorted(LOCK_ORDER).toList();
    if (wanted.isEmpty()) {
      return List.of();
    }
    connection.setAutoCommit(false);
    try {
      final List<DialogId> taken = count(connection, query, wanted);
      final List<SubscriptionRow> rows = read(connection, taken);
      commit(connection);
      return rows;
    } catch (final SQLException | RuntimeException e) {
      rollback(connection, e);
      throw e;
    }
  }

  private List<DialogId> count(
      final Connection connection, final Query.TakeTurns query, final List<DialogId> wanted)
      throws SQLException {
    final SubscriptionTable table = tables.subscriptions();
    final boolean marked = query.marked().isPresent();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE "
                + tables.name(table)
                + " SET local_cseq = local_cseq + 1, version = version + 1, updated = -1"
                + Sql.whereKey(table)
                + " AND expires > ?"
                + (marked ? " AND updated = ?" : ""))) {
      for (final DialogId dialog : wanted) {
        update.setString(1, dialog.callId());
        update.setString(2, dialog.localTag());
        update.setString(3, dialog.remoteTag());
        update.setLong(4, query.nowEpochSeconds());
        if (marked) {
          update.setInt(5, query.marked().get());
        }
        update.addBatch();
      }
      final int[] found = update.executeBatch();
      final List<DialogId> taken = new ArrayList<>();
      for (int i = 0; i < found.length; i++) {
        if (found[i] != 0) {
          taken.add(wanted.get(i));
        }
      }
      return taken;
    }
  }

  private List<SubscriptionRow> read(final Connection connection, final List<DialogId> taken)
      throws SQLException {
    final Map<DialogId, SubscriptionRow> rows = new HashMap<>();
    final List<String> callIds = taken.stream().map(DialogId::callId).distinct().toList();
    for (int from = 0; from < callIds.size(); from += CHUNK) {
      readChunk(connection, callIds.subList(from, Math.min(from + CHUNK, callIds.size())), rows);
    }
    final List<SubscriptionRow> found = new ArrayList<>();
    for (final DialogId dialog : taken) {
      final SubscriptionRow row = rows.get(dialog);
      if (row != null) {
        found.add(row);
      }
    }
    return found;
  }

  private void readChunk(
      final Connection connection,
      final Collection<String> callIds,
      final Map<DialogId, SubscriptionRow> rows)
      throws SQLException {
    final SubscriptionTable table = tables.subscriptions();
    final int places = callIds.size() == 1 ? 1 : CHUNK;
    try (PreparedStatement select =
        connection.prepareStatement(
            Sql.select(tables.name(table), table)
                + " WHERE callid IN (?"
                + ", ?".repeat(places - 1)
                + ")")) {
      int index = 1;
      String last = "";
      for (final String callId : callIds) {
        select.setString(index, callId);
        last = callId;
        index++;
      }
      for (; index <= places; index++) {
        select.setString(index, last);
      }
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          final SubscriptionRow row = table.read(result);
          rows.put(new DialogId(row.callId(), row.toTag(), row.fromTag()), row);
        }
      }
    }
  }

  private void commit(final Connection connection) throws SQLException {
    try {
      dialect.commit(connection);
    } catch (final SQLException e) {
      if (dialect.commitInDoubt(Faults.of(dialect, connection, e))) {
        throw new InDoubtException(e);
      }
      throw e;
    }
  }

  private static void rollback(final Connection connection, final Exception cause) {
    try {
      connection.rollback();
    } catch (final SQLException e) {
      // The connection is of no further use; the pool finds out when it takes it back.
      cause.addSuppressed(e);
    }
  }
}
