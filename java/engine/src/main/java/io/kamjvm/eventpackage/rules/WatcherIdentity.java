// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.sip.SipUri;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who somebody is, as rules name watchers: in the same form whoever has written it. {@code sips} is
 * {@code sip}, parameters, headers, password and default port do not count, characters that need no
 * escape stand unescaped, hosts are in lower case; user parts are compared exactly (RFC 3261
 * section 19.1.4).
 *
 * @param uri {@code sip:user@host}, with a port if it is not the default one
 * @param domain the host, in lower case; empty string for what is no SIP URI
 */
public record WatcherIdentity(String uri, String domain) {
  private static final Pattern OTHER =
      Pattern.compile("(?!(?i:sips?:))[A-Za-z][A-Za-z0-9+.-]*:\\S+");
  private static final String MARKS = "-_.!~*'()";
  private static final int ESCAPE = 3;
  private static final int HEX = 16;

  /** Takes apart a watcher's URI; what is none equals only itself. */
  public static WatcherIdentity of(final String uri) {
    return parse(uri).orElseGet(() -> new WatcherIdentity(uri, ""));
  }

  /**
   * Takes apart what a rule says. A URI of another scheme is somebody, who never watches here.
   *
   * @return empty when it names nobody
   */
  static Optional<WatcherIdentity> parse(final String text) {
    final Optional<SipUri> sip = SipUri.parse(text);
    if (sip.isEmpty()) {
      return OTHER.matcher(text).matches()
          ? Optional.of(new WatcherIdentity(text, ""))
          : Optional.empty();
    }
    final String domain = sip.get().host().toLowerCase(Locale.ROOT);
    final String standard = sip.get().scheme().equals("sips") ? "5061" : "5060";
    final String port =
        sip.get().port().filter(p -> !p.equals(standard)).map(p -> ":" + p).orElse("");
    return Optional.of(
        new WatcherIdentity(SipUri.presentity(unescaped(sip.get().user()), domain) + port, domain));
  }

  private static String unescaped(final String user) {
    if (user.indexOf('%') < 0) {
      return user;
    }
    final StringBuilder out = new StringBuilder(user.length());
    int i = 0;
    while (i < user.length()) {
      final int octet = user.charAt(i) == '%' ? octet(user, i) : -1;
      if (octet < 0) {
        out.append(user.charAt(i));
        i++;
      } else {
        if (unreserved(octet)) {
          out.append((char) octet);
        } else {
          out.append(user.substring(i, i + ESCAPE).toUpperCase(Locale.ROOT));
        }
        i += ESCAPE;
      }
    }
    return out.toString();
  }

  /** What the escape that begins there stands for; -1 when there is none. */
  private static int octet(final String user, final int at) {
    if (at + ESCAPE > user.length()) {
      return -1;
    }
    final int high = Character.digit(user.charAt(at + 1), HEX);
    final int low = Character.digit(user.charAt(at + 2), HEX);
    return high < 0 || low < 0 ? -1 : HEX * high + low;
  }

  private static boolean unreserved(final int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || MARKS.indexOf(c) >= 0;
  }
}
