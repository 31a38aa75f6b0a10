// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * Writes all, in one transaction that stays open.
   *
   * @param repeated nobody knows whether an earlier attempt took effect
   */
  void write(final List<Submission> batch, final boolean repeated) throws SQLException {
    final List<Change> changes = new ArrayList<>();
    for (final Submission submission : batch) {
      changes.addAll(submission.changes());
    }
    writeGuarded(changes, new Manner(false, repeated));
  }

  /**
   * Writes all that can be written, in one transaction that stays open.
   *
   * @param repeated nobody knows whether an earlier attempt took effect
   * @param leftOut receives, by index, what became of a submission that was left out
   */
  void writeOneByOne(final List<Submission> batch, final boolean repeated, final LeftOut leftOut)
      throws SQLException {
    for (int i = 0; i < batch.size(); i++) {
      final Savepoint before = connection.setSavepoint();
      try {
        writeGuarded(batch.get(i).changes(), new Manner(true, repeated));
        connection.releaseSavepoint(before);
      } catch (final SQLException e) {
        final Fault fault = faultOf(e);
        if (fault != Fault.ROW && fault != Fault.OUTRUN) {
          throw e;
        }
        writer.clear();
        connection.rollback(before);
        leftOut.tell(
            i,
            fault == Fault.OUTRUN
                ? new Outcome.Conflict()
                : new Outcome.Refused(target.explain(e)));
      }
    }
  }

  /** Told which submission of a batch can not be stored, though others can. */
  interface LeftOut {
    void tell(int index, Outcome outcome);
  }

  private void writeGuarded(final List<Change> changes, final Manner manner) throws SQLException {
    try {
      writer.write(changes, manner);
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

  Fault faultOf(final SQLException exception) {
    return Faults.of(target.dialect(), connection, exception);
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
