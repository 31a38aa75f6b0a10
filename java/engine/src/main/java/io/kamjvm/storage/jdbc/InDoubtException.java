// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.sql.SQLException;

/** A COMMIT failed in a way that leaves open whether it took effect. */
final class InDoubtException extends SQLException {
  private static final long serialVersionUID = 1L;

  InDoubtException(final SQLException cause) {
    super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
  }
}
