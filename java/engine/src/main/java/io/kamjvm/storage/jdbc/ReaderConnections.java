// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The pool behind the readers: opens connections when questions come, tests them when they have
 * been idle, closes them after a minute without work. So a server that never asks holds none for
 * long. Any thread.
 */
final class ReaderConnections implements AutoCloseable {
  private static final Duration LEAST_WAIT = Duration.ofMillis(250);

  private final HikariDataSource pool;

  ReaderConnections(final Target target) {
    final Limits.Reading limits = target.limits().reading();
    final long wait = Math.max(LEAST_WAIT.toMillis(), limits.deadline().toMillis());
    // Without a configuration it stays asleep until the first connection is wanted.
    pool = new HikariDataSource();
    pool.setPoolName("kamjvm-readers");
    pool.setDataSource(new Source(target));
    pool.setMaximumPoolSize(limits.readers());
    pool.setMinimumIdle(0);
    pool.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionTimeout(wait);
    pool.setValidationTimeout(Math.max(LEAST_WAIT.toMillis(), wait / 4));
    pool.setThreadFactory(
        task -> {
          final Thread thread = new Thread(task, "kamjvm-reader-pool");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * A connection with auto-commit on; closing it gives it back. Waits at most as long as a question
   * may.
   */
  Connection take() throws SQLException {
    try {
      return pool.getConnection();
    } catch (final SQLTransientConnectionException e) {
      // The pool's own words are that it waited; the database's say why.
      if (e.getCause() instanceof SQLException reason) {
        throw reason;
      }
      throw e;
    }
  }

  /** Opens a first connection, so that the first question does not have to. */
  void warmUp() throws SQLException {
    take().close();
  }

  /** This one is not to be used again. */
  void giveUp(final Connection connection) {
    pool.evictConnection(connection);
  }

  @Override
  public void close() {
    pool.close();
  }

  /** What the pool needs to know of a {@link Target}. */
  private record Source(Target target) implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      return target.connectReader();
    }

    @Override
    public Connection getConnection(final String user, final String password) throws SQLException {
      throw new SQLFeatureNotSupportedException("the account is part of the URL");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
      throw new SQLFeatureNotSupportedException("logs through SLF4J");
    }

    @Override
    public void setLogWriter(final PrintWriter writer) throws SQLException {
      throw new SQLFeatureNotSupportedException("logs through SLF4J");
    }

    @Override
    public void setLoginTimeout(final int seconds) {
      // The target has its own limit.
    }

    @Override
    public int getLoginTimeout() {
      return (int) Math.max(1, target.limits().connect().toSeconds());
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException("logs through SLF4J");
    }

    @Override
    public <T> T unwrap(final Class<T> type) throws SQLException {
      throw new SQLFeatureNotSupportedException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(final Class<?> type) {
      return false;
    }
  }
}
