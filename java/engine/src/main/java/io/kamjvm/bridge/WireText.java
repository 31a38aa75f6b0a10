// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text of SIP messages as strings. SIP is UTF-8 (RFC 3261, 7), peers are not always: a byte 0xNN
 * that is no UTF-8 becomes the lone surrogate U+DCNN, and becomes that byte again when encoded. So
 * nothing is lost between a peer's tag and ours, and two different byte strings never become equal.
 * Other lone surrogates, which only a program can make, are encoded as '?'.
 */
public final class WireText {
  private static final char ESCAPE = '\udc00';

  private WireText() {}

  /** Never fails. */
  public static String decode(final byte[] bytes) {
    final String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : decodeEscaping(bytes);
  }

  /** Never fails. */
  public static byte[] encode(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        return encodeEscaped(text);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the text came from bytes that are not UTF-8: a database may refuse it. */
  public static boolean isMalformed(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEscape(final String text, final int i) {
    final char c = text.charAt(i);
    return c >= ESCAPE + 0x80
        && c <= ESCAPE + 0xff
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static String decodeEscaping(final byte[] bytes) {
    final var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    final ByteBuffer in = ByteBuffer.wrap(bytes);
    final CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      final CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + (in.get() & 0xff)));
      }
    }
  }

  private static byte[] encodeEscaped(final String text) {
    final ByteBuffer out = ByteBuffer.allocate(3 * text.length());
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        out.put(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
        out.put((byte) text.charAt(i));
        plain = i + 1;
      }
    }
    out.put(text.substring(plain).getBytes(StandardCharsets.UTF_8));
    final byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }
}
