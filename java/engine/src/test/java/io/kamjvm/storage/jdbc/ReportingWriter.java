// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import java.util.Optional;

/** A process of its own that commits and reports; its observer looks at its system calls. */
final class ReportingWriter {
  private ReportingWriter() {}

  /**
   * @param arguments db_url, number of commits
   */
  public static void main(final String[] arguments) throws StorageException {
    final StoreSettings settings =
        new StoreSettings(
            arguments[0],
            "presentity",
            "active_watchers",
            "watchers",
            true,
            true,
            500,
            Optional.empty());
    try (EngineThread engine = new EngineThread();
        EventStateStore store = new JdbcStoreFactory(engine).open(settings)) {
      for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
        final Outcome outcome =
            engine.settle(
                store.journal(),
                new Change.PutPublication(Rows.publication("u" + i, "e", "body " + i)));
        if (!(outcome instanceof Outcome.Committed)) {
          throw new IllegalStateException(outcome.toString());
        }
        System.out.println("COMMITTED " + i);
      }
    }
  }
}
