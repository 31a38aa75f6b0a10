// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/**
 * Which database and tables to use.
 *
 * @param dbUrl as in the cfg: {@code postgres://}, {@code mysql://}, {@code sqlite://}, {@code
 *     h2://} or {@code jdbc:}
 * @param publications whether {@code presentity} is used
 * @param subscriptions whether {@code active_watchers} is used
 * @param fetchRows rows per fetch
 */
public record StoreSettings(
    String dbUrl,
    String presentityTable,
    String activeWatchersTable,
    String watchersTable,
    boolean publications,
    boolean subscriptions,
    int fetchRows) {}
