// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A publication for which no PUBLISH has come: another module of this engine makes it. Immutable.
 *
 * @param user of the presentity
 * @param host of the presentity
 * @param etag of the publication that it continues
 * @param expires seconds; 0 takes it back
 * @param body empty prolongs
 */
public record OwnPublication(
    String eventPackage,
    String user,
    String host,
    Optional<String> etag,
    long expires,
    Optional<byte[]> body,
    String contentType) {

  /**
   * What became of it, as a PUBLISH would have been answered.
   *
   * @param etag of the publication now
   * @param minExpires of a 423
   */
  public record Outcome(int code, Optional<String> etag, OptionalLong minExpires) {}
}
