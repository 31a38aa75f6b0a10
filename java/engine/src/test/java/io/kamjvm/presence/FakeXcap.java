// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Table {@code xcap} in memory. */
final class FakeXcap implements XcapDocuments {

  /** Rules by {@code user@domain}. */
  final Map<String, String> rules = new HashMap<>();

  /** Hard state by {@code doc_uri}. */
  final Map<String, String> hardStates = new HashMap<>();

  boolean unavailable;
  int asked;

  /** What happens once, when something was read and before the reader has it. */
  Runnable meanwhile = () -> {};

  @Override
  public Optional<byte[]> ofUser(final int type, final String user, final String domain)
      throws StorageException {
    return type == PRES_RULES ? answer(rules.get(user + "@" + domain)) : Optional.empty();
  }

  @Override
  public Optional<byte[]> at(final int type, final String uri) throws StorageException {
    return type == PIDF_MANIPULATION ? answer(hardStates.get(uri)) : Optional.empty();
  }

  private Optional<byte[]> answer(final String text) throws StorageException {
    asked++;
    if (unavailable) {
      throw new StorageException("down");
    }
    final Runnable now = meanwhile;
    meanwhile = () -> {};
    now.run();
    return Optional.ofNullable(text).map(t -> t.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {}
}
