// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a request that an order has caused ended.
 *
 * @param code 200 to 699
 * @param local whether nobody has answered: time-out, or it could not be sent
 * @param etag the SIP-ETag of a 2xx
 * @param expires the granted seconds of a 2xx
 */
public record FinalAnswer(
    int code, String reason, boolean local, Optional<String> etag, OptionalLong expires) {

  /** Nobody has answered. */
  static FinalAnswer silence() {
    return new FinalAnswer(408, "Request Timeout", true, Optional.empty(), OptionalLong.empty());
  }

  boolean successful() {
    return code < 300 && !local;
  }
}
