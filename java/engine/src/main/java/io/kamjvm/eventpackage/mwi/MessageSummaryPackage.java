// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.mwi;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Package {@code message-summary} (RFC 3842): the last document, byte for byte, if it has the form
 * of spec event-packages 3.
 */
public final class MessageSummaryPackage implements EventPackage {

  private static final Pattern FIRST_LINE =
      Pattern.compile("Messages-Waiting[ \\t]*+:[ \\t]++(?:yes|no)\r\n");

  private final int defaultExpires;

  public MessageSummaryPackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "message-summary";
  }

  @Override
  public String contentType() {
    return "application/simple-message-summary";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    final String text = new String(body, StandardCharsets.ISO_8859_1);
    final Matcher first = FIRST_LINE.matcher(text);
    if (!first.lookingAt() || !lines(text, first.end())) {
      throw new UnacceptableBodyException(500, "Server Internal Error", "no message summary");
    }
    return Document.of(body);
  }

  private static boolean lines(final String text, final int from) {
    int at = from;
    while (at < text.length()) {
      final char c = text.charAt(at);
      if (c == '\r' && text.startsWith("\r\n", at)) {
        at += 2;
      } else if (c == '\t' || (c >= 0x20 && c <= 0x7e)) {
        at++;
      } else {
        return false;
      }
    }
    return text.endsWith("\r\n");
  }
}
