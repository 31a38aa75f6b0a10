// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What attackers and broken clients send, by UDP and TCP. After each, the server still serves. */
class BadInputFaultTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @RegisterExtension
  static final Scene SCENE =
      /* by default Kamailio itself drops a larger message that comes by TCP */
      Scene.onPostgres(config -> config.sharedMemory(128).global("tcp_rd_buf_size=131072"));

  private static RawSipPeer peer(final Transport transport) {
    return transport == Transport.UDP ? SCENE.udp() : SCENE.tcp();
  }

  private static RequestDraft publish(final RawSipPeer peer, final String body) {
    final String bob = someone("bob");
    return peer.request("PUBLISH", bob, bob)
        .header("Event", "presence")
        .header("Expires", "600")
        .body(Documents.PIDF, body);
  }

  private static int codeOfBody(final Transport transport, final String body) {
    try (RawSipPeer peer = peer(transport)) {
      return Patience.insist(() -> peer.exchange(publish(peer, body))).code();
    }
  }

  @AfterEach
  void stillServes() {
    for (final Transport transport : Transport.values()) {
      final String bob = someone("bob");
      SCENE.peer().publisher(bob, transport).publish(Documents.pidf(bob, "t", "open", "fine"));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @DisplayName("bodies that are no XML are answered 415")
  void noXml(final Transport transport) {
    for (final String body :
        List.of("hello", "<presence", "{\"basic\":\"open\"}", "\u0000\u0001\u0002", "<a><b></a>")) {
      assertThat(codeOfBody(transport, body)).as(body).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @Deviation("expands entities")
  @DisplayName("document types and entities are answered 415, and nothing is expanded or fetched")
  void entities(final Transport transport) {
    final StringBuilder laughs = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE p [");
    laughs.append("<!ENTITY a0 \"ha\">");
    for (int i = 1; i < 12; i++) {
      laughs.append("<!ENTITY a").append(i).append(" \"");
      laughs.append(("&a" + (i - 1) + ";").repeat(10)).append("\">");
    }
    laughs.append("]><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:a@b\">");
    laughs.append("<note>&a11;</note></presence>");
    final String external =
        "<?xml version=\"1.0\"?><!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
            + "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:a@b\">"
            + "<note>&x;</note></presence>";
    final String plain =
        "<?xml version=\"1.0\"?><!DOCTYPE presence><presence"
            + " xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:a@b\"/>";
    for (final String body : List.of(laughs.toString(), external, plain)) {
      assertThat(codeOfBody(transport, body)).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @Deviation("has no limit")
  @DisplayName("very deep nesting and very many attributes are refused")
  void monsters(final Transport transport) {
    final String deep =
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:a@b\">"
            + "<x>".repeat(5000)
            + "</x>".repeat(5000)
            + "</presence>";
    final StringBuilder wide =
        new StringBuilder("<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:a@b\"");
    for (int i = 0; i < 3000; i++) {
      wide.append(" a").append(i).append("=\"\"");
    }
    wide.append("/>");
    assertThat(codeOfBody(transport, deep)).isBetween(400, 599);
    assertThat(codeOfBody(transport, wide.toString())).isBetween(400, 599);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @DisplayName("a body of 60 kB gets exactly one final answer")
  void sixtyKilobytes(final Transport transport) {
    try (RawSipPeer peer = peer(transport)) {
      final RequestDraft draft =
          publish(peer, Documents.pidf("sip:a@b", "t", "open", "x".repeat(60_000)));
      final SipMessage reply = peer.exchange(draft);
      assertThat(reply.code()).isIn(200, 413, 500);
      assertThat(peer.finalReply(draft.value("Call-ID"), Duration.ofMillis(300))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @DisplayName("control characters in header values get an answer")
  void controlCharacters(final Transport transport) {
    for (final String value :
        List.of("a\u0000b", "a\u0001\u0007b", "a\u001b[2Jb", "\u007f\u00ff")) {
      try (RawSipPeer peer = peer(transport)) {
        final RequestDraft draft =
            publish(peer, Documents.pidf("sip:a@b", "t", "open", "x")).header("X-Odd", value);
        assertThat(peer.exchange(draft).code()).isBetween(200, 599);
        final RequestDraft tagged =
            publish(peer, Documents.pidf("sip:a@b", "t", "open", "x"))
                .header("SIP-If-Match", value);
        assertThat(peer.exchange(tagged).code()).isBetween(400, 599);
        final RequestDraft event =
            publish(peer, Documents.pidf("sip:a@b", "t", "open", "x")).with("Event", value);
        assertThat(peer.exchange(event).code()).isBetween(400, 599);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @DisplayName("URIs of 4 kB get an error, not a crash")
  void longUris(final Transport transport) {
    final String longer = "sip:" + "u".repeat(4096) + "@example.org";
    try (RawSipPeer peer = peer(transport)) {
      final RequestDraft request =
          publish(peer, Documents.pidf("sip:a@b", "t", "open", "x")).uri(longer);
      assertThat(peer.exchange(request).code()).isBetween(400, 599);
      final RequestDraft contact =
          peer.request("SUBSCRIBE", someone("bob"), someone("alice"))
              .header("Event", "presence")
              .header("Expires", "600")
              .header("Contact", "<sip:" + "c".repeat(4096) + "@127.0.0.1:9>");
      assertThat(peer.exchange(contact).code()).isBetween(200, 599);
      final RequestDraft from =
          publish(peer, Documents.pidf("sip:a@b", "t", "open", "x"))
              .with("From", "<" + longer + ">;tag=x");
      assertThat(peer.exchange(from).code()).isBetween(200, 599);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @Deviation("takes the body to the end of the datagram, D-35")
  @DisplayName("a wrong Content-Length does no harm")
  void wrongContentLength(final Transport transport) {
    for (final String length : List.of("0", "10", "100000", "-5", "99999999999", "x")) {
      try (RawSipPeer peer = peer(transport)) {
        final RequestDraft draft =
            publish(peer, Documents.pidf("sip:a@b", "t", "open", "x"))
                .with("Content-Length", length);
        final Optional<SipMessage> reply = peer.exchange(draft, Duration.ofMillis(600));
        reply.ifPresent(message -> assertThat(message.code()).isBetween(400, 599));
      } catch (final java.io.UncheckedIOException e) {
        /* Kamailio closes a TCP connection that it cannot make sense of */
        assertThat(transport).isEqualTo(Transport.TCP);
      }
    }
    assertThat(SCENE.udp().answersOptions(LIMIT)).isTrue();
  }
}
