// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * One of Kamailio's tables: which version we understand, which columns we use, and how a row
 * becomes a record. Columns we do not name keep their defaults, so a newer schema that only adds
 * columns works. Immutable.
 *
 * @param <R> the record of a row
 */
abstract sealed class Table<R>
    permits PublicationTable, SubscriptionTable, WatcherTable, XcapTable, PuaTable, PaJdbcTable {
  private final String stockName;
  private final int version;
  private final int keyColumns;
  private final List<Column> columns;

  /**
   * @param keyColumns how many of the first columns form the unique key
   */
  Table(
      final String stockName, final int version, final int keyColumns, final List<Column> columns) {
    this.stockName = stockName;
    this.version = version;
    this.keyColumns = keyColumns;
    this.columns = List.copyOf(columns);
  }

  /** The name in Kamailio's own scripts; operators may rename the table. */
  final String stockName() {
    return stockName;
  }

  /** The number that Kamailio's {@code version} table must hold. */
  final int version() {
    return version;
  }

  /** Key columns first. */
  final List<Column> columns() {
    return columns;
  }

  final List<Column> key() {
    return columns.subList(0, keyColumns);
  }

  final List<Column> nonKey() {
    return columns.subList(keyColumns, columns.size());
  }

  /** The row's values in the order of {@link #columns}: String, Long or byte[]. */
  abstract Object[] values(R row);

  /** Reads a result whose columns are {@link #columns} in that order. */
  abstract R read(ResultSet result) throws SQLException;

  static String text(final ResultSet result, final int index) throws SQLException {
    final String value = result.getString(index);
    return value == null ? "" : value;
  }
}
