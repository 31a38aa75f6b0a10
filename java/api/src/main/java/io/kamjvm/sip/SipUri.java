// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.Locale;
import java.util.Optional;

/**
 * The parts of a SIP URI (RFC 3261 section 19.1) that event state is keyed by. For URIs that come
 * from arguments and tables; those in messages arrive already parsed by Kamailio. Immutable.
 *
 * @param scheme {@code sip} or {@code sips}, lower case
 * @param user without password; empty string if none
 * @param host IPv6 addresses keep their brackets
 * @param port empty if none
 */
public record SipUri(String scheme, String user, String host, Optional<String> port) {

  /** Parses {@code sip:} and {@code sips:} URIs; empty for everything else. */
  public static Optional<SipUri> parse(final String text) {
    final int colon = text.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    final String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("sip") && !scheme.equals("sips")) {
      return Optional.empty();
    }
    final String rest = text.substring(colon + 1);
    final int at = rest.indexOf('@');
    final String userInfo = at < 0 ? "" : rest.substring(0, at);
    final int password = userInfo.indexOf(':');
    final String user = password < 0 ? userInfo : userInfo.substring(0, password);
    final String hostPort = upTo(rest.substring(at + 1), ";?");
    final int hostEnd = hostPort.startsWith("[") ? hostPort.indexOf(']') + 1 : endOfName(hostPort);
    final String host = hostPort.substring(0, hostEnd);
    final String tail = hostPort.substring(hostEnd);
    if ((at == 0) || !isHost(host) || !isUser(user) || !(tail.isEmpty() || isPort(tail))) {
      return Optional.empty();
    }
    final Optional<String> port =
        tail.isEmpty() ? Optional.empty() : Optional.of(tail.substring(1));
    return Optional.of(new SipUri(scheme, user, host, port));
  }

  /** The URI under which a presentity is stored: {@code sip:user@host} or {@code sip:host}. */
  public static String presentity(final String user, final String host) {
    return user.isEmpty() ? "sip:" + host : "sip:" + user + "@" + host;
  }

  /** This URI in the form in which presentities are stored. */
  public String presentity() {
    return presentity(user, host);
  }

  private static String upTo(final String text, final String stops) {
    for (int i = 0; i < text.length(); i++) {
      if (stops.indexOf(text.charAt(i)) >= 0) {
        return text.substring(0, i);
      }
    }
    return text;
  }

  private static int endOfName(final String hostPort) {
    final int colon = hostPort.indexOf(':');
    return colon < 0 ? hostPort.length() : colon;
  }

  private static boolean isHost(final String host) {
    if (host.isEmpty()) {
      return false;
    }
    if (host.startsWith("[")) {
      return host.length() > 2
          && host.substring(1, host.length() - 1).chars().allMatch(SipUri::isAddressCharacter);
    }
    return host.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-._".indexOf(c) >= 0);
  }

  private static boolean isAddressCharacter(final int c) {
    return Character.digit(c, 16) >= 0 || c == ':' || c == '.';
  }

  private static boolean isUser(final String user) {
    return user.chars().allMatch(c -> c > ' ' && c != 0x7f && "<>\"".indexOf(c) < 0);
  }

  private static boolean isPort(final String tail) {
    return tail.length() > 1
        && tail.length() <= 6
        && tail.charAt(0) == ':'
        && tail.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
  }
}
