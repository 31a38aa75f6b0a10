// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the normaliser hides, and what it leaves to be seen. */
class ScribeTest {
  private final Placeholders placeholders = new Placeholders();
  private final Scribe scribe = new Scribe(placeholders);

  private static SipMessage message(final String... lines) {
    return SipMessage.parse(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static SipMessage notify(
      final String cseq, final String state, final String type, final String body) {
    return message(
        "NOTIFY sip:alice@127.0.0.1:5070 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKabc.0",
        "To: <sip:alice@example.org>;tag=theirs",
        "From: <sip:bob@example.org>;tag=ours",
        "CSeq: " + cseq + " NOTIFY",
        "Call-ID: call-1",
        "Content-Length: " + body.length(),
        "Subscription-State: " + state,
        "Content-Type: " + type,
        "",
        body);
  }

  private List<String> lines(final int entry) {
    return scribe.entries().get(entry).lines();
  }

  @Test
  @DisplayName("CSeq is told as a difference, expires rounded, branch hidden")
  void notifies() {
    scribe.heard(7, "alice", notify("5", "active;expires=599", "text/plain", "x"));
    scribe.heard(8, "alice", notify("6", "active;expires=541", "text/plain", "x"));
    scribe.heard(9, "alice", notify("1006", "terminated;reason=timeout", "text/plain", "x"));
    assertThat(lines(0))
        .contains(
            "CSeq: first NOTIFY",
            "Subscription-State: active;expires=600",
            "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=[branch]",
            "Content-Length: [of body]",
            "From: <sip:bob@example.org>;tag=[tag@7]");
    assertThat(lines(1)).contains("CSeq: +1 NOTIFY", "Subscription-State: active;expires=600");
    assertThat(lines(2))
        .contains("CSeq: +1000 NOTIFY", "Subscription-State: terminated;reason=timeout");
  }

  @Test
  @DisplayName("a Content-Length that is wrong stays to be seen")
  void wrongLength() {
    final SipMessage wrong =
        message(
            "NOTIFY sip:a SIP/2.0",
            "CSeq: 1 NOTIFY",
            "Call-ID: c",
            "From: x",
            "Content-Length: 9",
            "",
            "abc");
    scribe.heard(1, "alice", wrong);
    assertThat(lines(0)).contains("Content-Length: 9");
  }

  @Test
  @DisplayName("the same value has the same name everywhere, another one another")
  void relations() {
    final SipMessage first =
        message("SIP/2.0 200 OK", "To: <sip:b>;tag=t1", "SIP-ETag: a.1.2.3.0", "Content-Length: 0");
    final SipMessage second =
        message("SIP/2.0 200 OK", "To: <sip:b>;tag=t1", "SIP-ETag: a.1.2.3.1", "Content-Length: 0");
    scribe.replies(3, "bob", List.of(first), Optional.of("1"), List.of());
    scribe.replies(4, "bob", List.of(second), Optional.of("1"), List.of());
    assertThat(lines(0)).contains("SIP-ETag: [etag@3 a.N.N.N.0]", "To: <sip:b>;tag=[tag@3]");
    assertThat(lines(2)).contains("SIP-ETag: [etag@4 a.N.N.N.1]", "To: <sip:b>;tag=[tag@3]");
    assertThat(lines(1)).containsExactly("returned 1");
  }

  @Test
  @DisplayName("no reply is said")
  void noReply() {
    scribe.replies(3, "bob", List.of(), Optional.empty(), List.of());
    assertThat(lines(0)).containsExactly("no reply");
  }

  @Test
  @DisplayName("XML that means the same is the same")
  void canonicalXml() {
    scribe.heard(
        1,
        "alice",
        notify(
            "1", "active", "a/x+xml", "<?xml version='1.0'?><p xmlns='u' b='2' a='1'> <q/></p>"));
    scribe.heard(
        2,
        "alice",
        notify("2", "active", "a/x+xml", "<p a=\"1\" b=\"2\" xmlns=\"u\"><q xmlns=\"u\"></q></p>"));
    scribe.heard(3, "alice", notify("3", "active", "a/x+xml", "<p a=\"1\" xmlns=\"u\"><q/></p>"));
    assertThat(body(0)).isEqualTo(body(1)).isNotEqualTo(body(2));
    assertThat(body(0)).containsExactly("<p a=\"1\" b=\"2\" xmlns=\"u\">", "  <q>");
  }

  private List<String> body(final int entry) {
    return lines(entry).stream().filter(line -> line.strip().startsWith("<")).toList();
  }

  @Test
  @DisplayName("counters in rows are told from what was on the wire, times from now")
  void rows() {
    scribe.heard(1, "alice", notify("5", "active;expires=600", "text/plain", "x"));
    scribe.sent("call-1", 3);
    final long now = Instant.now().getEpochSecond();
    final Map<String, String> row = new LinkedHashMap<>();
    row.put("id", "17");
    row.put("callid", "call-1");
    row.put("local_cseq", "4");
    row.put("remote_cseq", "3");
    row.put("expires", Long.toString(now + 598));
    row.put("received_time", Long.toString(now - 2));
    row.put("ruid", "pres-5f3a-1b2c-1");
    scribe.row(2, "presentity", row);
    assertThat(lines(1))
        .containsExactly(
            "row of presentity",
            "callid=call-1",
            "local_cseq=last NOTIFY-1",
            "remote_cseq=last SUBSCRIBE",
            "expires=now+600",
            "received_time=now+0",
            "ruid=pres-[id]");
  }

  @Test
  @DisplayName("times, ids and hashes of commands are hidden")
  void outputs() {
    final long now = Instant.now().getEpochSecond();
    scribe.output(
        1, "rpc", List.of("expires: " + (now + 300), "ruid: pres-1-2-3", "hashid: -12", "user: x"));
    assertThat(lines(0))
        .containsExactly("expires: now+300", "ruid: pres-[id]", "hashid: [hash]", "user: x");
  }

  @Test
  @DisplayName("a hidden value that is part of another one does not break it")
  void longestFirst() {
    placeholders.name("abc", "[short]");
    placeholders.name("abc.1", "[long]");
    assertThat(placeholders.hide("abc abc.1")).isEqualTo("[short] [long]");
  }
}
