// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.util.List;
import java.util.stream.Collectors;

/** SQL that is the same everywhere. Columns are always named, never {@code *}. */
final class Sql {
  private Sql() {}

  static String insert(final String tableName, final Table<?> table) {
    return "INSERT INTO "
        + tableName
        + " ("
        + names(table.columns())
        + ") VALUES ("
        + table.columns().stream().map(column -> "?").collect(Collectors.joining(", "))
        + ")";
  }

  /** PostgreSQL's and SQLite's upsert. */
  static String insertOnConflict(final String tableName, final Table<?> table) {
    return insert(tableName, table)
        + " ON CONFLICT ("
        + names(table.key())
        + ") DO UPDATE SET "
        + table.nonKey().stream()
            .map(column -> column.name() + " = excluded." + column.name())
            .collect(Collectors.joining(", "));
  }

  /** Parameters: all columns, then the old key. */
  static String update(final String tableName, final Table<?> table) {
    return "UPDATE "
        + tableName
        + " SET "
        + table.columns().stream()
            .map(column -> column.name() + " = ?")
            .collect(Collectors.joining(", "))
        + whereKey(table);
  }

  static String delete(final String tableName, final Table<?> table) {
    return "DELETE FROM " + tableName + whereKey(table);
  }

  static String select(final String tableName, final Table<?> table) {
    return "SELECT " + names(table.columns()) + " FROM " + tableName;
  }

  static String names(final List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  static String whereKey(final Table<?> table) {
    return " WHERE "
        + table.key().stream()
            .map(column -> column.name() + " = ?")
            .collect(Collectors.joining(" AND "));
  }
}
