// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The journal's connection with its prepared statements. One thread, except {@link #abort}. */
final class Session {
  private final Target target;
  private final Connection connection;
  private final ChangeWriter writer;

  private Session(final Target target, final Connection connection, final Tables tables) {
    this.target = target;
    this.connection = connection;
    this.writer = new ChangeWriter(connection, target.dialect(), tables);
  }

  static Session open(final Target target, final Tables tables) throws SQLException {
    return on(target.connect(), target, tables);
  }

  /** Takes over a connection. */
  static Session on(final Connection connection, final Target target, final Tables tables)
      throws SQLException {
    connection.setAutoCommit(false);
    return new Session(target, connection, tables);
  }

  /** Writes all, in one transaction that stays open. */
  void write(final List<Submission> batch) throws SQLException {
    final List<Change> changes = new ArrayList<>();
    for (final Submission submission : batch) {
      changes.addAll(submission.changes());
    }
    writeGuarded(changes);
  }

  /**
   * Writes all that can be written, in one transaction that stays open.
   *
   * @param refused receives, by index, why a submission was left out
   */
  void writeOneByOne(final List<Submission> batch, final Refusals refused) throws SQLException {
    for (int i = 0; i < batch.size(); i++) {
      final Savepoint before = connection.setSavepoint();
      try {
        writeGuarded(batch.get(i).changes());
        connection.releaseSavepoint(before);
      } catch (final SQLException e) {
        if (faultOf(e) != Fault.ROW) {
          throw e;
        }
        writer.clear();
        connection.rollback(before);
        refused.refuse(i, target.explain(e));
      }
    }
  }

  /** Told which submission of a batch the database refused, and why. */
  interface Refusals {
    void refuse(int index, String why);
  }

  private void writeGuarded(final List<Change> changes) throws SQLException {
    try {
      writer.write(changes);
    } catch (final RuntimeException e) {
      // A driver in a state its authors did not expect: its connection is of no further use.
      throw new SQLException("the driver failed: " + e, "08000", e);
    }
  }

  void commit() throws SQLException {
    try {
      target.dialect().commit(connection);
    } catch (final RuntimeException e) {
      throw new SQLException("the driver failed: " + e, "08000", e);
    }
  }

  /** False when the connection is of no further use. */
  boolean rollback() {
    try {
      writer.clear();
      connection.rollback();
      return true;
    } catch (final SQLException e) {
      return false;
    }
  }

  /** Judges an exception by its whole chain: drivers wrap the telling one in different ways. */
  Fault faultOf(final SQLException exception) {
    Fault fault = null;
    Throwable link = exception;
    for (int depth = 0; link != null && depth < 8; depth++) {
      if (link instanceof SQLNonTransientConnectionException
          || link instanceof SQLRecoverableException) {
        return Fault.CONNECTION;
      }
      if (link instanceof SQLException sql) {
        final Optional<Fault> own = target.dialect().fault(sql);
        if (own.isPresent() && (fault == null || fault == Fault.DATABASE)) {
          fault = own.get();
        }
        link = sql.getNextException() != null ? sql.getNextException() : sql.getCause();
      } else {
        link = link.getCause();
      }
    }
    try {
      if (connection.isClosed()) {
        return Fault.CONNECTION;
      }
    } catch (final SQLException e) {
      return Fault.CONNECTION;
    }
    return fault == null ? Fault.DATABASE : fault;
  }

  void close() {
    try {
      connection.close();
    } catch (final SQLException e) {
      // It was being given up anyway; the server notices by itself.
      return;
    }
  }

  /** Cuts the connection off under a statement that does not return. Any thread. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (final SQLException e) {
      // Then the socket's own time limit must do.
      return;
    }
  }
}
