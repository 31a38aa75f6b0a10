// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.SubscriptionRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code active_watchers}, spec presence 5.1. */
final class SubscriptionTable extends Table<SubscriptionRow> {
  /** In {@code updated} and {@code updated_winfo}: no notifier of another server has work here. */
  private static final Long NOTHING_TO_SEND = -1L;

  static final Column REASON = Column.text("reason");

  private static final int ACTIVE = 1;

  /** expires, remote_cseq, contact, status, reason */
  private static final List<Integer> REFRESHED = List.of(16, 13, 14, 17, 18);

  SubscriptionTable() {
    super(
        "active_watchers",
        12,
        3,
        List.of(
            Column.text("callid"),
            Column.text("to_tag"),
            Column.text("from_tag"),
            Column.text("presentity_uri"),
            Column.text("watcher_username"),
            Column.text("watcher_domain"),
            Column.text("to_user"),
            Column.text("to_domain"),
            Column.text("from_user"),
            Column.text("from_domain"),
            Column.text("event"),
            Column.text("event_id"),
            Column.number("local_cseq"),
            Column.number("remote_cseq"),
            Column.text("contact"),
            Column.text("record_route"),
            Column.number("expires"),
            Column.number("status"),
            REASON,
            Column.number("version"),
            Column.text("socket_info"),
            Column.text("local_contact"),
            Column.number("flags"),
            Column.text("user_agent"),
            Column.number("updated"),
            Column.number("updated_winfo")));
  }

  /** Which of {@link #columns} a refresh writes. */
  List<Integer> refreshed() {
    return REFRESHED;
  }

  /** Parameters: the refreshed columns, then the key. */
  String refresh(final String name) {
    return "UPDATE "
        + name
        + " SET "
        + REFRESHED.stream()
            .map(column -> columns().get(column).name() + " = ?")
            .collect(Collectors.joining(", "))
        + Sql.whereKey(this);
  }

  /** The refreshed columns of one row. Parameters: the key. */
  String selectRefreshed(final String name) {
    return "SELECT "
        + Sql.names(REFRESHED.stream().map(columns()::get).toList())
        + " FROM "
        + name
        + Sql.whereKey(this);
  }

  /** Whether what {@link #selectRefreshed} has found is what a row of these values holds. */
  boolean refreshedAre(final Object[] values, final ResultSet found) throws SQLException {
    for (int i = 0; i < REFRESHED.size(); i++) {
      final int column = REFRESHED.get(i);
      final Object there =
          columns().get(column).type() == Column.Type.NUMBER
              ? (Object) found.getLong(i + 1)
              : text(found, i + 1);
      if (!there.equals(values[column])) {
        return false;
      }
    }
    return true;
  }

  /** Parameters: slots, then the key. */
  String mark(final String name) {
    return "UPDATE " + name + " SET updated = id % ?" + Sql.whereKey(this);
  }

  /** Parameters: slots, presentity URI, package, now. */
  String markListeners(final String name) {
    return "UPDATE "
        + name
        + " SET updated = id % ? WHERE presentity_uri = ? AND event = ? AND status = "
        + ACTIVE
        + " AND (reason IS NULL OR reason = '') AND expires > ?";
  }

  /** Parameters: status, reason, slots if it marks, presentity URI, package, watcher. */
  String authorize(final String name, final boolean marks) {
    return "UPDATE "
        + name
        + " SET status = ?, reason = ?"
        + (marks ? ", updated = id % ?" : "")
        + " WHERE presentity_uri = ? AND event = ?"
        + " AND watcher_username = ? AND watcher_domain = ?";
  }

  @Override
  Object[] values(final SubscriptionRow row) {
    return new Object[] {
      row.callId(),
      row.toTag(),
      row.fromTag(),
      row.presentityUri(),
      row.watcherUser(),
      row.watcherDomain(),
      row.toUser(),
      row.toDomain(),
      row.fromUser(),
      row.fromDomain(),
      row.event(),
      row.eventId(),
      row.localCseq(),
      row.remoteCseq(),
      row.contact(),
      row.recordRoute(),
      row.expires(),
      (long) row.status(),
      row.reason(),
      (long) row.version(),
      row.socketInfo(),
      row.localContact(),
      (long) row.flags(),
      row.userAgent(),
      NOTHING_TO_SEND,
      NOTHING_TO_SEND
    };
  }

  @Override
  SubscriptionRow read(final ResultSet result) throws SQLException {
    return new SubscriptionRow(
        text(result, 4),
        text(result, 5),
        text(result, 6),
        text(result, 7),
        text(result, 8),
        text(result, 9),
        text(result, 10),
        text(result, 11),
        text(result, 12),
        text(result, 2),
        text(result, 3),
        text(result, 1),
        result.getLong(13),
        result.getLong(14),
        text(result, 15),
        text(result, 16),
        result.getLong(17),
        result.getInt(18),
        text(result, 19),
        result.getInt(20),
        text(result, 21),
        text(result, 22),
        result.getInt(23),
        text(result, 24));
  }
}
