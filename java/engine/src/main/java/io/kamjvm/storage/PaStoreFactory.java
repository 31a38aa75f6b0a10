// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** Opens databases. Blocks: for the start-up stages only. */
@FunctionalInterface
public interface PaStoreFactory {

  /**
   * Connects, checks the tables' versions and opens the journal.
   *
   * @param dbUrl as in the cfg
   * @throws StorageException when anything of it fails; the message names scheme, host or file,
   *     table and version, never a password
   */
  PaStore openPa(String dbUrl, PaNames names) throws StorageException;
}
