// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Arguments as lines (spec pua 2.4): {@code value}, {@code name::value}, {@code "value"} or {@code
 * name::"value"}. A quoted value may span lines, and a quote in it is written {@code \"}. What
 * begins like a document has no name.
 */
final class FifoLines {
  private static final String BLANKS = " \t\r";

  private final String text;
  private final List<String> values = new ArrayList<>();
  private int at;

  private FifoLines(final String text) {
    this.text = text;
  }

  /** The values; empty when a line can not be understood. */
  static Optional<List<String>> values(final String text) {
    final FifoLines lines = new FifoLines(text);
    while (lines.at < text.length()) {
      if (!lines.line()) {
        return Optional.empty();
      }
    }
    return Optional.of(List.copyOf(lines.values));
  }

  /** Takes a value with all its lines, or an empty line. */
  private boolean line() {
    skipBlanks();
    final int end = lineEnd();
    if (at == end) {
      at++;
      return true;
    }
    final int split = text.charAt(at) == '<' ? -1 : text.indexOf("::", at);
    final int quote = text.indexOf('"', at);
    if (split >= 0 && split < end && (quote < 0 || split < quote)) {
      at = split + 2;
      skipBlanks();
    }
    return at < text.length() && text.charAt(at) == '"' ? quoted() : plain(lineEnd());
  }

  private boolean plain(final int end) {
    final String value = strip(text.substring(at, end));
    at = end + 1;
    return value.indexOf('"') < 0 && values.add(value);
  }

  private boolean quoted() {
    final StringBuilder value = new StringBuilder();
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != '"') {
      if (text.startsWith("\\\"", i)) {
        i++;
      }
      value.append(text.charAt(i));
      i++;
    }
    if (i >= text.length() || value.isEmpty()) {
      return false;
    }
    at = i + 1;
    final int end = lineEnd();
    final boolean alone = strip(text.substring(at, end)).isEmpty();
    at = end + 1;
    return alone && values.add(value.toString());
  }

  private void skipBlanks() {
    while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private int lineEnd() {
    final int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  static String strip(final String text) {
    int from = 0;
    int to = text.length();
    while (from < to && BLANKS.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && BLANKS.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }
}
