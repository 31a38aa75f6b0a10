// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** SQLite files as Kamailio's db_sqlite uses them. The journal mode stays as it is found. */
final class SqliteDialect implements Dialect {

  @Override
  public Target target(final DbUrl url, final Limits limits) throws StorageException {
    final Path file = Path.of(url.database());
    if (!Files.exists(file)) {
      throw new StorageException(
          "db_url: cannot open "
              + url
              + ": no such file (a relative path starts at the working directory;"
              + " sqlite:////path with four slashes is absolute)");
    }
    return new Target(
        this, new JDBC(), "jdbc:sqlite:" + file, settings(limits), url.toString(), limits);
  }

  static Properties settings(final Limits limits) {
    final SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setBusyTimeout((int) limits.statement().toMillis());
    return config.toProperties();
  }

  @Override
  public void prepare(final Connection connection, final Limits limits) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // FULL would leave the deletion of the rollback journal unsynced: a power failure could bring
      // the journal back and undo a commit that was reported.
      statement.execute("PRAGMA synchronous = EXTRA");
      statement.execute("PRAGMA busy_timeout = " + limits.statement().toMillis());
    }
  }

  @Override
  public void prepareReader(final Connection connection, final Limits limits) throws SQLException {
    prepare(connection, limits);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + limits.reading().deadline().toMillis());
    }
  }

  @Override
  public String upsert(final String tableName, final Table<?> table) {
    return Sql.insertOnConflict(tableName, table);
  }

  @Override
  public boolean isDuplicate(final SQLException exception) {
    return exception instanceof SQLiteException
        && ((SQLiteException) exception).getResultCode()
            == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE;
  }

  @Override
  public Optional<Fault> fault(final SQLException exception) {
    if (!(exception instanceof SQLiteException)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (((SQLiteException) exception).getResultCode().code & 0xff) {
          // TOOBIG, CONSTRAINT, MISMATCH
          case 18, 19, 20 -> Fault.ROW;
          // IOERR, CORRUPT, CANTOPEN, NOTADB: only a fresh connection can tell
          case 10, 11, 14, 26 -> Fault.CONNECTION;
          default -> Fault.DATABASE;
        });
  }
}
