// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** A row of Kamailio's {@code watchers} table, version 3; {@code insertedTime} in epoch seconds. */
public record WatcherRow(
    String presentityUri,
    String watcherUser,
    String watcherDomain,
    String event,
    int status,
    String reason,
    long insertedTime) {}
