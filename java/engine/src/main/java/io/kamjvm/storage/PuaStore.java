// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.function.Consumer;

/** Where the event-state client keeps its records. */
public interface PuaStore extends AutoCloseable {

  /** All rows, in the order of insertion; the consumer runs on the caller. At start only. */
  void loadPua(Consumer<PuaRow> consumer) throws StorageException;

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
