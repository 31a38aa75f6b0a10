// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The questions in SQL. Stateless but for the names it was given; any thread. */
final class Selections {
  private static final String OLDEST_FIRST = "received_time, id";

  private static final String OLDEST_ROW = " ORDER BY id LIMIT 1";

  private final Tables tables;
  private final TurnTaking turns;
  private final String documentOrder;

  /**
   * @param documentOrder SQL's ORDER BY list for the documents of a presentity; empty: oldest first
   */
  Selections(final Tables tables, final Dialect dialect, final Optional<String> documentOrder) {
    this.tables = tables;
    this.turns = new TurnTaking(tables, dialect);
    this.documentOrder = documentOrder.orElse(OLDEST_FIRST);
  }

  /** The table that a question is put to. */
  Table<?> table(final Query<?> query) {
    if (query instanceof Query.PublicationsOf || query instanceof Query.ExpiredPublications) {
      return tables.publications();
    } else if (query instanceof Query.WatchersOf || query instanceof Query.WatcherOf) {
      return tables.watchers();
    } else if (query instanceof Query.PuaOf
        || query instanceof Query.PuaOfCall
        || query instanceof Query.PuaWithId
        || query instanceof Query.PuaOfFlag
        || query instanceof Query.ExpiringPua) {
      return tables.pua();
    } else if (query instanceof Query.XcapDocumentOf || query instanceof Query.XcapDocumentAt) {
      return tables.xcap();
    }
    return tables.subscriptions();
  }

  /**
   * Answers on a connection with auto-commit on, which goes back to its pool afterwards.
   *
   * @throws InDoubtException when turns were being taken and nobody knows whether they were
   */
  @SuppressWarnings("unchecked")
  <T> T answer(final Connection connection, final Query<T> query) throws SQLException {
    return (T) untyped(connection, query);
  }

  /** The answer when there are no rows. */
  @SuppressWarnings("unchecked")
  <T> T nothing(final Query<T> query) {
    if (query instanceof Query.SubscriptionOf
        || query instanceof Query.WatcherOf
        || query instanceof Query.XcapDocumentOf
        || query instanceof Query.XcapDocumentAt) {
      return (T) Optional.empty();
    }
    return (T) (query instanceof Query.MarkedOf ? Integer.valueOf(0) : List.of());
  }

  private Object untyped(final Connection connection, final Query<?> query) throws SQLException {
    // A switch over patterns would be shorter, but is not in this Java version.
    if (query instanceof Query.PublicationsOf of) {
      return select(
          connection,
          tables.publications(),
          equal("username", "domain", "event") + " ORDER BY " + documentOrder,
          of.user(),
          of.domain(),
          of.event());
    } else if (query instanceof Query.ExpiredPublications expired) {
      return select(
          connection,
          tables.publications(),
          " WHERE expires > 0 AND expires < ? ORDER BY username, id LIMIT " + expired.limit(),
          expired.nowEpochSeconds());
    } else if (query instanceof Query.SubscriptionOf of) {
      final SubscriptionTable table = tables.subscriptions();
      return first(select(connection, table, Sql.whereKey(table), Operation.key(of.dialog())));
    } else if (query instanceof Query.SubscriptionsOf of) {
      return select(
          connection,
          tables.subscriptions(),
          equal("presentity_uri", "event") + " ORDER BY id",
          of.presentityUri(),
          of.event());
    } else if (query instanceof Query.MarkedSubscriptions marked) {
      return select(
          connection,
          tables.subscriptions(),
          equal("updated") + " ORDER BY id",
          (long) marked.slot());
    } else if (query instanceof Query.MarkedOf of) {
      return countMarked(connection, of);
    } else if (query instanceof Query.ExpiredSubscriptions expired) {
      return select(
          connection,
          tables.subscriptions(),
          " WHERE expires < ? ORDER BY expires, id LIMIT " + expired.limit(),
          expired.beforeEpochSeconds());
    } else if (query instanceof Query.TakeTurns take) {
      return turns.take(connection, take);
    } else if (query instanceof Query.WatchersOf of) {
      return select(
          connection,
          tables.watchers(),
          equal("presentity_uri", "event") + " ORDER BY id",
          of.presentityUri(),
          of.event());
    } else if (query instanceof Query.WatcherOf of) {
      final WatcherTable table = tables.watchers();
      return first(
          select(
              connection,
              table,
              Sql.whereKey(table),
              of.presentityUri(),
              of.user(),
              of.domain(),
              of.event()));
    }
    return document(connection, query);
  }

  private Object document(final Connection connection, final Query<?> query) throws SQLException {
    if (query instanceof Query.XcapDocumentOf of) {
      return first(
          select(
              connection,
              tables.xcap(),
              equal("doc_type", "username", "domain") + OLDEST_ROW,
              (long) of.type(),
              of.user(),
              of.domain()));
    } else if (query instanceof Query.XcapDocumentAt at) {
      return first(
          select(
              connection,
              tables.xcap(),
              equal("doc_uri", "doc_type") + OLDEST_ROW,
              at.uri(),
              (long) at.type()));
    }
    return puaRows(connection, query);
  }

  private List<PuaRow> puaRows(final Connection connection, final Query<?> query)
      throws SQLException {
    final PuaTable table = tables.pua();
    if (query instanceof Query.PuaOf of) {
      return select(connection, table, equal("pres_uri") + " ORDER BY id DESC", of.presentityUri());
    } else if (query instanceof Query.PuaOfCall of) {
      return select(connection, table, equal("call_id") + " ORDER BY id DESC", of.callId());
    } else if (query instanceof Query.PuaWithId with) {
      return select(connection, table, equal("pres_id") + " ORDER BY id DESC", with.id());
    } else if (query instanceof Query.PuaOfFlag of) {
      return select(connection, table, equal("flag") + " ORDER BY id DESC", (long) of.flag());
    } else if (query instanceof Query.ExpiringPua expiring) {
      return select(
          connection,
          table,
          " WHERE expires < ? ORDER BY expires, id LIMIT " + expiring.limit(),
          expiring.beforeEpochSeconds());
    }
    throw new IllegalArgumentException("no answer to " + query.getClass());
  }

  private int countMarked(final Connection connection, final Query.MarkedOf of)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT COUNT(*) FROM "
                + tables.name(tables.subscriptions())
                + equal("presentity_uri", "event")
                + " AND updated <> -1")) {
      statement.setString(1, of.presentityUri());
      statement.setString(2, of.event());
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getInt(1) : 0;
      }
    }
  }

  private static String equal(final String... columns) {
    return " WHERE " + String.join(" = ? AND ", columns) + " = ?";
  }

  private static <R> Optional<R> first(final List<R> rows) {
    return rows.stream().findFirst();
  }

  private <R> List<R> select(
      final Connection connection, final Table<R> table, final String rest, final Object... values)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(Sql.select(tables.name(table), table) + rest)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      final List<R> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(table.read(result));
        }
      }
      return rows;
    }
  }
}
