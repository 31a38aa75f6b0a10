// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PublicationRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** {@code presentity}, spec presence 5.1. */
final class PublicationTable extends Table<PublicationRow> {

  PublicationTable() {
    super(
        "presentity",
        5,
        4,
        List.of(
            Column.text("username"),
            Column.text("domain"),
            Column.text("event"),
            Column.text("etag"),
            Column.number("expires"),
            Column.number("received_time"),
            Column.bytes("body"),
            Column.text("sender"),
            Column.number("priority"),
            Column.nullableText("ruid")));
  }

  @Override
  Object[] values(final PublicationRow row) {
    return new Object[] {
      row.user(),
      row.domain(),
      row.event(),
      row.etag(),
      row.expires(),
      row.receivedTime(),
      row.body(),
      row.sender(),
      (long) row.priority(),
      row.ruid()
    };
  }

  @Override
  PublicationRow read(final ResultSet result) throws SQLException {
    final byte[] body = result.getBytes(7);
    return new PublicationRow(
        text(result, 1),
        text(result, 2),
        text(result, 3),
        text(result, 4),
        result.getLong(5),
        result.getLong(6),
        body == null ? new byte[0] : body,
        text(result, 8),
        result.getInt(9),
        text(result, 10));
  }
}
