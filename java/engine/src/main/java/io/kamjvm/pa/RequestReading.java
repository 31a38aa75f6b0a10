// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipRequest;
import java.util.List;
import java.util.Optional;

/** Checks that SUBSCRIBE and PUBLISH share (spec pa 1.4, 1.9). */
final class RequestReading {
  private static final int MOST_DIGITS = 10;

  private RequestReading() {}

  /** Headers and From parse. */
  static void wellFormed(final SipRequest request) throws RefusedException {
    if (request.malformed().contains("headers")) {
      throw Answers.badRequest("headers do not parse");
    }
    if (request.from().host().map(String::isEmpty).orElse(true)) {
      throw Answers.badRequest("From does not parse");
    }
  }

  /** The package, which must be among those offered. */
  static PaEvent event(final SipRequest request, final List<PaEvent> offered)
      throws RefusedException {
    if (request.eventText().map(String::isBlank).orElse(true)) {
      throw Answers.badEvent(offered);
    }
    if (request.event().isEmpty()) {
      throw Answers.badRequest("Event does not parse");
    }
    return PaEvent.named(request.event().get().name())
        .filter(offered::contains)
        .orElseThrow(() -> Answers.badEvent(offered));
  }

  /** Seconds granted. */
  static long expires(final SipRequest request, final long otherwise, final long most)
      throws RefusedException {
    final Optional<String> header = request.expires().map(String::strip);
    if (header.isEmpty()) {
      return Math.min(otherwise, most);
    }
    final String text = header.get();
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw Answers.badRequest("Expires is no number");
    }
    return text.length() > MOST_DIGITS ? most : Math.min(Long.parseLong(text), most);
  }

  /** Whom it is about. */
  static PresentityAddress presentity(final SipRequest request) throws RefusedException {
    final PresentityAddress address =
        PresentityAddress.of(request)
            .orElseThrow(() -> Answers.badRequest("neither Request-URI nor To has a user"));
    fits(address.user(), PaLimits.NAME, "the user");
    fits(address.host(), PaLimits.NAME, "the host");
    return address;
  }

  /** The text fits its column. */
  static String fits(final String text, final int most, final String what) throws RefusedException {
    if (text.length() > most) {
      throw Answers.badRequest(what + " has more than " + most + " characters");
    }
    return text;
  }

  /** A value that must be there. */
  static String required(final Optional<String> value, final int most, final String what)
      throws RefusedException {
    final String text =
        value
            .filter(v -> !v.isEmpty())
            .orElseThrow(() -> Answers.badRequest(what + " is missing or does not parse"));
    return fits(text, most, what);
  }
}
