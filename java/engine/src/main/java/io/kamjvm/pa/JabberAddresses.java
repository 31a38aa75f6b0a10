// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.Optional;

/**
 * How Jabber ids are written as SIP addresses: {@code romeo@example.net} is {@code
 * sip:romeo*example.net@alias} (spec pa 1.14).
 *
 * @param alias the host that stands for the gateway
 * @param delimiter between user and Jabber domain
 */
record JabberAddresses(String alias, char delimiter) {

  /** Reads {@code alias=delimiter}, or {@code alias} alone. */
  static Optional<JabberAddresses> parse(final String text) {
    final int equals = text.indexOf('=');
    final String alias = equals < 0 ? text : text.substring(0, equals);
    final String delimiter = equals < 0 ? "*" : text.substring(equals + 1);
    return alias.isBlank() || delimiter.length() != 1
        ? Optional.empty()
        : Optional.of(new JabberAddresses(alias, delimiter.charAt(0)));
  }

  /** The SIP address of a Jabber id; its resource does not count. */
  String address(final String jabberId) {
    final int slash = jabberId.indexOf('/');
    final String bare = slash < 0 ? jabberId : jabberId.substring(0, slash);
    return "sip:" + bare.replace('@', delimiter) + "@" + alias;
  }
}
