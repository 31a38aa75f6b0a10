// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

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

/** Requests as Kamailio hands them over. */
final class Phone {
  private static final String HOST = "d";
  private static final int LARGE = 5_000;

  private Phone() {}

  private static Party party(final String user, final Optional<String> tag) {
    return new Party(
        Optional.of("sip:" + user + "@" + HOST), Optional.of(user), Optional.of(HOST), tag);
  }

  static SipRequest publish(
      final Resource resource,
      final long number,
      final String ifMatch,
      final long seconds,
      final byte[] body) {
    return request(
        "PUBLISH",
        resource.user,
        resource.user,
        Optional.empty(),
        "publisher-" + resource,
        number,
        resource.eventPackage,
        seconds,
        ifMatch.isEmpty() ? Optional.empty() : Optional.of(ifMatch),
        body);
  }

  static SipRequest subscribe(
      final Dialog dialog, final boolean initial, final long cseq, final long seconds) {
    return request(
        "SUBSCRIBE",
        dialog.resource.user,
        dialog.watcher,
        initial ? Optional.empty() : Optional.of("to-" + dialog.callId),
        dialog.callId,
        cseq,
        dialog.event(),
        seconds,
        Optional.empty(),
        new byte[0]);
  }

  private static SipRequest request(
      final String method,
      final String user,
      final String from,
      final Optional<String> toTag,
      final String callId,
      final long cseq,
      final String event,
      final long seconds,
      final Optional<String> ifMatch,
      final byte[] body) {
    return new SipRequest(
        method,
        "sip:" + user + "@" + HOST,
        Optional.of(user),
        Optional.of(HOST),
        party(from, Optional.of("from-" + callId)),
        party(user, toTag),
        Optional.of(callId),
        OptionalLong.of(cseq),
        Optional.of("sip:" + from + "@192.0.2.7:5062"),
        false,
        "",
        Optional.of(event),
        EventHeader.parse(event),
        Optional.of(Long.toString(seconds)),
        ifMatch,
        Optional.empty(),
        OptionalInt.of(body.length),
        body,
        List.of(),
        Optional.of("phone/1"),
        0,
        "udp:192.0.2.1:5060",
        "sip:192.0.2.1:5060",
        "udp",
        "udp:192.0.2.7:5062",
        Set.of(),
        Map.of(),
        Optional.empty());
  }

  /**
   * A document for the package, marked.
   *
   * @param large too large to be parsed at once
   */
  static byte[] body(
      final Resource resource,
      final String name,
      final long serial,
      final String word,
      final boolean large) {
    final String mark = "#" + serial + ";" + word;
    final String text =
        switch (resource.eventPackage) {
          case "presence" ->
              "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\""
                  + resource.uri()
                  + "\"><tuple id=\""
                  + name
                  + "\"><status><basic>open</basic></status><note>"
                  + mark
                  + "</note></tuple>"
                  + (large ? "<!--" + " ".repeat(LARGE) + "-->" : "")
                  + "</presence>";
          case "message-summary" -> "Messages-Waiting: yes\r\nVoice-Message: " + mark + "\r\n";
          default -> mark;
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
