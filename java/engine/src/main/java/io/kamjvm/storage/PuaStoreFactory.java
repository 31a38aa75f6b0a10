// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** Opens databases. Blocks: for the start-up stages only. */
@FunctionalInterface
public interface PuaStoreFactory {

  /**
   * Connects, checks the table's version and opens the journal.
   *
   * @param dbUrl as in the cfg
   * @param table the name of table {@code pua}
   * @param fetchRows rows per fetch
   * @throws StorageException when anything of it fails; the message names scheme, host or file,
   *     table and version, never a password
   */
  PuaStore openPua(String dbUrl, String table, int fetchRows) throws StorageException;
}
