// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import io.kamjvm.sip.DialogId;
import java.util.List;
import java.util.Optional;

/**
 * A question to the tables, for the modes in which they are the truth ({@code publ_cache} 0, {@code
 * subs_db_mode} 3) and for what other programs write into them.
 *
 * @param <T> what the answer is
 */
public sealed interface Query<T> {

  /** All documents of a presentity and package, in the order of {@code retrieve_order}. */
  record PublicationsOf(String user, String domain, String event)
      implements Query<List<PublicationRow>> {}

  /**
   * Documents whose expiry has passed ({@code 0 < expires < now}), by user name.
   *
   * @param limit most rows
   */
  record ExpiredPublications(long nowEpochSeconds, int limit)
      implements Query<List<PublicationRow>> {}

  /** One dialog's subscription. */
  record SubscriptionOf(DialogId dialog) implements Query<Optional<SubscriptionRow>> {}

  /** All subscriptions to a presentity and package, expired ones too. */
  record SubscriptionsOf(String presentityUri, String event)
      implements Query<List<SubscriptionRow>> {}

  /** Subscriptions that are marked for notification with this slot ({@code updated}). */
  record MarkedSubscriptions(int slot) implements Query<List<SubscriptionRow>> {}

  /** How many subscriptions to a presentity and package are marked ({@code updated} is not -1). */
  record MarkedOf(String presentityUri, String event) implements Query<Integer> {}

  /** Subscriptions with {@code expires < before}, oldest first. */
  record ExpiredSubscriptions(long beforeEpochSeconds, int limit)
      implements Query<List<SubscriptionRow>> {}

  /**
   * Takes the right to send the next NOTIFY in each of these dialogs: in one transaction {@code
   * local_cseq} and {@code version} rise by one and {@code updated} becomes -1. Two servers never
   * get the same CSeq.
   *
   * <p>After {@link TableReader.Result.Unavailable} it is not known whether the turns were taken
   * and the marks are gone: to repeat the question without {@code marked} costs at most a CSeq.
   *
   * @param marked only rows whose {@code updated} is this; empty: whatever it is
   * @param nowEpochSeconds only rows that expire after this: in others no NOTIFY but the last
   *     follows, which needs no turn
   * @return the rows as they are now: the NOTIFY to be sent has the document's number {@code
   *     version} and a CSeq of {@code local_cseq} + 1, as stock servers count; those that do not
   *     exist (or are not marked so any more, or have expired) are missing
   */
  record TakeTurns(List<DialogId> dialogs, Optional<Integer> marked, long nowEpochSeconds)
      implements Query<List<SubscriptionRow>> {}

  /** All authorisation states of a presentity and package. */
  record WatchersOf(String presentityUri, String event) implements Query<List<WatcherRow>> {}

  /** One watcher's authorisation state. */
  record WatcherOf(String presentityUri, String user, String domain, String event)
      implements Query<Optional<WatcherRow>> {}

  /** Everything that the event-state client holds for a presentity, newest first. */
  record PuaOf(String presentityUri) implements Query<List<PuaRow>> {}

  /** The client's dialogs of a Call-ID. */
  record PuaOfCall(String callId) implements Query<List<PuaRow>> {}

  /** Everything that the client holds under an id. */
  record PuaWithId(String id) implements Query<List<PuaRow>> {}

  /** Everything of the client's that a source has asked for; {@code flag} as stored. */
  record PuaOfFlag(int flag) implements Query<List<PuaRow>> {}

  /** What of the client's has {@code expires < before}, oldest first. */
  record ExpiringPua(long beforeEpochSeconds, int limit) implements Query<List<PuaRow>> {}

  /** A user's XCAP document of this type ({@code doc_type}); the oldest row where several. */
  record XcapDocumentOf(int type, String user, String domain) implements Query<Optional<byte[]>> {}

  /** The XCAP document of this type with this {@code doc_uri}. */
  record XcapDocumentAt(int type, String uri) implements Query<Optional<byte[]>> {}
}
