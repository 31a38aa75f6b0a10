// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A record of the location table. */
record Aor(String table, String key) {
  private static final String ID = "REGINFO_PUBLISH.";
  private static final String UNESCAPED = "-_.!~*'()&=+$,;?/";

  /** The id of its series of publications, as upstream makes it. */
  String id() {
    return ID + key + "@" + table;
  }

  /** The one whose series has this id. */
  static Optional<Aor> ofId(final String id) {
    final int at = id.lastIndexOf('@');
    return id.startsWith(ID) && at >= ID.length()
        ? Optional.of(new Aor(id.substring(at + 1), id.substring(ID.length(), at)))
        : Optional.empty();
  }

  /**
   * Its URI: with {@code default_domain} where the key has no host (spec pua 4.2).
   *
   * @param defaultDomain empty string if not set
   */
  String uri(final String defaultDomain) {
    final int at = key.lastIndexOf('@');
    final String user = at < 0 ? key : key.substring(0, at);
    final String host = at < 0 ? defaultDomain : key.substring(at + 1);
    return user.isEmpty() ? "sip:" + host : "sip:" + escaped(user) + "@" + host;
  }

  /** The registrar has undone what a URI can not show. */
  private static String escaped(final String user) {
    final StringBuilder text = new StringBuilder(user.length() + 8);
    for (final byte b : user.getBytes(StandardCharsets.UTF_8)) {
      final int c = b & 0xff;
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0)) {
        text.append((char) c);
      } else {
        text.append(String.format(Locale.ROOT, "%%%02x", c));
      }
    }
    return text.toString();
  }
}
