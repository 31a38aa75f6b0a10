// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Record-Route entries joined by commas. */
public final class RouteSet {
  private RouteSet() {}

  /** The entries the other way round, as the client of a dialog uses them (RFC 3261 12.1.2). */
  public static String reversed(final String entries) {
    final List<String> all = split(entries);
    Collections.reverse(all);
    return String.join(",", all);
  }

  /** The entries one by one. */
  public static List<String> split(final String entries) {
    final List<String> all = new ArrayList<>();
    boolean quoted = false;
    boolean bracketed = false;
    int from = 0;
    for (int i = 0; i < entries.length(); i++) {
      final char c = entries.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"' && !bracketed) {
        quoted = !quoted;
      } else if (c == '<' && !quoted) {
        bracketed = true;
      } else if (c == '>' && !quoted) {
        bracketed = false;
      } else if (c == ',' && !quoted && !bracketed) {
        add(all, entries.substring(from, i));
        from = i + 1;
      }
    }
    add(all, entries.substring(from));
    return all;
  }

  private static void add(final List<String> all, final String entry) {
    if (!entry.isBlank()) {
      all.add(entry.trim());
    }
  }
}
