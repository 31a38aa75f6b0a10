// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.presence.RecoveryCodec.Ended;
import io.kamjvm.presence.RecoveryCodec.Key;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecoveryCodecTest {
  private static final String ODD = "\u20ac \udc80 \ud83d\ude00 \u00ff\u0000";

  private static SubscriptionRow row(final String route) {
    return new SubscriptionRow(
        "sip:bob@d",
        "alice",
        "d",
        "bob",
        "d",
        ODD,
        "h",
        "presence",
        "id",
        "tt",
        "ft",
        "ci",
        7,
        Long.MAX_VALUE,
        "sip:c",
        route,
        -1,
        2,
        "reason",
        Integer.MIN_VALUE,
        "udp:1",
        "sip:l",
        -5,
        "");
  }

  @Test
  @DisplayName("Rows come back as they were, whatever characters and lengths they have")
  void whole() {
    for (final String route :
        new String[] {"", "<sip:p;lr>", ODD, "x".repeat(8_192), ODD.repeat(1_000)}) {
      final SubscriptionRow row = row(route);
      assertThat(RecoveryCodec.subscription(RecoveryCodec.subscription(row))).isEqualTo(row);
      final Ended ended = new Ended(row, "timeout", true);
      assertThat(RecoveryCodec.ended(RecoveryCodec.ended(ended))).isEqualTo(ended);
      assertThat(RecoveryCodec.key(RecoveryCodec.key(Key.of(row)))).isEqualTo(Key.of(row));
    }
    final PublicationRow document =
        new PublicationRow("u", ODD, "e", "a.1", -1, 5, new byte[65_535], "", -3, "ruid");
    assertThat(RecoveryCodec.publication(RecoveryCodec.publication(document)))
        .usingRecursiveComparison()
        .isEqualTo(document);
  }

  @Test
  @DisplayName("What is said twice takes room once, and a small number one byte")
  void packed() {
    final String repeated = "d".repeat(200);
    final byte[] one = RecoveryCodec.key(new Key(repeated, "t", "f", "e", ""));
    final byte[] thrice = RecoveryCodec.key(new Key(repeated, repeated, "f", "e", repeated));
    assertThat(thrice).hasSizeLessThanOrEqualTo(one.length + 2);
    assertThat(RecoveryCodec.key(thrice).eventId()).isEqualTo(repeated);
    assertThat(RecoveryCodec.key(new Key("ci", "t", "f", "e", ""))).hasSize(1 + 3 + 3 * 2 + 1);
  }

  @Test
  @DisplayName("What is cut off, damaged or of another form is refused")
  void damaged() {
    final byte[] whole = RecoveryCodec.subscription(row(ODD));
    for (int length = 0; length < whole.length; length++) {
      final byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> RecoveryCodec.subscription(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    final byte[] other = whole.clone();
    other[0] = 3;
    assertThatThrownBy(() -> RecoveryCodec.subscription(other)).hasMessageContaining("form 3");
    for (int at = 1; at < whole.length; at++) {
      final byte[] damaged = whole.clone();
      damaged[at] ^= 0x7f;
      try {
        RecoveryCodec.subscription(damaged);
      } catch (final IllegalArgumentException expected) {
        assertThat(expected).hasMessage("cut off");
      }
    }
  }
}
