// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.sip.DeltaSeconds;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the other side wants to have before it accepts a SUBSCRIBE: a longer time, credentials. Each
 * is given once per request.
 */
final class Negotiation {
  private static final int UNAUTHORIZED = 401;
  private static final int PROXY_UNAUTHORIZED = 407;
  private static final int TOO_BRIEF = 423;

  private final B2bParameters parameters;
  private long expires;
  private Optional<String> authorization = Optional.empty();
  private boolean raised;

  Negotiation(final B2bParameters parameters) {
    this.parameters = parameters;
    this.expires = parameters.defaultExpiration();
  }

  /** Seconds to ask for. */
  long expires() {
    return expires;
  }

  /** A whole header line; empty string if none. */
  String authorization() {
    return authorization.orElse("");
  }

  /** The next request is another one. */
  void reset() {
    authorization = Optional.empty();
    raised = false;
  }

  /** Whether it is a refusal that is no last word. */
  static boolean negotiable(final FinalReply reply) {
    return !reply.local()
        && (reply.code() == UNAUTHORIZED
            || reply.code() == PROXY_UNAUTHORIZED
            || reply.code() == TOO_BRIEF);
  }

  /** Whether the request can be repeated as the reply wants it. */
  boolean answers(final FinalReply reply, final String requestUri) {
    if (!negotiable(reply)) {
      return false;
    }
    return reply.code() == TOO_BRIEF ? raise(reply) : authorize(reply, requestUri);
  }

  private boolean raise(final FinalReply reply) {
    final OptionalLong least =
        reply.minExpires().map(DeltaSeconds::parse).orElse(OptionalLong.empty());
    if (raised || least.isEmpty() || least.getAsLong() <= expires) {
      return false;
    }
    raised = true;
    expires = least.getAsLong();
    return true;
  }

  private boolean authorize(final FinalReply reply, final String requestUri) {
    if (authorization.isPresent() || parameters.credentials().isEmpty()) {
      return false;
    }
    authorization =
        reply.challenges().stream()
            .flatMap(
                challenge ->
                    Digest.answer(
                        challenge, "SUBSCRIBE", requestUri, parameters.credentials().get())
                        .stream())
            .findFirst()
            .map(
                answer ->
                    (reply.code() == UNAUTHORIZED ? "Authorization: " : "Proxy-Authorization: ")
                        + answer
                        + "\r\n");
    return authorization.isPresent();
  }
}
