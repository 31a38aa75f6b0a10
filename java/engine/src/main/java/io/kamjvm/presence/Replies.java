// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;
import java.util.List;

/** The replies of spec presence 6.1 and 7.1. */
final class Replies {
  private Replies() {}

  static SipReply badRequest() {
    return new SipReply(400, "Bad request");
  }

  static SipReply invalidRequest() {
    return new SipReply(400, "Invalid request");
  }

  static SipReply internalError() {
    return new SipReply(500, "Server Internal Error");
  }

  static SipReply conditionFailed() {
    return new SipReply(412, "Conditional request failed");
  }

  static SipReply tooLarge() {
    return new SipReply(413, "Request Entity Too Large");
  }

  static SipReply noSubscription() {
    return new SipReply(481, "Subscription does not exist");
  }

  static SipReply badEvent(final EventPackages packages) {
    return new SipReply(489, "Bad Event", List.of(packages.allowEvents()));
  }

  static SipReply tooBrief(final long minimum) {
    return new SipReply(423, "Interval Too Brief", List.of("Min-Expires: " + minimum));
  }

  static SipReply published(final long expires, final String etag) {
    return new SipReply(200, "OK", List.of("Expires: " + expires, "SIP-ETag: " + etag));
  }

  static SipReply subscribed(final int code, final long expires, final String contact) {
    return new SipReply(code, "OK", List.of("Expires: " + expires, "Contact: <" + contact + ">"));
  }
}
