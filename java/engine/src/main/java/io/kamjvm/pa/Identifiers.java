// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.ServerFacts;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Entity-tags and ids that no engine of this, an earlier or another Kamailio gives. Engine thread
 * only.
 */
final class Identifiers {
  private final String prefix;
  private long counter;

  Identifiers(final ServerFacts facts) {
    final CRC32 server = new CRC32();
    server.update(String.join(" ", facts.listen()).getBytes(StandardCharsets.UTF_8));
    this.prefix =
        Long.toHexString(facts.startTime())
            + "-"
            + Long.toHexString(server.getValue())
            + "-"
            + Integer.toHexString(facts.epoch())
            + "-";
  }

  /** The next one; begins with a letter, as XML ids do. */
  String next() {
    return "a" + prefix + Long.toHexString(++counter);
  }
}
