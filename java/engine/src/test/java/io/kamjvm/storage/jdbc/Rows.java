// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.WatcherRow;
import java.nio.charset.StandardCharsets;

/** Rows for tests. */
final class Rows {
  static final long NOW = 1_790_000_000L;

  private Rows() {}

  static PublicationRow publication(final String user, final String etag, final String body) {
    return new PublicationRow(
        user,
        "example.org",
        "presence",
        etag,
        NOW + 3600,
        NOW,
        body.getBytes(StandardCharsets.UTF_8),
        "",
        0,
        "pres-" + user + '-' + etag);
  }

  /** The row a publication becomes by a modification: new tag and body, same record id. */
  static PublicationRow modified(final PublicationRow row, final String etag, final String body) {
    return new PublicationRow(
        row.user(),
        row.domain(),
        row.event(),
        etag,
        row.expires(),
        row.receivedTime(),
        body.getBytes(StandardCharsets.UTF_8),
        row.sender(),
        row.priority(),
        row.ruid());
  }

  static SubscriptionRow subscription(final String callId, final long expires) {
    return new SubscriptionRow(
        "sip:bob@example.org",
        "alice",
        "example.net",
        "bob",
        "example.org",
        "alice",
        "example.net",
        "presence",
        "",
        "to-1",
        "from-1",
        callId,
        7,
        2,
        "sip:alice@192.0.2.1:5060",
        "",
        expires,
        1,
        "",
        3,
        "udp:127.0.0.1:5060",
        "sip:127.0.0.1:5060",
        0,
        "");
  }

  static WatcherRow watcher(final String user, final int status) {
    return new WatcherRow("sip:bob@example.org", user, "example.net", "presence", status, "", NOW);
  }
}
