// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.sip.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** NOTIFYs in the dialog of a SUBSCRIBE, as Kamailio would hand them over. */
final class Notifying {
  private final B2bWorld world;
  private final B2bWorld.Sent subscribe;
  private String fromTag = "remote";
  private String callId;
  private String event = "presence";
  private long cseq;
  private String body = "";
  private String source = "udp:192.0.2.9:5060";

  Notifying(final B2bWorld world, final B2bWorld.Sent subscribe) {
    this.world = world;
    this.subscribe = subscribe;
    this.callId = subscribe.callId();
  }

  Notifying tag(final String tag) {
    fromTag = tag;
    return this;
  }

  Notifying callId(final String id) {
    callId = id;
    return this;
  }

  Notifying event(final String name) {
    event = name;
    return this;
  }

  Notifying cseq(final long number) {
    cseq = number - 1;
    return this;
  }

  Notifying from(final String socket) {
    source = socket;
    return this;
  }

  /** The next one carries this. */
  Notifying body(final String text) {
    body = text;
    return this;
  }

  Notifying pidf(final String basic) {
    return body(pidfText(basic));
  }

  static String pidfText(final String basic) {
    return "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:bob@192.0.2.9'>"
        + "<tuple id='t'><status><basic>"
        + basic
        + "</basic></status><contact priority='0.8'>sip:bob@192.0.2.99</contact>"
        + "<note xml:lang='en'>here</note></tuple></presence>";
  }

  /** Sends it with this Subscription-State; empty: without. */
  B2bWorld.Called say(final String state) {
    cseq++;
    final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    body = "";
    return world.called(
        new SipRequest(
            "NOTIFY",
            "sip:192.0.2.1:5060",
            Optional.empty(),
            Optional.of("192.0.2.1"),
            new Party(
                Optional.of(B2bWorld.BOB),
                Optional.of("bob"),
                Optional.of("192.0.2.9"),
                Optional.of(fromTag)),
            new Party(
                Optional.of(B2bWorld.ALICE),
                Optional.of("alice"),
                Optional.of("192.0.2.1"),
                Optional.of(subscribe.localTag())),
            Optional.of(callId),
            OptionalLong.of(cseq),
            Optional.of("sip:n@192.0.2.9"),
            false,
            "",
            Optional.of(event),
            EventHeader.parse(event),
            Optional.empty(),
            Optional.empty(),
            bytes.length == 0 ? Optional.empty() : Optional.of("application/pidf+xml"),
            OptionalInt.of(bytes.length),
            bytes,
            List.of(),
            Optional.empty(),
            0,
            "udp:192.0.2.1:5060",
            "sip:192.0.2.1:5060",
            "udp",
            source,
            Set.of(),
            Map.of(),
            Optional.of(state).filter(s -> !s.isEmpty())));
  }
}
