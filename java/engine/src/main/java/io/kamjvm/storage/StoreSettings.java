// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.Optional;

/**
 * Which database and tables to use.
 *
 * @param dbUrl as in the cfg: {@code postgres://}, {@code mysql://}, {@code sqlite://}, {@code
 *     h2://} or {@code jdbc:}
 * @param publications whether {@code presentity} is used
 * @param subscriptions whether {@code active_watchers} is used
 * @param fetchRows rows per fetch
 * @param orderBy SQL's ORDER BY list for the documents of a presentity ({@code retrieve_order_by});
 *     empty: by {@code received_time}
 */
public record StoreSettings(
    String dbUrl,
    String presentityTable,
    String activeWatchersTable,
    String watchersTable,
    boolean publications,
    boolean subscriptions,
    int fetchRows,
    Optional<String> orderBy) {}
