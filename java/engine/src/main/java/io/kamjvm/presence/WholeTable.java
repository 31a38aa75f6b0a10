// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import java.util.function.Predicate;

/** The table of documents from its first row to its last. Blocks: for background threads. */
final class WholeTable {
  private static final long ALL = 0;

  /** Ends a load whose consumer has seen enough. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super(null, null, false, false);
    }
  }

  private final EventStateStore store;

  WholeTable(final EventStateStore store) {
    this.store = store;
  }

  /**
   * Reads all rows, those that have expired too.
   *
   * @param consumer runs on the caller; returns false when it has seen enough
   */
  void load(final Predicate<PublicationRow> consumer) throws StorageException {
    try {
      store.loadPublications(
          ALL,
          row -> {
            if (!consumer.test(row)) {
              throw new EnoughException();
            }
          });
    } catch (final EnoughException e) {
      // as wanted
    }
  }
}
