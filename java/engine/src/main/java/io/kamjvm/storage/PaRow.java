// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.List;

/**
 * A row of one of {@code pa}'s tables.
 *
 * @param values in the order of {@link PaTable#columns}, {@code Long} or {@code String}; empty
 *     strings where the table has NULL
 */
public record PaRow(PaTable table, List<Object> values) {

  /** What tells rows of all tables apart. */
  public record Key(PaTable table, List<Object> values) {
    public Key {
      values = List.copyOf(values);
    }
  }

  public PaRow {
    values = List.copyOf(values);
    if (values.size() != table.columns().size()) {
      throw new IllegalArgumentException(
          table + " has " + table.columns().size() + " columns, not " + values.size());
    }
  }

  /** This row's key. */
  public Key key() {
    return new Key(table, values.subList(0, table.keyColumns()));
  }

  /** The value of a text column. */
  public String text(final String column) {
    return (String) values.get(index(column));
  }

  /** The value of a number column. */
  public long number(final String column) {
    return (Long) values.get(index(column));
  }

  private int index(final String column) {
    for (int i = 0; i < table.columns().size(); i++) {
      if (table.columns().get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException(table + " has no column " + column);
  }
}
