// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds rows that the database would refuse, before they join others in a transaction: too long,
 * not in the column's character set, out of range. Immutable; cheap enough for the engine thread.
 */
final class RowCheck {
  private final Tables tables;
  private final Map<Table<?>, List<ColumnRule>> rules;

  RowCheck(final Tables tables, final Map<Table<?>, List<ColumnRule>> rules) {
    this.tables = tables;
    this.rules = Map.copyOf(rules);
  }

  /** Why the first change that can not be stored can not; empty when all can. */
  Optional<String> objection(final List<Change> changes) {
    for (final Change change : changes) {
      final Optional<String> why = objection(change);
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private Optional<String> objection(final Change change) {
    final Operation operation = Operation.of(change);
    final List<ColumnRule> columns = rules.get(Operation.table(tables, change));
    if (columns == null) {
      return Optional.of("table " + Operation.table(tables, change).stockName() + " is not in use");
    }
    final Optional<String> why = objection(columns, operation.row(tables, change));
    return why.isPresent() ? why : objection(columns, operation.oldKey(change));
  }

  private static Optional<String> objection(final List<ColumnRule> columns, final Object[] values) {
    for (int i = 0; i < values.length; i++) {
      final Optional<String> why = columns.get(i).objection(values[i]);
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }
}
