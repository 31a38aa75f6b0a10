// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** {@code xcap}, spec event-packages 2.11: read, never written. Its rows are documents' texts. */
final class XcapTable extends Table<byte[]> {

  XcapTable() {
    super(
        "xcap",
        4,
        1,
        List.of(
            Column.text("doc_uri"),
            Column.text("username"),
            Column.text("domain"),
            Column.number("doc_type"),
            Column.bytes("doc")));
  }

  @Override
  Object[] values(final byte[] row) {
    throw new UnsupportedOperationException("documents are not written");
  }

  @Override
  byte[] read(final ResultSet result) throws SQLException {
    final byte[] text = result.getBytes(5);
    return text == null ? new byte[0] : text;
  }
}
