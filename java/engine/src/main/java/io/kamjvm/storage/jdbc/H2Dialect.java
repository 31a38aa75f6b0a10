// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.h2.Driver;

/**
 * The embedded database. It is ours alone, so its tables are created here.
 *
 * <p>Durability: H2 by itself reports a commit before it is on disk. {@code WRITE_DELAY 0} makes
 * the committing thread write the store's chunk itself and switches off the background writer,
 * which could otherwise still hold a commit in its pipeline while we sync; {@code CHECKPOINT SYNC}
 * then forces the file. A freed chunk is overwritten after the retention time at the earliest; it
 * is set shorter than H2's 45 s (the file would grow too much under load) and longer than a
 * transaction can take, as each transaction ends with a sync.
 */
final class H2Dialect implements Dialect {
  private static final int OBJECT_CLOSED = 90007;
  private static final int IO_EXCEPTION = 90028;
  private static final int DATABASE_CLOSED = 90098;
  private static final int CLOSED_AT_EXIT = 90121;
  private static final int FILE_CORRUPTED = 90030;
  private static final int STORE_FAILURE = 50000;

  @Override
  public Target target(final DbUrl url, final Limits limits) throws StorageException {
    final String file = url.database();
    if (file.indexOf(';') >= 0) {
      throw new StorageException(
          "db_url: cannot open " + url + ": the path must not contain a semicolon");
    }
    return new Target(
        this, new Driver(), "jdbc:h2:" + place(file), settings(), url.toString(), limits);
  }

  private static String place(final String file) {
    if (file.startsWith("mem:")) {
      return file;
    }
    final String suffix = ".mv.db";
    return "file:"
        + (file.endsWith(suffix) ? file.substring(0, file.length() - suffix.length()) : file);
  }

  static Properties settings() {
    final Properties properties = new Properties();
    properties.setProperty("user", "sa");
    properties.setProperty("password", "");
    properties.setProperty("DB_CLOSE_ON_EXIT", "FALSE");
    properties.setProperty("WRITE_DELAY", "0");
    // Its trace file would hold bodies.
    properties.setProperty("TRACE_LEVEL_FILE", "0");
    return properties;
  }

  @Override
  public void prepare(final Connection connection, final Limits limits) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET WRITE_DELAY 0");
      statement.execute("SET RETENTION_TIME " + 2 * limits.transaction().toMillis());
      statement.execute("SET LOCK_TIMEOUT " + limits.statement().toMillis());
    }
  }

  /** The settings of the database are the journal's business. */
  @Override
  public void prepareReader(final Connection connection, final Limits limits) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT " + limits.reading().deadline().toMillis());
      statement.execute("SET QUERY_TIMEOUT " + limits.reading().deadline().toMillis());
    }
  }

  @Override
  public String upsert(final String tableName, final Table<?> table) {
    return "MERGE INTO "
        + tableName
        + " ("
        + Sql.names(table.columns())
        + ") KEY ("
        + Sql.names(table.key())
        + ") VALUES (?"
        + ", ?".repeat(table.columns().size() - 1)
        + ")";
  }

  @Override
  public void commit(final Connection connection) throws SQLException {
    connection.commit();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    }
  }

  /** Whatever fails after the commit may have left it in memory, in the file or nowhere. */
  @Override
  public boolean commitInDoubt(final Fault fault) {
    return true;
  }

  @Override
  public Optional<Fault> fault(final SQLException exception) {
    final String state = exception.getSQLState();
    return switch (exception.getErrorCode()) {
      case OBJECT_CLOSED,
          IO_EXCEPTION,
          DATABASE_CLOSED,
          CLOSED_AT_EXIT,
          FILE_CORRUPTED,
          STORE_FAILURE ->
          Optional.of(Fault.CONNECTION);
      default -> {
        if (state == null || state.length() != 5) {
          yield Optional.empty();
        }
        yield Optional.of(
            switch (state.substring(0, 2)) {
              case "08" -> Fault.CONNECTION;
              case "22", "23" -> Fault.ROW;
              case "40" -> Fault.CONFLICT;
              default -> Fault.DATABASE;
            });
      }
    };
  }

  @Override
  public void createTables(final Connection connection, final Tables tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(H2Schema.VERSION_TABLE);
      for (final Tables.Named named : tables.used()) {
        for (final String sql : H2Schema.create(named)) {
          statement.execute(sql);
        }
      }
    }
    for (final Tables.Named named : tables.used()) {
      try (PreparedStatement insert = connection.prepareStatement(H2Schema.INSERT_VERSION)) {
        insert.setString(1, named.name());
        insert.setInt(2, named.table().version());
        insert.setString(3, named.name());
        insert.execute();
      }
    }
  }

  @Override
  public TextUnit textUnit(final int jdbcType) {
    return TextUnit.UTF16_UNITS;
  }
}
