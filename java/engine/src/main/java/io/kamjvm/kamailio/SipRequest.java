// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import io.kamjvm.sip.EventHeader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A SIP request as fields, taken from Kamailio's own parsed headers: nothing here was parsed a
 * second time. Immutable.
 *
 * @param method e.g. {@code PUBLISH}
 * @param requestUri the effective Request-URI
 * @param requestUser its user part; empty when the URI has none or does not parse
 * @param requestHost its host part; empty when the URI does not parse
 * @param from the From header
 * @param to the To header
 * @param callId empty when missing
 * @param cseq the CSeq number; empty when missing or not a number
 * @param contact URI of the first Contact; empty when there is none or it is {@code *}
 * @param contactStar whether the Contact is {@code *}
 * @param recordRoute the Record-Route entries joined by commas, header order; empty string if none
 * @param eventText the Event header's body as received
 * @param event the Event header, when it parses
 * @param expires the Expires header's body as received
 * @param sipIfMatch the first SIP-If-Match header's body, verbatim
 * @param contentType the Content-Type header's body
 * @param contentLength the Content-Length header's value
 * @param body exactly Content-Length bytes when that many arrived, else all that arrived
 * @param accept bodies of the Accept headers
 * @param userAgent the User-Agent header's body
 * @param branchFlags branch flags of branch 0
 * @param socket the receiving socket, {@code udp:192.0.2.1:5060}
 * @param socketUri a Contact URI for that socket without transport parameter, advertised name if
 *     any
 * @param proto {@code udp}, {@code tcp}, {@code tls}, {@code sctp}, {@code ws}, {@code wss}
 * @param source where it came from, {@code udp:192.0.2.7:5060}
 * @param malformed names of the headers that Kamailio could not parse ({@code headers}, {@code
 *     from}, {@code to}, {@code contact}, {@code event}, {@code content-length} ...)
 * @param xavps values of the XAVPs that the engine asked for, {@code root=>child}
 * @param subscriptionState the Subscription-State header's body
 */
public record SipRequest(
    String method,
    String requestUri,
    Optional<String> requestUser,
    Optional<String> requestHost,
    Party from,
    Party to,
    Optional<String> callId,
    OptionalLong cseq,
    Optional<String> contact,
    boolean contactStar,
    String recordRoute,
    Optional<String> eventText,
    Optional<EventHeader> event,
    Optional<String> expires,
    Optional<String> sipIfMatch,
    Optional<String> contentType,
    OptionalInt contentLength,
    byte[] body,
    List<String> accept,
    Optional<String> userAgent,
    int branchFlags,
    String socket,
    String socketUri,
    String proto,
    String source,
    Set<String> malformed,
    Map<String, String> xavps,
    Optional<String> subscriptionState) {

  /**
   * From or To: the parts are empty when missing or unparsable.
   *
   * @param display what stands before the URI, quotes included; of From only
   */
  public record Party(
      Optional<String> uri,
      Optional<String> user,
      Optional<String> host,
      Optional<String> tag,
      Optional<String> display) {

    /** One without a name. */
    public Party(
        final Optional<String> uri,
        final Optional<String> user,
        final Optional<String> host,
        final Optional<String> tag) {
      this(uri, user, host, tag, Optional.empty());
    }
  }
}
