// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.OptionalLong;

/** Seconds as headers say them (RFC 3261 section 25.1, delta-seconds). */
public final class DeltaSeconds {
  private static final int MOST_DIGITS = 18;

  private DeltaSeconds() {}

  /** 0 to 2^31 - 1, what is more counts as that; empty when it is no number. */
  public static OptionalLong parse(final String text) {
    final String digits = text.trim();
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        digits.length() > MOST_DIGITS
            ? Integer.MAX_VALUE
            : Math.min(Long.parseLong(digits), Integer.MAX_VALUE));
  }
}
