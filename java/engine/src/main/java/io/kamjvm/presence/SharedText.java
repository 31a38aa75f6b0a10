// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.SubscriptionRow;
import java.util.Arrays;

/**
 * Lets rows share the text that many of them have: the presentity's URI and package, domains,
 * sockets, Contacts of this server, names of user agents. Each row comes off the wire or out of a
 * table with copies of its own, a third of what a subscription would hold. Engine thread only.
 */
final class SharedText {
  private static final int SLOTS = 1 << 10;

  private final String[] seen = new String[SLOTS];

  SharedText() {
    Arrays.fill(seen, "");
  }

  /** An equal row. */
  SubscriptionRow share(final SubscriptionRow row, final Presentity presentity) {
    final String watcherUser = row.watcherUser();
    return new SubscriptionRow(
        same(row.presentityUri(), presentity.uri()),
        watcherUser,
        of(row.watcherDomain()),
        presentity.sharedUser(row.toUser()),
        of(row.toDomain()),
        same(row.fromUser(), watcherUser),
        of(row.fromDomain()),
        same(row.event(), presentity.eventPackage().name()),
        of(row.eventId()),
        row.toTag(),
        row.fromTag(),
        row.callId(),
        row.localCseq(),
        row.remoteCseq(),
        row.contact(),
        of(row.recordRoute()),
        row.expires(),
        row.status(),
        of(row.reason()),
        row.version(),
        of(row.socketInfo()),
        of(row.localContact()),
        row.flags(),
        of(row.userAgent()));
  }

  private static String same(final String text, final String known) {
    return text.equals(known) ? known : text;
  }

  private String of(final String text) {
    if (text.isEmpty()) {
      return "";
    }
    final int hash = text.hashCode();
    final int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    if (!seen[slot].equals(text)) {
      seen[slot] = text;
    }
    return seen[slot];
  }
}
