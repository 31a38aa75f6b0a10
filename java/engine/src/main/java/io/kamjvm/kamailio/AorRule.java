// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Locale;
import java.util.Optional;

/**
 * How the registrar makes the key of a record out of the URI in To.
 *
 * @param useDomain usrloc's {@code use_domain}
 * @param caseSensitive registrar's {@code case_sensitive}: whether the user part is compared as it
 *     is
 * @param realmPrefix registrar's {@code realm_prefix}, cut off the host; may be empty
 */
public record AorRule(boolean useDomain, boolean caseSensitive, String realmPrefix) {
  private static final String HEX = "0123456789abcdef";

  /**
   * The key; empty when the user part is escaped in a way that can not be undone, or when nothing
   * is left.
   *
   * @param user as in the URI, without password; may be empty
   */
  public Optional<String> key(final String user, final String host) {
    final Optional<String> plain = unescape(user);
    if (plain.isEmpty()) {
      return Optional.empty();
    }
    final String name = caseSensitive ? plain.get() : plain.get().toLowerCase(Locale.ROOT);
    if (!useDomain) {
      return Optional.of(name).filter(n -> !n.isEmpty());
    }
    final boolean prefixed =
        !realmPrefix.isEmpty()
            && realmPrefix.length() < host.length()
            && host.startsWith(realmPrefix);
    final String realm =
        (prefixed ? host.substring(realmPrefix.length()) : host).toLowerCase(Locale.ROOT);
    return Optional.of(name.isEmpty() ? realm : name + "@" + realm).filter(k -> !k.isEmpty());
  }

  /** As Kamailio does it: two hex digits, nothing that is invisible. */
  private static Optional<String> unescape(final String user) {
    final StringBuilder plain = new StringBuilder(user.length());
    for (int i = 0; i < user.length(); i++) {
      final char c = user.charAt(i);
      if (c != '%') {
        plain.append(c);
        continue;
      }
      if (i + 2 >= user.length()) {
        return Optional.empty();
      }
      final int high = HEX.indexOf(Character.toLowerCase(user.charAt(i + 1)));
      final int low = HEX.indexOf(Character.toLowerCase(user.charAt(i + 2)));
      final int code = 16 * high + low;
      if (high < 0 || low < 0 || code < ' ' || code > 0x7e) {
        return Optional.empty();
      }
      plain.append((char) code);
      i += 2;
    }
    return Optional.of(plain.toString());
  }
}
