// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.sip.EventHeader;
import io.kamjvm.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Requests as Kamailio would hand them over: about bob@a, by alice@a unless told otherwise. */
final class Asked {
  private static int published;

  private final String method;
  private String target = "sip:bob@a";
  private String to = "sip:bob@a";
  private String from = "sip:alice@a";
  private String fromTag = "f";
  private Optional<String> display = Optional.empty();
  private Optional<String> toTag = Optional.empty();
  private String callId;
  private long cseq = 1;
  private Optional<String> contact = Optional.of("sip:alice@192.0.2.7:5062");
  private Optional<String> event = Optional.of("presence");
  private Optional<String> expires = Optional.empty();
  private Optional<String> ifMatch = Optional.empty();
  private Optional<String> type = Optional.empty();
  private byte[] body = {};
  private List<String> accept = List.of();
  private String proto = "udp";
  private final Set<String> malformed = new HashSet<>();

  private Asked(final String method, final String callId) {
    this.method = method;
    this.callId = callId;
  }

  static Asked subscribe(final String callId) {
    return new Asked("SUBSCRIBE", callId);
  }

  /** One within the dialog that {@link #subscribe} has made, to the server's Contact. */
  static Asked refresh(final String callId, final long cseq) {
    final Asked asked = subscribe(callId).toTag("tag-" + callId);
    asked.target = "sip:192.0.2.1:5060";
    asked.cseq = cseq;
    return asked;
  }

  static Asked publish() {
    final Asked asked = new Asked("PUBLISH", "p" + ++published);
    asked.from = "sip:bob@a";
    return asked;
  }

  /** One with this document. */
  static Asked publish(final String document) {
    return publish().body("application/pidf+xml", document);
  }

  static Asked register() {
    final Asked asked = new Asked("REGISTER", "r");
    asked.target = "sip:a";
    asked.event = Optional.empty();
    return asked;
  }

  Asked target(final String uri) {
    target = uri;
    to = uri;
    return this;
  }

  Asked requestUri(final String uri) {
    target = uri;
    return this;
  }

  Asked to(final String uri) {
    to = uri;
    return this;
  }

  Asked from(final String uri) {
    from = uri;
    return this;
  }

  Asked fromTag(final String tag) {
    fromTag = tag;
    return this;
  }

  Asked toTag(final String tag) {
    toTag = Optional.of(tag);
    return this;
  }

  Asked cseq(final long number) {
    cseq = number;
    return this;
  }

  Asked contact(final Optional<String> uri) {
    contact = uri;
    return this;
  }

  Asked event(final String text) {
    event = Optional.of(text).filter(t -> !t.isEmpty());
    return this;
  }

  Asked named(final String displayName) {
    display = Optional.of(displayName);
    return this;
  }

  Asked expires(final Object seconds) {
    expires = Optional.of(seconds.toString());
    return this;
  }

  Asked ifMatch(final String tag) {
    ifMatch = Optional.of(tag);
    return this;
  }

  Asked body(final String contentType, final String text) {
    type = Optional.of(contentType).filter(t -> !t.isEmpty());
    body = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  Asked accept(final String... lines) {
    accept = List.of(lines);
    return this;
  }

  Asked proto(final String name) {
    proto = name;
    return this;
  }

  Asked malformed(final String header) {
    malformed.add(header);
    return this;
  }

  SipRequest build() {
    final Optional<SipUri> uri = SipUri.parse(target);
    return new SipRequest(
        method,
        target,
        uri.map(SipUri::user).filter(u -> !u.isEmpty()),
        uri.map(SipUri::host),
        party(from, Optional.of(fromTag).filter(t -> !t.isEmpty()), display),
        party(to, toTag, Optional.empty()),
        Optional.of(callId),
        OptionalLong.of(cseq),
        contact,
        false,
        "",
        event,
        event.flatMap(EventHeader::parse),
        expires,
        ifMatch,
        type,
        OptionalInt.of(body.length),
        body,
        accept,
        Optional.of("phone/1"),
        0,
        proto + ":192.0.2.1:5060",
        "sip:192.0.2.1:5060",
        proto,
        proto + ":192.0.2.7:5062",
        malformed,
        Map.of(),
        Optional.empty());
  }

  private static Party party(
      final String uri, final Optional<String> tag, final Optional<String> display) {
    final Optional<SipUri> parsed = SipUri.parse(uri);
    return new Party(
        Optional.of(uri), parsed.map(SipUri::user), parsed.map(SipUri::host), tag, display);
  }
}
