// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.OutgoingRequest;
import java.util.Locale;

/**
 * Where a request goes first, as far as needed to know whether sending it asks the DNS: tm resolves
 * names synchronously (bridge.md section 5). Linear in the length of the URI, which a peer chose.
 */
final class NextHop {
  private static final String MADDR = ";maddr=";

  private NextHop() {}

  /** Whether the address has to be looked up, or can not be told from the text. */
  static boolean needsLookup(final OutgoingRequest request) {
    final String uri = uri(request);
    final int colon = uri.indexOf(':');
    final String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("sip") && !scheme.equals("sips")) {
      return true;
    }
    final int host = Math.max(colon, uri.indexOf('@')) + 1;
    if (!startsWithLiteral(uri, host)) {
      return true;
    }
    final int maddr = uri.toLowerCase(Locale.ROOT).indexOf(MADDR, host);
    return maddr >= 0 && !startsWithLiteral(uri, maddr + MADDR.length());
  }

  /** The first route, else the remote target, without name and angle brackets. */
  private static String uri(final OutgoingRequest request) {
    final String entry;
    if (!request.routeSet().isEmpty()) {
      entry = request.routeSet();
    } else if (!request.remoteTarget().isEmpty()) {
      entry = request.remoteTarget();
    } else {
      entry = request.remoteUri();
    }
    final int start = entry.indexOf('<') + 1;
    final int end = entry.indexOf('>', start);
    return entry.substring(start, end < 0 ? entry.length() : end).trim();
  }

  private static boolean startsWithLiteral(final String text, final int from) {
    if (from < text.length() && text.charAt(from) == '[') {
      return text.indexOf(']', from) > 0;
    }
    int dots = 0;
    int i = from;
    for (; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        break;
      }
    }
    final boolean ends = i == text.length() || ":;?>,".indexOf(text.charAt(i)) >= 0;
    return ends && dots == 3 && i - from >= 7;
  }
}
