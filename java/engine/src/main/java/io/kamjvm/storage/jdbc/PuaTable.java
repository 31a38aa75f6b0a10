// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PuaRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** {@code pua}, spec pua 1.7. Its key here is finer than the table's own unique index. */
final class PuaTable extends Table<PuaRow> {

  PuaTable() {
    super(
        "pua",
        7,
        8,
        List.of(
            Column.text("pres_uri"),
            Column.text("pres_id"),
            Column.number("event"),
            Column.number("flag"),
            Column.text("watcher_uri"),
            Column.text("call_id"),
            Column.text("from_tag"),
            Column.text("etag"),
            Column.number("expires"),
            Column.number("desired_expires"),
            Column.text("tuple_id"),
            Column.text("to_tag"),
            Column.number("cseq"),
            Column.text("record_route"),
            Column.text("contact"),
            Column.text("remote_contact"),
            Column.number("version"),
            Column.text("extra_headers")));
  }

  /** Parameter: the earliest expiry that stays. */
  String removeExpired(final String name) {
    return "DELETE FROM " + name + " WHERE expires < ?";
  }

  /** Parameters: the new expiry, the key, the old expiry. */
  String claim(final String name) {
    return "UPDATE " + name + " SET expires = ?" + Sql.whereKey(this) + " AND expires = ?";
  }

  static Object[] key(final PuaRow.Key key) {
    return new Object[] {
      key.presentityUri(),
      key.id(),
      (long) key.event(),
      (long) key.flag(),
      key.watcherUri(),
      key.callId(),
      key.fromTag(),
      key.etag()
    };
  }

  @Override
  Object[] values(final PuaRow row) {
    return new Object[] {
      row.presentityUri(),
      row.id(),
      (long) row.event(),
      (long) row.flag(),
      row.watcherUri(),
      row.callId(),
      row.fromTag(),
      row.etag(),
      row.expires(),
      row.desiredExpires(),
      row.tupleId(),
      row.toTag(),
      row.cseq(),
      row.recordRoute(),
      row.contact(),
      row.remoteContact(),
      row.version(),
      row.extraHeaders()
    };
  }

  @Override
  PuaRow read(final ResultSet result) throws SQLException {
    return new PuaRow(
        text(result, 1),
        text(result, 2),
        result.getInt(3),
        result.getLong(9),
        result.getLong(10),
        result.getInt(4),
        text(result, 8),
        text(result, 11),
        text(result, 5),
        text(result, 6),
        text(result, 12),
        text(result, 7),
        result.getLong(13),
        text(result, 14),
        text(result, 15),
        text(result, 16),
        result.getLong(17),
        text(result, 18));
  }
}
