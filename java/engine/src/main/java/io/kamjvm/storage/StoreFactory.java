// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** Opens databases. Blocks: for the start-up stages only. */
public interface StoreFactory {

  /**
   * Connects, checks table versions and opens the journal.
   *
   * @throws StorageException when anything of it fails; the message names scheme, host or file,
   *     table and version, never a password
   */
  EventStateStore open(StoreSettings settings) throws StorageException;
}
