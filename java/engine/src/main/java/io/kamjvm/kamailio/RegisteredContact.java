// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.OptionalInt;

/**
 * A binding of the location table. Immutable. Strings are empty where usrloc has nothing.
 *
 * @param ruid usrloc's unique id of the binding; a refresh keeps it
 * @param uri the contact address
 * @param received where the REGISTER came from, as a URI
 * @param expires epoch seconds; 0: permanent
 * @param q thousandths
 * @param callId of the REGISTER
 * @param socket where it came in, {@code udp:192.0.2.1:5060}
 * @param methods bits, as Kamailio counts methods
 * @param instance {@code +sip.instance}
 * @param branchFlags of branch 0 when it was saved
 * @param modified epoch seconds of the last REGISTER
 */
public record RegisteredContact(
    String ruid,
    String uri,
    String received,
    String path,
    long expires,
    OptionalInt q,
    String callId,
    long cseq,
    String userAgent,
    String socket,
    long methods,
    String instance,
    long regId,
    long branchFlags,
    long modified) {

  /** Whether it is still there at that moment; usrloc removes what has expired some time later. */
  public boolean valid(final long epochSeconds) {
    return expires == 0 || expires > epochSeconds;
  }

  /** Seconds until it expires, at least 0; {@link Long#MAX_VALUE} if it is permanent. */
  public long remaining(final long epochSeconds) {
    return expires == 0 ? Long.MAX_VALUE : Math.max(0, expires - epochSeconds);
  }
}
