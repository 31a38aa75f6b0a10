// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/**
 * A row of Kamailio's {@code active_watchers} table, version 12 (spec presence 5.1). Strings are
 * empty, not null, where the table has NULL.
 *
 * @param expires epoch seconds
 * @param localCseq the CSeq of the last NOTIFY; where the table is the truth one less, as stock
 *     servers count
 */
public record SubscriptionRow(
    String presentityUri,
    String watcherUser,
    String watcherDomain,
    String toUser,
    String toDomain,
    String fromUser,
    String fromDomain,
    String event,
    String eventId,
    String toTag,
    String fromTag,
    String callId,
    long localCseq,
    long remoteCseq,
    String contact,
    String recordRoute,
    long expires,
    int status,
    String reason,
    int version,
    String socketInfo,
    String localContact,
    int flags,
    String userAgent) {

  /** This row with other NOTIFY counters. */
  public SubscriptionRow withCounters(final long newLocalCseq, final int newVersion) {
    return with(newLocalCseq, remoteCseq, contact, expires, status, reason, newVersion);
  }

  /** This row after a refresh: the dialog's route set, socket and local Contact stay. */
  public SubscriptionRow refreshed(
      final long newRemoteCseq, final String newContact, final long newExpires) {
    return with(localCseq, newRemoteCseq, newContact, newExpires, status, reason, version);
  }

  /** This row with another status; {@code newReason} is empty if there is none. */
  public SubscriptionRow authorized(final int newStatus, final String newReason) {
    return with(localCseq, remoteCseq, contact, expires, newStatus, newReason, version);
  }

  private SubscriptionRow with(
      final long newLocalCseq,
      final long newRemoteCseq,
      final String newContact,
      final long newExpires,
      final int newStatus,
      final String newReason,
      final int newVersion) {
    return new SubscriptionRow(
        presentityUri,
        watcherUser,
        watcherDomain,
        toUser,
        toDomain,
        fromUser,
        fromDomain,
        event,
        eventId,
        toTag,
        fromTag,
        callId,
        newLocalCseq,
        newRemoteCseq,
        newContact,
        recordRoute,
        newExpires,
        newStatus,
        newReason,
        newVersion,
        socketInfo,
        localContact,
        flags,
        userAgent);
  }
}
