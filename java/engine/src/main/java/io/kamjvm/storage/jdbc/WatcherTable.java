// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.WatcherRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** {@code watchers}, spec presence 5.1. */
final class WatcherTable extends Table<WatcherRow> {
  private static final int PENDING = 2;

  WatcherTable() {
    super(
        "watchers",
        3,
        4,
        List.of(
            Column.text("presentity_uri"),
            Column.text("watcher_username"),
            Column.text("watcher_domain"),
            Column.text("event"),
            Column.number("status"),
            Column.nullableText("reason"),
            Column.number("inserted_time")));
  }

  /** Parameter: the earliest time of insertion that stays. */
  String removePending(final String name) {
    return "DELETE FROM " + name + " WHERE status = " + PENDING + " AND inserted_time < ?";
  }

  @Override
  Object[] values(final WatcherRow row) {
    return new Object[] {
      row.presentityUri(),
      row.watcherUser(),
      row.watcherDomain(),
      row.event(),
      (long) row.status(),
      row.reason(),
      row.insertedTime()
    };
  }

  @Override
  WatcherRow read(final ResultSet result) throws SQLException {
    return new WatcherRow(
        text(result, 1),
        text(result, 2),
        text(result, 3),
        text(result, 4),
        result.getInt(5),
        text(result, 6),
        result.getLong(7));
  }
}
