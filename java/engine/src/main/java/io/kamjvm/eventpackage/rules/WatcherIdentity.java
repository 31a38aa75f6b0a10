// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.util.Locale;

/**
 * Who a watcher is, as rules name it. User parts are compared exactly, hosts ignoring case (RFC
 * 3261 section 19.1.4).
 *
 * @param uri {@code sip:user@host}, its host in lower case
 * @param domain the host, in lower case
 */
public record WatcherIdentity(String uri, String domain) {

  /** Takes apart a URI, which may be none: that equals only itself. */
  public static WatcherIdentity of(final String uri) {
    final int host = Math.max(uri.lastIndexOf('@'), uri.indexOf(':')) + 1;
    final String domain = uri.substring(host).toLowerCase(Locale.ROOT);
    return new WatcherIdentity(uri.substring(0, host) + domain, domain);
  }
}
