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

  /** Host, port and protocol that Kamailio put into the Contact of somebody behind a NAT. */
  private static final String ALIAS = ";alias=";

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
    final String lower = uri.toLowerCase(Locale.ROOT);
    return namesHost(lower, MADDR, host) || namesHost(lower, ALIAS, host);
  }

  private static boolean namesHost(final String uri, final String parameter, final int from) {
    final int at = uri.indexOf(parameter, from);
    return at >= 0 && !startsWithLiteral(uri, at + parameter.length());
  }

  /** The first route, else the next hop, else the target, without name and angle brackets. */
  private static String uri(final OutgoingRequest request) {
    final String entry;
    if (!request.routeSet().isEmpty()) {
      entry = request.routeSet();
    } else if (request.nextHop().isPresent()) {
      entry = request.nextHop().get();
    } else if (!request.remoteTarget().isEmpty()) {
      entry = request.remoteTarget();
    } else {
      entry = request.remoteUri();
    }
    final int start = entry.indexOf('<') + 1;
    final int end = entry.indexOf('>', start);
    return entry.substring(start, end < 0 ? entry.length() : end).trim();
  }

  /** Whether an address follows, as strict as Kamailio's reading of one: all else is a name. */
  private static boolean startsWithLiteral(final String text, final int from) {
    return from < text.length() && text.charAt(from) == '['
        ? isVersion6(text, from + 1, text.indexOf(']', from))
        : startsWithVersion4(text, from);
  }

  private static boolean startsWithVersion4(final String text, final int from) {
    int octets = 0;
    int digits = 0;
    int value = 0;
    int i = from;
    for (; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c >= '0' && c <= '9' && digits < 3) {
        value = 10 * value + c - '0';
        digits++;
      } else if (c == '.' && digits > 0 && value < 256) {
        octets++;
        digits = 0;
        value = 0;
      } else {
        break;
      }
    }
    final boolean ends = i == text.length() || ":;?>,~".indexOf(text.charAt(i)) >= 0;
    return ends && octets == 3 && digits > 0 && value < 256;
  }

  private static boolean isVersion6(final String text, final int from, final int to) {
    int colons = 0;
    int digits = 0;
    boolean gap = false;
    for (int i = from; i < to; i++) {
      final char c = text.charAt(i);
      if (c == ':') {
        if (i > from && text.charAt(i - 1) == ':') {
          if (gap) {
            return false;
          }
          gap = true;
        }
        colons++;
        digits = 0;
      } else if (Character.digit(c, 16) < 0 || c > 'f' || ++digits > 4) {
        return false;
      }
    }
    return (gap ? colons < 8 : colons == 7)
        && (text.charAt(from) != ':' || text.startsWith("::", from))
        && (digits > 0 || text.startsWith("::", to - 2));
  }
}
