// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stores one big document after the other until it is killed, and prints what became of each. */
final class FillingWriter {
  private static final int BODY = 20_000;
  private static final int PAUSE_MILLIS = 20;

  private FillingWriter() {}

  public static void main(final String[] arguments) throws StorageException, InterruptedException {
    final ExecutorService engine = Executors.newSingleThreadExecutor();
    final EventStateStore store =
        new JdbcStoreFactory(engine)
            .open(
                new StoreSettings(
                    arguments[0],
                    "presentity",
                    "active_watchers",
                    "watchers",
                    true,
                    true,
                    500,
                    Optional.empty()));
    final Random random = new Random(1);
    final byte[] body = new byte[BODY];
    for (int i = 1; true; i++) {
      random.nextBytes(body);
      final int number = i;
      final Change put =
          new Change.PutPublication(
              new PublicationRow(
                  "u" + i, "d", "presence", "e", -1, 1, body.clone(), "", 0, "r" + i));
      engine.execute(
          () ->
              store
                  .journal()
                  .submit(
                      List.of(put),
                      outcome ->
                          System.out.println(outcome.getClass().getSimpleName() + " " + number)));
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
