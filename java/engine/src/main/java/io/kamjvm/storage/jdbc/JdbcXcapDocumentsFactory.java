// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import io.kamjvm.storage.XcapDocumentsFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Opens {@code xcap} tables in PostgreSQL, MariaDB and MySQL, SQLite, and the embedded H2. */
public final class JdbcXcapDocumentsFactory implements XcapDocumentsFactory {

  @Override
  public XcapDocuments open(final String dbUrl, final String table) throws StorageException {
    final Limits limits = Limits.standard();
    final Tables tables = Tables.ofXcap(table);
    final Target target = Target.of(dbUrl, limits);
    try (Connection connection = Target.of(dbUrl, limits.atStart()).connect()) {
      target.dialect().createTables(connection, tables);
      new SchemaCheck(target, connection).check(tables);
    } catch (final SQLException e) {
      throw new StorageException("db_url: cannot open " + target + ": " + target.explain(e), e);
    }
    final Readers readers =
        new Readers(
            target,
            tables,
            new Selections(tables, target.dialect(), Optional.empty()),
            Runnable::run);
    readers.warmUp();
    return new JdbcXcapDocuments(target, readers);
  }
}
