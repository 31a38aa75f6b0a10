// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.sql.BatchUpdateException;
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
    return connect(connection -> dialect.prepare(connection, limits));
  }

  /** As {@link #connect}, for questions. */
  Connection connectReader() throws SQLException {
    return connect(connection -> dialect.prepareReader(connection, limits));
  }

  private interface Preparation {
    void prepare(Connection connection) throws SQLException;
  }

  private Connection connect(final Preparation preparation) throws SQLException {
    final Connection connection = driver.connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("the driver does not accept this URL");
    }
    try {
      preparation.prepare(connection);
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

  /**
   * An exception's text on one line, free of the password and, as far as drivers let us, of what
   * the rows hold: a batch's own exception quotes the statement with all its values.
   */
  String explain(final SQLException exception) {
    Throwable telling = exception;
    if (exception instanceof BatchUpdateException) {
      if (exception.getNextException() != null) {
        telling = exception.getNextException();
      } else if (exception.getCause() != null) {
        telling = exception.getCause();
      }
    }
    final String text = telling.getMessage() == null ? telling.toString() : telling.getMessage();
    final String reason = text.split("; SQL statement:", 2)[0];
    final String line = reason.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
    final String password = properties.getProperty("password", "");
    return password.isEmpty() ? line : line.replace(password, "***");
  }

  /** The record's own text would show the password. */
  @Override
  public String toString() {
    return described;
  }
}
