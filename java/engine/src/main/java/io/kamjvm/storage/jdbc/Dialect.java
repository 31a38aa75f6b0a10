// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What differs between databases. Stateless; usable from any thread, the connections handed in are
 * not.
 */
sealed interface Dialect permits H2Dialect, MariaDbDialect, PostgresDialect, SqliteDialect {

  /**
   * Turns a Kamailio URL into a place to connect to; opens nothing.
   *
   * @throws StorageException when this can not be right, e.g. the file does not exist
   */
  Target target(DbUrl url, Limits limits) throws StorageException;

  /** Sets up a fresh connection: time limits, durability. Leaves auto-commit on. */
  void prepare(Connection connection, Limits limits) throws SQLException;

  /**
   * Sets up a fresh connection for questions. No statement takes longer than a question may, so
   * that a reader is free again soon after its question was given up.
   */
  void prepareReader(Connection connection, Limits limits) throws SQLException;

  /** An INSERT that becomes an UPDATE when the key exists; one parameter per column, in order. */
  String upsert(String tableName, Table<?> table);

  /** Commits; returns when the transaction is as durable as the database can make it. */
  default void commit(final Connection connection) throws SQLException {
    connection.commit();
  }

  /** Whether a COMMIT that failed with this fault may have taken effect nevertheless. */
  default boolean commitInDoubt(final Fault fault) {
    return fault == Fault.CONNECTION;
  }

  /** Whether a server is at the other end, so that a connection can be cut off. */
  default boolean networked() {
    return false;
  }

  /** Classifies one exception, without its chain. Empty when it alone says nothing. */
  Optional<Fault> fault(SQLException exception);

  /** Whether this exception, without its chain, says that a unique key was violated. */
  default boolean isDuplicate(final SQLException exception) {
    return "23505".equals(exception.getSQLState());
  }

  /** Creates missing tables of ours, if this database is ours to shape. */
  default void createTables(final Connection connection, final Tables tables) throws SQLException {}

  /** How the declared length of a text column is counted. */
  default TextUnit textUnit(final int jdbcType) {
    return TextUnit.CODE_POINTS;
  }

  /** The character sets of a table's columns; those that hold all of Unicode are left out. */
  default Map<String, Charset> charsets(final Connection connection, final Tables.Named table)
      throws SQLException {
    return Map.of();
  }

  /** Server settings that break the promise that a commit survives a power failure, in words. */
  default List<String> durabilityDoubts(final Connection connection, final Tables tables)
      throws SQLException {
    return List.of();
  }
}
