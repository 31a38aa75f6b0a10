// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The operator's own ORDER BY list, tried at start so that it can not fail later. */
final class DocumentOrder {
  private DocumentOrder() {}

  /**
   * Lets the database parse the list.
   *
   * @throws StorageException naming the parameter when it is no list of this database's columns
   */
  static void check(
      final Target target, final Connection connection, final Tables tables, final String list)
      throws StorageException {
    if (list.indexOf(';') >= 0) {
      throw new StorageException("retrieve_order_by: '" + list + "' holds a semicolon");
    }
    final PublicationTable table = tables.publications();
    if (tables.nameOf(table).isEmpty()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement
          .executeQuery(
              Sql.select(tables.nameOf(table).get(), table) + " WHERE 1 = 0 ORDER BY " + list)
          .close();
    } catch (final SQLException e) {
      throw new StorageException(
          "retrieve_order_by: "
              + target
              + " does not understand '"
              + list
              + "': "
              + target.explain(e),
          e);
    }
  }
}
