// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** What {@code $subs(name)} shows (spec presence 3.1). Times in seconds. */
public record SubscriptionView(
    String presUri,
    String toUser,
    String toDomain,
    String fromUser,
    String fromDomain,
    String watcherUser,
    String watcherDomain,
    String event,
    String eventId,
    String toTag,
    String fromTag,
    String callId,
    long remoteCseq,
    long localCseq,
    String contact,
    String localContact,
    String recordRoute,
    long expires,
    int status,
    String reason,
    int version,
    int flags,
    String userAgent,
    String socket) {}
