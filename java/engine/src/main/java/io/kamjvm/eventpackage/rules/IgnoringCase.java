// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

/** Texts as keys: equal where the texts are by {@link String#equalsIgnoreCase}. */
final class IgnoringCase {
  private IgnoringCase() {}

  static String key(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c > '\u007f' || c >= 'A' && c <= 'Z') {
        return folded(text);
      }
    }
    return text;
  }

  private static String folded(final String text) {
    final StringBuilder folded = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }
}
