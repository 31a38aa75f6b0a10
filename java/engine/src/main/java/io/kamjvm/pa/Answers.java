// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import java.util.List;
import java.util.Map;

/** The replies of spec pa 1.6. */
final class Answers {
  private static final Map<String, String> TRANSPORTS =
      Map.of("tcp", "tcp", "tls", "tls", "sctp", "sctp", "ws", "ws", "wss", "ws");

  private Answers() {}

  static RefusedException badRequest(final String why) {
    return new RefusedException(new SipReply(400, "Bad Request"), why);
  }

  static RefusedException badEvent(final List<PaEvent> offered) {
    final List<String> names = offered.stream().map(PaEvent::packageName).toList();
    return new RefusedException(
        new SipReply(
            489, "Unsupported event package", List.of("Allow-Events: " + String.join(", ", names))),
        "unsupported event package");
  }

  static RefusedException notAcceptable() {
    return new RefusedException(
        new SipReply(406, "Not Acceptable"), "no document format that the watcher takes");
  }

  static RefusedException unsupportedType() {
    return new RefusedException(
        new SipReply(
            415,
            "Unsupported document format",
            List.of("Accept: application/pidf+xml, application/cpim-pidf+xml")),
        "unsupported document format");
  }

  static RefusedException conditionFailed() {
    return new RefusedException(
        new SipReply(412, "Conditional Request Failed"), "no publication with this entity-tag");
  }

  static RefusedException forbidden() {
    return new RefusedException(new SipReply(403, "Forbidden"), "the watcher is rejected");
  }

  static RefusedException noSubscription() {
    return new RefusedException(
        new SipReply(481, "Subscription does not exist"), "no such subscription");
  }

  static RefusedException internalError(final String why) {
    return new RefusedException(new SipReply(500, "Server Internal Error"), why);
  }

  static SipReply subscribed(final boolean pending, final long expires, final String contact) {
    return new SipReply(
        pending ? 202 : 200,
        pending ? "Accepted" : "OK",
        List.of("Expires: " + expires, "Contact: <" + contact + ">"));
  }

  static SipReply published(final long expires, final String etag, final String contact) {
    return new SipReply(
        200,
        "OK",
        List.of("Expires: " + expires, "SIP-ETag: " + etag, "Contact: <" + contact + ">"));
  }

  /** Our Contact: where the request has come in. */
  static String contact(final SipRequest request) {
    final String transport = TRANSPORTS.get(request.proto());
    return transport == null
        ? request.socketUri()
        : request.socketUri() + ";transport=" + transport;
  }
}
