// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A Subscription-State header (RFC 6665 section 8.4). Immutable.
 *
 * @param value {@code active}, {@code pending}, {@code terminated} or an extension, lower case
 * @param reason lower case
 * @param expires seconds
 * @param retryAfter seconds
 */
public record SubscriptionState(
    String value, Optional<String> reason, OptionalLong expires, OptionalLong retryAfter) {

  /** Reads one; parameters that make no sense are as if they were not there. */
  public static Optional<SubscriptionState> parse(final String text) {
    final String[] parts = text.split(";");
    final String value = parts.length == 0 ? "" : parts[0].trim().toLowerCase(Locale.ROOT);
    if (value.isEmpty() || !value.chars().allMatch(SubscriptionState::isTokenCharacter)) {
      return Optional.empty();
    }
    Optional<String> reason = Optional.empty();
    OptionalLong expires = OptionalLong.empty();
    OptionalLong retryAfter = OptionalLong.empty();
    for (int i = 1; i < parts.length; i++) {
      final int equals = parts[i].indexOf('=');
      final String name = equals < 0 ? "" : parts[i].substring(0, equals).trim();
      final String given = parts[i].substring(equals + 1).trim();
      switch (name.toLowerCase(Locale.ROOT)) {
        case "reason" -> reason = Optional.of(given.toLowerCase(Locale.ROOT));
        case "expires" -> expires = DeltaSeconds.parse(given);
        case "retry-after" -> retryAfter = DeltaSeconds.parse(given);
        default -> {
          // extensions say nothing to us
        }
      }
    }
    return Optional.of(new SubscriptionState(value, reason, expires, retryAfter));
  }

  public boolean active() {
    return value.equals("active");
  }

  public boolean terminated() {
    return value.equals("terminated");
  }

  private static boolean isTokenCharacter(final int c) {
    return c < 0x7f && (Character.isLetterOrDigit(c) || "-.!%*_+`'~".indexOf(c) >= 0);
  }
}
