// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;

/**
 * Fills {@code active_watchers}: a few subscriptions are made by SUBSCRIBEs, the others are copies
 * of their rows with Call-IDs of their own.
 */
final class StoredSubscriptions {
  /** Made by SUBSCRIBEs. */
  static final int MADE = 200;

  private static final int BYTES_IN_HEAP = 3_000;
  private static final int LEAST_HEAP_MEGABYTES = 512;

  /** Columns of the stock table that copies share with their original. */
  private static final String COLUMNS =
      "presentity_uri, watcher_username, watcher_domain, to_user, to_domain, event, event_id,"
          + " to_tag, from_tag, local_cseq, remote_cseq, contact, record_route, expires, status,"
          + " reason, version, socket_info, local_contact, from_user, from_domain, updated,"
          + " updated_winfo, flags, user_agent";

  private StoredSubscriptions() {}

  /** PostgreSQL, and a heap for so many. */
  static Setup setup(final int subscriptions) {
    final int heap =
        Math.max(LEAST_HEAP_MEGABYTES, (int) ((long) subscriptions * BYTES_IN_HEAP >> 20));
    return Setup.of(Storage.WRITE_BACK).onlyOurs("jvm_options", "-Xmx" + heap + "m");
  }

  /** Starts a Kamailio for the first of them, stops it, and copies their rows. */
  static void fill(
      final Databases databases,
      final Setup setup,
      final ModuleSet side,
      final String url,
      final int subscriptions) {
    try (KamailioProcess kamailio = KamailioProcess.start(setup.config(side, url))) {
      LoadGenerator.run(
          Load.of("subscribe").with("operations", MADE).with("presentities", MADE / 10),
          kamailio.port(),
          LoadGenerator.NOBODY);
    }
    databases.execute(
        url,
        "INSERT INTO active_watchers ("
            + COLUMNS
            + ", callid) SELECT "
            + COLUMNS
            + ", callid || '-' || g FROM active_watchers, generate_series(1, "
            + (subscriptions / MADE - 1)
            + ") g",
        "ANALYZE active_watchers");
  }
}
