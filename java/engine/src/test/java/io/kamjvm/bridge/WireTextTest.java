// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class WireTextTest {

  @Test
  @DisplayName("UTF-8 is what it says, also beyond the basic plane and the replacement character")
  void utf8() {
    final String text = "sip:zoë@пример.example \u20ac \ud83d\ude00 \ufffd";
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(WireText.decode(bytes)).isEqualTo(text);
    assertThat(WireText.encode(text)).isEqualTo(bytes);
    assertThat(WireText.isMalformed(text)).isFalse();
  }

  @Test
  @DisplayName("Bytes that are no UTF-8 come back as they were")
  void malformed() {
    final byte[] latin1 = "tag=\u00e9\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    final String text = WireText.decode(latin1);
    assertThat(text).startsWith("tag=").hasSize(6);
    assertThat(WireText.isMalformed(text)).isTrue();
    assertThat(WireText.encode(text)).isEqualTo(latin1);
  }

  @Test
  @DisplayName("Any bytes at all: nothing is lost, and different bytes are different texts")
  void anyBytes() {
    Seeded.runs(
        5000,
        random -> {
          final byte[] bytes = new byte[random.nextInt(12)];
          random.nextBytes(bytes);
          for (int i = 0; i < bytes.length; i++) {
            if (random.nextBoolean()) {
              // The bytes that multi-byte sequences and surrogates are made of.
              bytes[i] = (byte) new int[] {0xed, 0xf0, 0xc3, 0xa9, 0xb3, 0x80}[random.nextInt(6)];
            }
          }
          assertThat(WireText.encode(WireText.decode(bytes))).isEqualTo(bytes);
        });
  }

  @Test
  @DisplayName("A lone surrogate that no peer sent is encoded as a question mark")
  void loneSurrogate() {
    assertThat(WireText.encode("a\ud800b")).isEqualTo("a?b".getBytes(StandardCharsets.UTF_8));
  }
}
