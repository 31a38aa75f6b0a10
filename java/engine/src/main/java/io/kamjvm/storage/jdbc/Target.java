// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A place to connect to.
 *
 * @param described the place in words fit for logs: no password
 */
record Target(
    Dialect dialect,
    Driver driver,
    String jdbcUrl,
    Properties properties,
    String described,
    Limits limits) {

  /** Translates a {@code db_url}; opens nothing. */
  static Target of(final String dbUrl, final Limits limits) throws StorageException {
    if (DbUrl.isJdbc(dbUrl)) {
      return JdbcUrls.target(dbUrl, limits);
    }
    final DbUrl url = DbUrl.parse(dbUrl);
    final Dialect dialect =
        switch (url.scheme()) {
          case "postgres" -> new PostgresDialect();
          case "mysql" -> new MariaDbDialect();
          case "sqlite" -> new SqliteDialect();
          default -> new H2Dialect();
        };
    return dialect.target(url, limits);
  }

  /** Opens and prepares a connection, auto-commit on. Blocks at most about the connect limit. */
  Connection connect() throws SQLException {
    final Connection connection = driver.connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("the driver does not accept this URL");
    }
    try {
      dialect.prepare(connection, limits);
      return connection;
    } catch (final SQLException e) {
      try {
        connection.close();
      } catch (final SQLException onClose) {
        e.addSuppressed(onClose);
      }
      throw e;
    }
  }

  /** An exception's text on one line, free of the password. */
  String explain(final Throwable cause) {
    final String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    final String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
    final String password = properties.getProperty("password", "");
    return password.isEmpty() ? line : line.replace(password, "***");
  }

  /** The record's own text would show the password. */
  @Override
  public String toString() {
    return described;
  }
}
