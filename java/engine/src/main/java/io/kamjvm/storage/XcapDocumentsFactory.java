// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** Opens {@code xcap} tables. Blocks: for the start-up stages only. */
public interface XcapDocumentsFactory {

  /**
   * Connects and checks the table's version.
   *
   * @param dbUrl as in the cfg, see {@link StoreSettings}
   * @param table its name in that database
   * @throws StorageException when anything of it fails; the message names scheme, host or file,
   *     table and version, never a password
   */
  XcapDocuments open(String dbUrl, String table) throws StorageException;
}
