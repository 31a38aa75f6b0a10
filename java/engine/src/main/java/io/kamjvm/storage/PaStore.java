// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.function.Consumer;

/** Where {@code pa} keeps what was published and who watches. */
public interface PaStore extends AutoCloseable {

  /** All rows, in the order of insertion; the consumer runs on the caller. At start only. */
  void loadPa(PaTable table, Consumer<PaRow> consumer) throws StorageException;

  /** The one journal of this store. */
  Journal journal();

  /** Writes what was submitted, at most {@code timeoutMillis}, and closes. */
  void close(long timeoutMillis);

  @Override
  default void close() {
    close(10_000);
  }
}
