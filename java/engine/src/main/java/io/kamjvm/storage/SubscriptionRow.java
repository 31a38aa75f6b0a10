// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/**
 * A row of Kamailio's {@code active_watchers} table, version 12 (spec presence 5.1). Strings are
 * empty, not null, where the table has NULL.
 *
 * @param expires epoch seconds
 * @param localCseq the CSeq of the last NOTIFY
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
    String userAgent) {}
