// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.function.Consumer;

/** Where event state is kept. Opening and loading happen at start, before the engine serves. */
public interface EventStateStore extends AutoCloseable {

  /** Rows whose expiry has not passed (or is -1), in no order; the consumer runs on the caller. */
  void loadPublications(long nowEpochSeconds, Consumer<PublicationRow> consumer)
      throws StorageException;

  /** Rows whose expiry has not passed. */
  void loadSubscriptions(long nowEpochSeconds, Consumer<SubscriptionRow> consumer)
      throws StorageException;

  /** All rows. */
  void loadWatchers(Consumer<WatcherRow> consumer) throws StorageException;

  /** The one journal of this store. */
  Journal journal();

  /** Answers questions while the engine serves. */
  TableReader reader();

  /** Writes what was submitted, at most {@code timeoutMillis}, and closes. */
  void close(long timeoutMillis);

  @Override
  default void close() {
    close(10_000);
  }
}
