// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a request ended. What a reply says beside code and reason is only there if {@link
 * OutgoingRequest#wantsReply}, as it stands in the message; it comes from a stranger.
 *
 * @param code 200 to 699
 * @param xavps what the event route has set of {@link KamailioModule#answerRoutes}, numbers only
 * @param local whether nobody has answered and the code was made up
 * @param etag SIP-ETag, verbatim
 * @param expires Expires, verbatim
 * @param contact URI of the first Contact
 * @param recordRoute the Record-Route entries joined by commas, header order; empty string if none
 * @param retryAfter Retry-After, verbatim
 * @param minExpires Min-Expires, verbatim
 * @param challenges bodies of a 401's WWW-Authenticate or a 407's Proxy-Authenticate, verbatim
 */
public record FinalReply(
    int code,
    String reason,
    Map<String, Long> xavps,
    boolean local,
    Optional<String> etag,
    Optional<String> expires,
    Optional<String> contact,
    Optional<String> fromUri,
    Optional<String> toUri,
    Optional<String> toTag,
    OptionalLong cseq,
    String recordRoute,
    Optional<String> retryAfter,
    Optional<String> minExpires,
    List<String> challenges) {

  public FinalReply {
    challenges = List.copyOf(challenges);
  }

  /** Nobody has answered. */
  public static FinalReply silence(final String why) {
    return new FinalReply(
        408,
        why,
        Map.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
