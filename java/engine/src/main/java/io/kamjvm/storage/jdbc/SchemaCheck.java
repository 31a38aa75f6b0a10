// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Compares the database with what this store needs, and learns what its columns can hold. */
final class SchemaCheck {
  private final Target target;
  private final Connection connection;

  SchemaCheck(final Target target, final Connection connection) {
    this.target = target;
    this.connection = connection;
  }

  /**
   * Checks versions and columns of the tables in use.
   *
   * @throws StorageException naming the table, what was found and what is needed
   */
  RowCheck check(final Tables tables) throws StorageException {
    final Map<Table<?>, List<ColumnRule>> rules = new HashMap<>();
    for (final Tables.Named named : tables.used()) {
      checkVersion(named);
      rules.put(named.table(), rules(named));
    }
    return new RowCheck(tables, rules);
  }

  /**
   * Checks that the account may change the tables in use; changes nothing.
   *
   * @throws StorageException naming the table
   */
  void checkWritable(final Tables tables) throws StorageException {
    for (final Tables.Named named : tables.used()) {
      final String column = named.table().columns().get(0).name();
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(
            "UPDATE " + named.name() + " SET " + column + " = " + column + " WHERE 1 = 0");
      } catch (final SQLException e) {
        throw new StorageException(
            target + ": table " + named.name() + " can not be written: " + target.explain(e), e);
      }
    }
  }

  private void checkVersion(final Tables.Named named) throws StorageException {
    final int needed = named.table().version();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT table_version FROM version WHERE table_name = ?")) {
      statement.setString(1, named.name());
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          throw wrong(
              "table version has no row for table " + named.name() + " (version needed: " + needed);
        }
        final int found = result.getInt(1);
        if (found != needed) {
          throw wrong(
              "table " + named.name() + " has version " + found + " (version needed: " + needed);
        }
      }
    } catch (final SQLException e) {
      throw new StorageException(
          target
              + ": table version can not be read (are Kamailio's tables created?): "
              + target.explain(e),
          e);
    }
  }

  private StorageException wrong(final String what) {
    return new StorageException(target + ": " + what + "; see kamdbctl)");
  }

  private List<ColumnRule> rules(final Tables.Named named) throws StorageException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT * FROM " + named.name() + " WHERE 1 = 0")) {
      final ResultSetMetaData found = result.getMetaData();
      final Map<String, Integer> indexes = new HashMap<>();
      for (int i = 1; i <= found.getColumnCount(); i++) {
        indexes.put(found.getColumnName(i).toLowerCase(Locale.ROOT), i);
      }
      final Map<String, Charset> charsets = target.dialect().charsets(connection, named);
      final List<ColumnRule> rules = new ArrayList<>();
      for (final Column column : named.table().columns()) {
        final Integer index = indexes.get(column.name());
        if (index == null) {
          throw new StorageException(
              target + ": table " + named.name() + " lacks the column " + column.name());
        }
        rules.add(rule(column, found, index, Optional.ofNullable(charsets.get(column.name()))));
      }
      return rules;
    } catch (final SQLException e) {
      throw new StorageException(
          target + ": table " + named.name() + " can not be read: " + target.explain(e), e);
    }
  }

  private ColumnRule rule(
      final Column column,
      final ResultSetMetaData found,
      final int index,
      final Optional<Charset> charset)
      throws SQLException {
    final int jdbcType = found.getColumnType(index);
    final int precision = found.getPrecision(index);
    final long length = precision > 0 ? precision : Long.MAX_VALUE;
    final long number = jdbcType == Types.BIGINT ? Long.MAX_VALUE : Integer.MAX_VALUE;
    return new ColumnRule(
        column,
        column.type() == Column.Type.NUMBER ? number : length,
        target.dialect().textUnit(jdbcType),
        charset);
  }
}
