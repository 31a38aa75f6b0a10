// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.SipUri;
import java.util.Locale;
import java.util.Optional;

/**
 * Who is watched (spec pa 1.5).
 *
 * @param uri {@code sip:user@host}, as first seen
 */
record PresentityAddress(String user, String host, String uri) {

  /** Of the Request-URI; of To when that has no user; empty when neither has one. */
  static Optional<PresentityAddress> of(final SipRequest request) {
    final Optional<PresentityAddress> asked =
        make(request.requestUri(), request.requestUser(), request.requestHost());
    return asked.isPresent() ? asked : of(request.to());
  }

  /** Of a From or To. */
  static Optional<PresentityAddress> of(final SipRequest.Party party) {
    return make(party.uri().orElse(""), party.user(), party.host());
  }

  private static Optional<PresentityAddress> make(
      final String uri, final Optional<String> user, final Optional<String> host) {
    return user.filter(u -> !u.isEmpty())
        .flatMap(
            u ->
                host.filter(h -> !h.isEmpty())
                    .map(h -> new PresentityAddress(u, h, scheme(uri) + u + "@" + h)));
  }

  private static String scheme(final String uri) {
    return uri.toLowerCase(Locale.ROOT).startsWith("sips:") ? "sips:" : "sip:";
  }

  /** Reads a SIP URI or {@code user@host}. */
  static Optional<PresentityAddress> parse(final String text) {
    final boolean bare = !text.contains(":") || text.indexOf('@') < text.indexOf(':');
    return SipUri.parse(bare ? "sip:" + text : text)
        .filter(u -> !u.user().isEmpty())
        .map(
            u ->
                new PresentityAddress(
                    u.user(), u.host(), u.scheme() + ":" + u.user() + "@" + u.host()));
  }

  /** What tells presentities of a domain apart. */
  String key() {
    return (user + "@" + host).toLowerCase(Locale.ROOT);
  }
}
