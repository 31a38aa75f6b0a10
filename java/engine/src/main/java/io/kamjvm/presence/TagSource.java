// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.sip.EntityTag;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Entity-tags and record ids that no engine of this, an earlier or another Kamailio gives: several
 * servers may share a table and may have been started in the same second. Engine thread only.
 */
final class TagSource {
  private static final long EPOCHS = 100_000;

  private final long start;
  private final long process;
  private long counter;

  TagSource(final ServerFacts facts) {
    final CRC32 server = new CRC32();
    server.update(String.join(" ", facts.listen()).getBytes(StandardCharsets.UTF_8));
    this.start = facts.startTime();
    this.process = server.getValue() * EPOCHS + facts.epoch() % EPOCHS;
  }

  EntityTag newTag() {
    return EntityTag.first(start, process, ++counter);
  }

  /** As stock's, {@code pres-} and hexadecimal numbers. */
  String newRuid() {
    return "pres-"
        + Long.toHexString(start)
        + "-"
        + Long.toHexString(process)
        + "-"
        + Long.toHexString(++counter);
  }
}
