// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One of {@code pa}'s tables, spec pa 1.19. */
final class PaJdbcTable extends Table<PaRow> {
  private static final int VERSION = 1;

  private final PaTable table;

  PaJdbcTable(final PaTable table, final PaNames names) {
    super(
        table.standardName(),
        VERSION,
        table.keyColumns(),
        table.columns().stream().map(column -> column(column, names)).toList());
    this.table = table;
  }

  private static Column column(final PaTable.Column column, final PaNames names) {
    return column.number() ? Column.number(names.of(column)) : Column.text(names.of(column));
  }

  PaTable table() {
    return table;
  }

  @Override
  Object[] values(final PaRow row) {
    return row.values().toArray();
  }

  @Override
  PaRow read(final ResultSet result) throws SQLException {
    final List<Object> values = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      values.add(table.columns().get(i).number() ? result.getLong(i + 1) : text(result, i + 1));
    }
    return new PaRow(table, values);
  }
}
