// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An XCAP server (RFC 4825), reached by plain HTTP.
 *
 * @param port 1..65535
 */
public record XcapServer(String host, int port) {
  private static final int HTTP = 80;
  private static final int LAST_PORT = 65_535;

  /** With the scheme goes a port; without, it may be left out (spec event-packages 2.2). */
  private static final Pattern FORM =
      Pattern.compile("(?i)(?:(http://)([^/:@?#\\s]+):(\\d{1,5})|([^/:@?#\\s]+)(?::(\\d{1,5}))?)");

  private static final String UNESCAPED = "-._~!$&'()*+,;=:@";

  /** Reads {@code host}, {@code host:port} or {@code http://host:port}; empty for all else. */
  public static Optional<XcapServer> parse(final String text) {
    final Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    final boolean url = matcher.group(1) != null;
    final String host = matcher.group(url ? 2 : 4);
    final String digits = matcher.group(url ? 3 : 5);
    final int port = digits == null ? HTTP : Integer.parseInt(digits);
    if (port < 1 || port > LAST_PORT) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(new URI("http", null, host, port, "/", null, null).getHost())
          .map(h -> new XcapServer(h, port));
    } catch (final URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Where a user's rules document is. */
  public URI rulesOf(final String user, final String domain) {
    return URI.create(
        "http://"
            + this
            + "/pres-rules/users/sip:"
            + escaped(user.isEmpty() ? domain : user + "@" + domain)
            + "/index");
  }

  /** A path segment (RFC 3986 section 3.3): no user name reaches another document. */
  private static String escaped(final String segment) {
    final StringBuilder out = new StringBuilder();
    for (final byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
      final char c = (char) (octet & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", (int) c));
      }
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
