// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;

/**
 * A final reply to the request of a {@link Call}.
 *
 * @param code 200..699
 * @param reason the reason phrase
 * @param headers whole header lines without CRLF, in order; must not contain CR or LF
 */
public record SipReply(int code, String reason, List<String> headers) {

  public SipReply {
    headers = List.copyOf(headers);
    for (final String header : headers) {
      if (header.indexOf('\r') >= 0 || header.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("line break in a reply header");
      }
    }
  }

  public SipReply(final int code, final String reason) {
    this(code, reason, List.of());
  }
}
