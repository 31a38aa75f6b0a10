// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import io.kamjvm.sip.DialogId;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One idempotent change: carrying it out twice leaves what carrying it out once did. Changes of one
 * submission take effect in their order.
 *
 * <p>A change on a condition (add, update, end, exchange) that the journal has to repeat because it
 * never heard what became of the first attempt does not take its own traces for somebody else's.
 */
public sealed interface Change {

  /** Writes the row, whether (user, domain, event, etag) exists or not. */
  record PutPublication(PublicationRow row) implements Change {}

  /** Rewrites the row of {@code (user, domain, event, oldEtag)}, etag included; else inserts it. */
  record ReplacePublication(String oldEtag, PublicationRow row) implements Change {}

  /**
   * As {@link ReplacePublication}, but where {@code oldEtag} is gone and the new row is not there
   * either the whole submission is a {@link Journal.Outcome.Conflict}: somebody else has changed
   * the document meanwhile.
   */
  record ExchangePublication(String oldEtag, PublicationRow row) implements Change {}

  record RemovePublication(String user, String domain, String event, String etag)
      implements Change {}

  /**
   * Writes the whole row, NOTIFY counters included, whether (callId, toTag, fromTag) exists or not;
   * whatever it was marked for is forgotten. For a subscription that nobody else can have counted
   * or marked meanwhile: a new one, or where memory is the truth.
   */
  record PutSubscription(SubscriptionRow row) implements Change {}

  record RemoveSubscription(String callId, String toTag, String fromTag) implements Change {}

  /**
   * Marks the subscriptions to a presentity and package for notification ({@code updated} = {@code
   * id} modulo {@code slots}): those that are active, have no reason, and have not expired.
   *
   * @param exceptContact a Contact that is not to be told; empty if none
   */
  record MarkSubscriptions(
      String presentityUri, String event, int slots, long nowEpochSeconds, String exceptContact)
      implements Change {}

  /**
   * Marks one dialog for notification, whatever its state is ({@code updated} = {@code id} modulo
   * {@code slots}).
   */
  record MarkSubscription(DialogId dialog, int slots) implements Change {}

  /**
   * Writes the row of a dialog that is new; where the dialog exists already the whole submission is
   * a {@link Journal.Outcome.Conflict}. {@code updated} and {@code updated_winfo} become -1.
   */
  record AddSubscription(SubscriptionRow row) implements Change {}

  /**
   * Writes what a refresh or a decision about the watcher changes (expires, remote CSeq, Contact,
   * status, reason) and leaves the rest of the row as it is, NOTIFY counters and mark included.
   * Where the row is gone the whole submission is a {@link Journal.Outcome.Conflict}.
   */
  record UpdateSubscription(SubscriptionRow row) implements Change {}

  /**
   * Removes the row if it is still as somebody has read it, so that of several servers one ends the
   * subscription and knows the CSeq of its last NOTIFY; else the whole submission is a {@link
   * Journal.Outcome.Conflict}.
   *
   * @param localCseq what the column must be; empty: whatever it is
   * @param remoteCseq what the column must be
   */
  record EndSubscription(DialogId dialog, OptionalLong localCseq, long remoteCseq)
      implements Change {}

  /**
   * Sets status and reason of all of a watcher's dialogs with a presentity and package.
   *
   * @param slots these dialogs are marked as by {@link MarkSubscriptions}; empty: they are not
   */
  record AuthorizeSubscriptions(
      String presentityUri,
      String event,
      String watcherUser,
      String watcherDomain,
      int status,
      String reason,
      OptionalInt slots)
      implements Change {}

  /** Removes watchers that have been pending since before that. */
  record RemovePendingWatchers(long insertedBeforeEpochSeconds) implements Change {}

  /** Writes the row, whether (presentityUri, user, domain, event) exists or not. */
  record PutWatcher(WatcherRow row) implements Change {}

  record RemoveWatcher(String presentityUri, String user, String domain, String event)
      implements Change {}

  /**
   * Rewrites the row of this key, key columns included, if it is there; else the row that has the
   * new key already; else inserts it.
   *
   * @param before the key that the row had when it was written last
   */
  record PutPua(PuaRow.Key before, PuaRow row) implements Change {}

  record RemovePua(PuaRow.Key key) implements Change {}

  /**
   * Moves the row's expiry if it is still as somebody has read it, so that of several servers one
   * refreshes it; else the whole submission is a {@link Journal.Outcome.Conflict}.
   */
  record ClaimPua(PuaRow.Key key, long expires, long newExpires) implements Change {}

  /** Removes rows that have expired before that. */
  record RemoveExpiredPua(long beforeEpochSeconds) implements Change {}

  /** Writes the row, whether its key exists or not. */
  record PutPa(PaRow row) implements Change {}

  record RemovePa(PaRow.Key key) implements Change {}
}
