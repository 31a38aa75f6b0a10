// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.Map;

/**
 * How {@code pa}'s tables and columns are called in a database, where that is not the standard.
 *
 * @param tables by table
 * @param columns by standard name, in whatever table
 */
public record PaNames(Map<PaTable, String> tables, Map<String, String> columns) {
  public PaNames {
    tables = Map.copyOf(tables);
    columns = Map.copyOf(columns);
  }

  /** All names as the project's scripts make them. */
  public static PaNames standard() {
    return new PaNames(Map.of(), Map.of());
  }

  /** The table's name. */
  public String of(final PaTable table) {
    return tables.getOrDefault(table, table.standardName());
  }

  /** The column's name. */
  public String of(final PaTable.Column column) {
    return columns.getOrDefault(column.name(), column.name());
  }
}
