// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.sql.SQLException;

/** The row on which a change is conditional is gone: somebody else was faster. */
final class OutrunException extends SQLException {
  private static final long serialVersionUID = 1L;

  OutrunException() {
    super("the row has been changed or removed by somebody else");
  }
}
