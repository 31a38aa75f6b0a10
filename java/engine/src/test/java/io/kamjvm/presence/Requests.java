// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.sip.EventHeader;
import io.kamjvm.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Requests as Kamailio would hand them over, bob's by default. */
final class Requests {
  private static final AtomicLong PUBLISHED = new AtomicLong();
  private String method = "PUBLISH";
  private Optional<SipUri> target = SipUri.parse("sip:bob@d");
  private Optional<SipUri> from = SipUri.parse("sip:alice@d");
  private Optional<String> fromTag = Optional.of("f1");
  private SipUri to = SipUri.parse("sip:bob@d").orElseThrow();
  private Optional<String> toTag = Optional.empty();
  private Optional<String> callId = Optional.of("c1");
  private OptionalLong cseq = OptionalLong.of(1);
  private Optional<String> contact = Optional.of("sip:alice@192.0.2.7:5062");
  private boolean star;
  private String recordRoute = "";
  private Optional<String> event = Optional.of("presence");
  private boolean eventParses = true;
  private Optional<String> expires = Optional.empty();
  private Optional<String> ifMatch = Optional.empty();
  private byte[] body = new byte[0];
  private OptionalInt length = OptionalInt.empty();
  private boolean noLength;
  private Optional<String> contentType = Optional.empty();
  private String proto = "udp";
  private final Set<String> malformed = new HashSet<>();
  private final Map<String, String> xavps = new HashMap<>();

  /** Each is a request of its own: it has a Call-ID that no other has. */
  static Requests publish() {
    final Requests request = new Requests();
    request.callId = Optional.of("p" + PUBLISHED.incrementAndGet());
    return request;
  }

  static Requests subscribe() {
    final Requests request = new Requests();
    request.method = "SUBSCRIBE";
    return request;
  }

  Requests target(final String uri) {
    target = SipUri.parse(uri);
    return this;
  }

  Requests from(final String uri) {
    from = SipUri.parse(uri);
    return this;
  }

  Requests fromTag(final String tag) {
    fromTag = Optional.ofNullable(tag);
    return this;
  }

  Requests toTag(final String tag) {
    toTag = Optional.of(tag);
    return this;
  }

  Requests callId(final String id) {
    callId = Optional.ofNullable(id);
    return this;
  }

  Requests cseq(final long number) {
    cseq = OptionalLong.of(number);
    return this;
  }

  Requests contact(final String uri) {
    contact = Optional.ofNullable(uri);
    return this;
  }

  Requests star() {
    contact = Optional.empty();
    star = true;
    return this;
  }

  Requests recordRoute(final String routes) {
    recordRoute = routes;
    return this;
  }

  Requests event(final String text) {
    event = Optional.ofNullable(text);
    return this;
  }

  Requests brokenEvent(final String text) {
    event = Optional.of(text);
    eventParses = false;
    return this;
  }

  Requests expires(final Object seconds) {
    expires = Optional.of(seconds.toString());
    return this;
  }

  Requests ifMatch(final String tag) {
    ifMatch = Optional.of(tag);
    return this;
  }

  Requests body(final String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  Requests length(final int bytes) {
    length = OptionalInt.of(bytes);
    return this;
  }

  Requests noLength() {
    noLength = true;
    return this;
  }

  Requests contentType(final String type) {
    contentType = Optional.of(type);
    return this;
  }

  Requests proto(final String name) {
    proto = name;
    return this;
  }

  Requests malformed(final String header) {
    malformed.add(header);
    return this;
  }

  Requests xavp(final String name, final String value) {
    xavps.put(name, value);
    return this;
  }

  SipRequest build() {
    return new SipRequest(
        method,
        target.map(SipUri::presentity).orElse(":::"),
        target.map(SipUri::user).filter(u -> !u.isEmpty()),
        target.map(SipUri::host),
        party(from, fromTag),
        party(Optional.of(to), toTag),
        callId,
        cseq,
        contact,
        star,
        recordRoute,
        event,
        event.filter(e -> eventParses).flatMap(EventHeader::parse),
        expires,
        ifMatch,
        contentType,
        noLength ? OptionalInt.empty() : OptionalInt.of(length.orElse(body.length)),
        body,
        List.of(),
        Optional.of("phone/1"),
        0,
        proto + ":192.0.2.1:5060",
        "sip:192.0.2.1:5060",
        proto,
        proto + ":192.0.2.7:5062",
        malformed,
        xavps,
        Optional.empty());
  }

  private static Party party(final Optional<SipUri> uri, final Optional<String> tag) {
    return new Party(
        uri.map(SipUri::presentity), uri.map(SipUri::user), uri.map(SipUri::host), tag);
  }
}
