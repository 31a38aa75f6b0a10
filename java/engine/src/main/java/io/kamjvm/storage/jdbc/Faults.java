// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Optional;

/** Judges exceptions by their whole chain: drivers wrap the telling one in different ways. */
final class Faults {
  private Faults() {}

  /** Whether a row was refused because another one has its key. */
  static boolean isDuplicate(final Dialect dialect, final SQLException exception) {
    Throwable link = exception;
    for (int depth = 0; link != null && depth < 8; depth++) {
      if (link instanceof SQLException sql) {
        if (dialect.isDuplicate(sql)) {
          return true;
        }
        link = sql.getNextException() != null ? sql.getNextException() : sql.getCause();
      } else {
        link = link.getCause();
      }
    }
    return false;
  }

  /** What the exception, thrown by work on that connection, means. */
  static Fault of(
      final Dialect dialect, final Connection connection, final SQLException exception) {
    Fault fault = null;
    Throwable link = exception;
    for (int depth = 0; link != null && depth < 8; depth++) {
      if (link instanceof OutrunException) {
        return Fault.OUTRUN;
      }
      if (link instanceof SQLNonTransientConnectionException
          || link instanceof SQLRecoverableException) {
        return Fault.CONNECTION;
      }
      if (link instanceof SQLException sql) {
        final Optional<Fault> own = dialect.fault(sql);
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
}
