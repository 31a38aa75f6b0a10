// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.SipRequest;

/** Checks that PUBLISH and SUBSCRIBE share. */
final class RequestChecks {
  private RequestChecks() {}

  /** Headers parse, Event is there, parses and is known (spec presence 6.1 #1 to #4). */
  static EventPackage eventPackage(final SipRequest request, final EventPackages packages)
      throws RequestRefusedException {
    if (request.malformed().contains("headers")) {
      throw new RequestRefusedException(Replies.badRequest(), "headers do not parse");
    }
    if (request.eventText().map(String::isBlank).orElse(true)) {
      throw new RequestRefusedException(Replies.badEvent(packages), "no Event");
    }
    if (request.event().isEmpty()) {
      throw new RequestRefusedException(Replies.badRequest(), "Event does not parse");
    }
    return packages
        .find(request.event().get())
        .orElseThrow(
            () -> new RequestRefusedException(Replies.badEvent(packages), "unknown Event"));
  }

  /** The host of a Request-URI that parses and fits its columns. */
  static String requestHost(final SipRequest request) throws RequestRefusedException {
    final String host = request.requestHost().orElse("");
    if (host.isEmpty()) {
      throw new RequestRefusedException(Replies.badRequest(), "the Request-URI does not parse");
    }
    fits(host, PresenceLimits.NAME_LENGTH, "the Request-URI's host");
    fits(request.requestUser().orElse(""), PresenceLimits.NAME_LENGTH, "the Request-URI's user");
    return host;
  }

  /** The text fits its column. */
  static void fits(final String text, final int most, final String what)
      throws RequestRefusedException {
    if (text.length() > most) {
      throw new RequestRefusedException(
          Replies.badRequest(), what + " has more than " + most + " characters");
    }
  }
}
