// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipRequest;
import java.util.Map;
import java.util.Optional;

/** Our Contact URI (spec presence 7.6). */
final class LocalContact {
  private static final Map<String, String> IN_REPLIES =
      Map.of("tcp", "tcp", "tls", "tls", "sctp", "sctp", "ws", "ws", "wss", "ws");
  private static final Map<String, String> IN_NOTIFIES =
      Map.of("tcp", "tcp", "tls", "tls", "sctp", "sctp");

  private LocalContact() {}

  /** What is stored with the dialog. */
  static String stored(final SipRequest request, final Optional<String> serverAddress) {
    return serverAddress.orElseGet(
        () ->
            request.socketUri()
                + ";transport="
                + (request.proto().equals("wss") ? "ws" : request.proto()));
  }

  /** What the 2xx shows. */
  static String inReply(final String stored, final String proto) {
    return withTransport(stored, IN_REPLIES.get(proto));
  }

  /** What a NOTIFY shows. */
  static String inNotify(final LocalPath path) {
    final int colon = path.socket().indexOf(':');
    final String proto = colon < 0 ? "" : path.socket().substring(0, colon);
    return withTransport(path.contact(), IN_NOTIFIES.get(proto));
  }

  private static String withTransport(final String contact, final String transport) {
    return transport == null || contact.contains(";transport=")
        ? contact
        : contact + ";transport=" + transport;
  }
}
