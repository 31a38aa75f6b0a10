// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets watchers about whom nobody has decided for a day (spec presence 5.5). Engine thread only.
 */
final class PendingWatchers {
  private static final Logger LOG = LoggerFactory.getLogger(PendingWatchers.class);

  private final ModuleContext context;
  private final Journal journal;

  PendingWatchers(final ModuleContext context, final Journal journal) {
    this.context = context;
    this.journal = journal;
  }

  /** Purges now and again after each period. */
  void every(final long millis) {
    context
        .timers()
        .schedule(
            millis,
            () -> {
              purge();
              every(millis);
            });
  }

  /** Forgets those that are due; what the database does not do now it does at the next period. */
  void purge() {
    final long before = context.clock().epochSeconds() - PresenceLimits.PENDING_SECONDS;
    journal.submit(
        List.of(new Change.RemovePendingWatchers(before)),
        outcome -> {
          if (!(outcome instanceof Journal.Outcome.Committed)) {
            LOG.debug("pending watchers are not purged: {}", outcome);
          }
        });
  }
}
