// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/** What somebody calls himself before his URI (RFC 3261 section 25.1, {@code display-name}). */
final class WatcherName {
  private static final int LONGEST = 128;

  private WatcherName() {}

  /**
   * The name without quotes, escapes and control characters, at most 128 characters.
   *
   * @param text as it stands in the header, tokens or a quoted string
   */
  static String plain(final String text) {
    final String trimmed = text.strip();
    final boolean quoted =
        trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"");
    final String inner = quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed;
    final StringBuilder plain = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < inner.length() && plain.length() < LONGEST; i++) {
      final char c = inner.charAt(i);
      if (quoted && c == '\\' && !escaped) {
        escaped = true;
      } else {
        escaped = false;
        plain.append(Character.isISOControl(c) ? ' ' : c);
      }
    }
    // half of a pair is no character
    if (plain.length() > 0 && Character.isHighSurrogate(plain.charAt(plain.length() - 1))) {
      plain.setLength(plain.length() - 1);
    }
    return plain.toString().strip();
  }
}
