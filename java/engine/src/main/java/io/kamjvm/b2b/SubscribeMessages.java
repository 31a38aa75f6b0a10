// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.sip.RouteSet;
import java.util.Optional;

/** SUBSCRIBE as it leaves (spec pa-and-b2b 2.5). */
final class SubscribeMessages {
  private static final byte[] EMPTY = {};

  private final B2bParameters parameters;
  private final Optional<String> nextHop;

  SubscribeMessages(final B2bParameters parameters) {
    this.parameters = parameters;
    this.nextHop =
        parameters
            .outboundProxy()
            .or(
                () ->
                    RouteSet.split(parameters.route()).stream()
                        .findFirst()
                        .flatMap(NameAddress::uri));
  }

  /**
   * Proxy and route are for the first request only; afterwards the dialog knows its way.
   *
   * @param dialog its CSeq is that of this request
   * @param authorization a whole header line or nothing
   */
  OutgoingRequest subscribe(
      final SubKey key,
      final EventDialog dialog,
      final long expires,
      final boolean redirected,
      final String authorization,
      final boolean slow) {
    final boolean first = !dialog.confirmed();
    final StringBuilder headers = new StringBuilder(256);
    if (first && !parameters.route().isEmpty()) {
      headers.append("Route: ").append(parameters.route()).append("\r\n");
    }
    headers.append("Event: ").append(key.eventPackage()).append("\r\nMax-Forwards: 70\r\n");
    headers.append(parameters.headers()).append(authorization);
    headers.append("Expires: ").append(expires).append("\r\n");
    if (first && redirected) {
      headers.append("P-Hint: trying new subscription after 3xx\r\n");
    }
    return new OutgoingRequest(
        "SUBSCRIBE",
        dialog.callId(),
        key.subscriber(),
        dialog.localTag(),
        key.record(),
        dialog.remoteTag().orElse(""),
        dialog.target(),
        dialog.routeSet(),
        dialog.cseq() - 1,
        Optional.empty(),
        headers.toString(),
        EMPTY,
        Optional.empty(),
        slow,
        Optional.empty(),
        first ? nextHop : Optional.empty(),
        true,
        true);
  }
}
