// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** One idempotent change of one row: carrying it out twice leaves what carrying it out once did. */
public sealed interface Change {

  /** Writes the row, whether (user, domain, event, etag) exists or not. */
  record PutPublication(PublicationRow row) implements Change {}

  /** Rewrites the row of {@code (user, domain, event, oldEtag)}, etag included; else inserts it. */
  record ReplacePublication(String oldEtag, PublicationRow row) implements Change {}

  record RemovePublication(String user, String domain, String event, String etag)
      implements Change {}

  /** Writes the row, whether (callId, toTag, fromTag) exists or not. */
  record PutSubscription(SubscriptionRow row) implements Change {}

  record RemoveSubscription(String callId, String toTag, String fromTag) implements Change {}

  /** Writes the row, whether (presentityUri, user, domain, event) exists or not. */
  record PutWatcher(WatcherRow row) implements Change {}

  record RemoveWatcher(String presentityUri, String user, String domain, String event)
      implements Change {}
}
