// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A request being written, header by header, with everything open to change: what tests send is not
 * always well-formed. Starts with the headers every request needs.
 */
public final class RequestDraft {
  private final List<SipMessage.Header> headers = new ArrayList<>();
  private final String method;
  private String uri;
  private String body = "";
  private boolean contentLength = true;

  private RequestDraft(final String method, final String uri) {
    this.method = method;
    this.uri = uri;
  }

  /**
   * A request with Via, Max-Forwards, From with a tag, To, Call-ID and CSeq 1.
   *
   * @param sentBy transport and address for Via, for example {@code UDP 127.0.0.1:5071}
   * @param from URI of the sender
   */
  public static RequestDraft of(
      final String method, final String uri, final String sentBy, final String from) {
    return new RequestDraft(method, uri)
        .header("Via", "SIP/2.0/" + sentBy + ";rport;branch=z9hG4bK" + token())
        .header("Max-Forwards", "70")
        .header("From", "<" + from + ">;tag=" + token())
        .header("To", "<" + uri + ">")
        .header("Call-ID", token() + "@127.0.0.1")
        .header("CSeq", "1 " + method);
  }

  /** A random word. */
  public static String token() {
    return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 50), 36);
  }

  /** Adds a header. */
  public RequestDraft header(final String name, final String value) {
    headers.add(new SipMessage.Header(name, value));
    return this;
  }

  /** Replaces a header where it stands, or adds it. */
  public RequestDraft with(final String name, final String value) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.get(i).name().equalsIgnoreCase(name)) {
        headers.set(i, new SipMessage.Header(name, value));
        return this;
      }
    }
    return header(name, value);
  }

  /** Removes every header of that name. */
  public RequestDraft without(final String name) {
    if (name.equalsIgnoreCase("Content-Length")) {
      contentLength = false;
    }
    headers.removeIf(header -> header.name().equalsIgnoreCase(name));
    return this;
  }

  /** Changes the Request-URI. */
  public RequestDraft uri(final String changed) {
    uri = changed;
    return this;
  }

  /** Sets the body and its type. */
  public RequestDraft body(final String contentType, final String text) {
    body = text;
    return with("Content-Type", contentType);
  }

  /** The value of a header that was set. */
  public String value(final String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name))
        .value();
  }

  /** The message; Content-Length is counted unless it was set or removed. */
  public String text() {
    final StringBuilder text = new StringBuilder(method + " " + uri + " SIP/2.0\r\n");
    headers.forEach(h -> text.append(h.name()).append(": ").append(h.value()).append("\r\n"));
    final boolean set =
        headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Content-Length"));
    if (contentLength && !set) {
      final int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    return text.append("\r\n").append(body).toString();
  }
}
