// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.sip.SipUri;
import java.util.Optional;

/** Addresses as people write them: a URI, or a name before one in angle brackets. */
final class NameAddress {
  private static final int LONGEST = 1_024;

  private NameAddress() {}

  /** The SIP URI within; empty when there is none that could stand in a message. */
  static Optional<String> uri(final String text) {
    final String trimmed = text.trim();
    final int open = trimmed.indexOf('<');
    final int close = trimmed.indexOf('>', open + 1);
    if (open >= 0 && close < 0) {
      return Optional.empty();
    }
    final String uri = open < 0 ? trimmed : trimmed.substring(open + 1, close).trim();
    return isUri(uri) ? Optional.of(uri) : Optional.empty();
  }

  /** Whether it can stand between angle brackets. */
  static boolean isUri(final String text) {
    return text.length() <= LONGEST
        && text.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '<' && c != '>' && c != '"')
        && SipUri.parse(text).isPresent();
  }

  /** Whether it can stand in a header as one word. */
  static boolean isWord(final String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST
        && text.chars().allMatch(c -> c > ' ' && c != 0x7f);
  }
}
