// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Table {@code xcap}: one document of rules per user. */
final class FakeXcap implements XcapDocuments {
  final Map<String, String> rules = new HashMap<>();
  boolean down;
  int asked;

  @Override
  public Optional<byte[]> ofUser(final int type, final String user, final String domain)
      throws StorageException {
    asked++;
    if (down) {
      throw new StorageException("down");
    }
    return Optional.ofNullable(rules.get(user + "@" + domain))
        .map(r -> r.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> at(final int type, final String uri) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
