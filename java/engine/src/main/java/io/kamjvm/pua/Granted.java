// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.FinalReply;
import java.util.OptionalLong;

/** What a 2xx grants. */
final class Granted {
  private Granted() {}

  /** Its Expires in seconds, not beyond what a table can hold; empty if it has none. */
  static OptionalLong seconds(final FinalReply reply, final long nowEpochSeconds) {
    if (reply.expires().isEmpty()) {
      return OptionalLong.empty();
    }
    final String text = reply.expires().get().trim();
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Math.min(Long.parseLong(text), Integer.MAX_VALUE - nowEpochSeconds));
  }

  /** Seconds that a refusing server asks to be left alone; empty if it says nothing. */
  static OptionalLong retryAfter(final FinalReply reply) {
    final String text = reply.retryAfter().orElse("");
    int end = 0;
    while (end < text.length() && end < 9 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(text.substring(0, end)));
  }
}
