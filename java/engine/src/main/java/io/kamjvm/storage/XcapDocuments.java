// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.Optional;

/**
 * The documents in an {@code xcap} table (spec event-packages 2.11). Questions block, at most some
 * 2 seconds; any thread but the engine's.
 */
public interface XcapDocuments extends AutoCloseable {

  /** {@code doc_type} of rules (RFC 5025). */
  int PRES_RULES = 2;

  /** {@code doc_type} of hard state (RFC 4827). */
  int PIDF_MANIPULATION = 16;

  /**
   * The document of a user, whatever its name; the oldest row where there are several.
   *
   * @return empty when there is none; an empty array when its row has no text
   * @throws StorageException when the database can not tell
   */
  Optional<byte[]> ofUser(int type, String user, String domain) throws StorageException;

  /**
   * The document with this {@code doc_uri}.
   *
   * @return empty when there is none
   * @throws StorageException when the database can not tell
   */
  Optional<byte[]> at(int type, String uri) throws StorageException;

  @Override
  void close();
}
