// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A SIP message as it was on the wire, header by header in order. Bytes are read as ISO 8859-1 so
 * that none is lost.
 *
 * @param startLine request or status line
 * @param headers in the order of the message, names as written
 * @param body empty when there is none
 */
public record SipMessage(String startLine, List<Header> headers, String body) {

  /** One header field. */
  public record Header(String name, String value) {}

  /** Reads a message; tolerant, because what is tested may be wrong. */
  public static SipMessage parse(final byte[] bytes) {
    final String text = new String(bytes, StandardCharsets.ISO_8859_1);
    final int end = text.indexOf("\r\n\r\n");
    final String head = end < 0 ? text : text.substring(0, end);
    final String body = end < 0 ? "" : text.substring(end + 4);
    final String[] lines = head.split("\r\n");
    final List<Header> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      final int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.add(
            new Header(
                lines[i].substring(0, colon).strip(), lines[i].substring(colon + 1).strip()));
      }
    }
    return new SipMessage(lines[0], List.copyOf(headers), body);
  }

  /** The first header of that name. */
  public Optional<String> header(final String name) {
    return headers(name).stream().findFirst();
  }

  /** All headers of that name. */
  public List<String> headers(final String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /** Header that has to be there. */
  public String required(final String name) {
    return header(name).orElseThrow(() -> new AssertionError("no " + name + " in\n" + this));
  }

  /** True for a request. */
  public boolean isRequest() {
    return !startLine.startsWith("SIP/2.0 ");
  }

  /** Method of a request, or of the request that a reply answers. */
  public String method() {
    return isRequest()
        ? startLine.substring(0, startLine.indexOf(' '))
        : required("CSeq").replaceFirst("^[0-9]+\\s+", "");
  }

  /** Request-URI. */
  public String requestUri() {
    return startLine.split(" ")[1];
  }

  /** Status code of a reply. */
  public int code() {
    return Integer.parseInt(startLine.split(" ")[1]);
  }

  /** Reason phrase of a reply. */
  public String reason() {
    return startLine.split(" ", 3)[2];
  }

  /** Number in CSeq. */
  public long cseq() {
    return Long.parseLong(required("CSeq").split("\\s+")[0]);
  }

  /** Call-ID. */
  public String callId() {
    return required("Call-ID");
  }

  /** Tag of To, if any. */
  public Optional<String> toTag() {
    return tag(required("To"));
  }

  /** Tag of From, if any. */
  public Optional<String> fromTag() {
    return tag(required("From"));
  }

  private static Optional<String> tag(final String value) {
    final int at = value.indexOf(";tag=");
    return at < 0 ? Optional.empty() : Optional.of(value.substring(at + 5).split(";")[0]);
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder(startLine).append("\r\n");
    headers.forEach(h -> text.append(h.name()).append(": ").append(h.value()).append("\r\n"));
    return text.append("\r\n").append(body).toString();
  }
}
