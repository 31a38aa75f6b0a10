// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/**
 * A row of Kamailio's {@code presentity} table, version 5 (spec presence 5.1).
 *
 * @param expires epoch seconds; -1 for hard state
 * @param receivedTime epoch seconds
 * @param sender empty string if none
 * @param ruid unique record id
 */
public record PublicationRow(
    String user,
    String domain,
    String event,
    String etag,
    long expires,
    long receivedTime,
    byte[] body,
    String sender,
    int priority,
    String ruid) {}
