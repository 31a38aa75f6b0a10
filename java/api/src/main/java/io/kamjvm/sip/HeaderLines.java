// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Header lines that somebody wants to have in a message of ours. */
public final class HeaderLines {
  private static final String TOKEN = "-.!%*_+`'~";
  private static final String CRLF = "\r\n";

  private HeaderLines() {}

  /** The lines, the last one ended by CRLF as the others are; empty if there are none. */
  public static String complete(final String lines) {
    return lines.isEmpty() || lines.endsWith(CRLF) ? lines : lines + CRLF;
  }

  /**
   * Why they can not stand in a message; empty when they can.
   *
   * @param lines joined by CRLF; the last CRLF may be missing
   * @param reserved names in lower case, short forms too, of headers that the message has already
   */
  public static Optional<String> objection(final String lines, final Set<String> reserved) {
    final String block = complete(lines);
    int from = 0;
    while (from < block.length()) {
      final int end = block.indexOf(CRLF, from);
      final Optional<String> objection = line(block.substring(from, end), reserved);
      if (objection.isPresent()) {
        return objection;
      }
      from = end + CRLF.length();
    }
    return Optional.empty();
  }

  private static Optional<String> line(final String line, final Set<String> reserved) {
    final int colon = line.indexOf(':');
    final String name = colon < 0 ? "" : line.substring(0, colon).stripTrailing();
    if (name.isEmpty() || !name.chars().allMatch(HeaderLines::isTokenCharacter)) {
      return Optional.of("have a line that is no header");
    }
    if (!line.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t')) {
      return Optional.of("have a line break or control character within a header");
    }
    if (reserved.contains(name.toLowerCase(Locale.ROOT))) {
      return Optional.of("have a header that each request has already: " + name);
    }
    return Optional.empty();
  }

  private static boolean isTokenCharacter(final int c) {
    return c < 0x7f && (Character.isLetterOrDigit(c) || TOKEN.indexOf(c) >= 0);
  }
}
