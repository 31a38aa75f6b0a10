// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bridge.md section 6: the answer is unique, and every record comes back. */
final class DeferralContractTest {
  private final WireRegion region = new WireRegion(1, 1);

  @Test
  @DisplayName("A record is claimed, opened, won once, and freed; it is counted all the time")
  void life() {
    final int index = Wire.LIBRARY.kw_deferral_claim(region.base());
    final Pointer record = Wire.LIBRARY.kw_deferral_at(region.base(), index);
    final int generation = record.getInt(DEFERRAL_GENERATION_OFFSET);
    assertThat(open()).isEqualTo(1);
    final byte[] tag = "tag".getBytes(StandardCharsets.US_ASCII);
    final byte[] headers = "X-A: b\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(
            Wire.LIBRARY.kw_deferral_open(
                region.base(), record, tag, tag.length, headers, headers.length))
        .isZero();
    assertThat(record.getByteArray(DEFERRAL_TAG_OFFSET, 3)).isEqualTo(tag);
    assertThat(record.getShort(DEFERRAL_HEADERS_LENGTH_OFFSET)).isEqualTo((short) 8);

    assertThat(Wire.LIBRARY.kw_deferral_win(record, generation)).isEqualTo(1);
    assertThat(Wire.LIBRARY.kw_deferral_win(record, generation)).isZero();
    assertThat(Wire.LIBRARY.kw_deferral_free(region.base(), record, generation, DEFERRAL_OPEN))
        .isZero();
    assertThat(open()).isEqualTo(1);
    assertThat(Wire.LIBRARY.kw_deferral_free(region.base(), record, generation, DEFERRAL_ANSWERING))
        .isEqualTo(1);
    assertThat(open()).isZero();
  }

  @Test
  @DisplayName("Who comes late can neither answer nor free the record's next use")
  void nextUse() {
    region.buffer().putInt(HEADER_DEFERRAL_COUNT, 1);
    final Pointer record = opened();
    final int generation = record.getInt(DEFERRAL_GENERATION_OFFSET);
    assertThat(Wire.LIBRARY.kw_deferral_free(region.base(), record, generation, DEFERRAL_OPEN))
        .isEqualTo(1);
    assertThat(opened()).isEqualTo(record);

    assertThat(Wire.LIBRARY.kw_deferral_win(record, generation)).isZero();
    assertThat(Wire.LIBRARY.kw_deferral_free(region.base(), record, generation, DEFERRAL_OPEN))
        .isZero();
    assertThat(open()).isEqualTo(1);
  }

  @Test
  @DisplayName("Headers or a tag that do not fit free the record, never cut them")
  void doesNotFit() {
    for (final int[] lengths :
        new int[][] {{DEFERRAL_TAG + 1, 0}, {0, DEFERRAL_HEADERS + 1}, {-1, 0}}) {
      final Pointer record =
          Wire.LIBRARY.kw_deferral_at(region.base(), Wire.LIBRARY.kw_deferral_claim(region.base()));
      final byte[] text = new byte[DEFERRAL_STRIDE];
      assertThat(
              Wire.LIBRARY.kw_deferral_open(
                  region.base(), record, text, lengths[0], text, lengths[1]))
          .isEqualTo(-1);
      assertThat(record.getInt(DEFERRAL_STATE_OFFSET)).isEqualTo(DEFERRAL_FREE);
      assertThat(open()).isZero();
    }
  }

  @Test
  @DisplayName("When all records are taken the next claim fails, until one is freed")
  void exhausted() {
    region.buffer().putInt(HEADER_DEFERRAL_COUNT, 3);
    final Pointer first = opened();
    opened();
    opened();
    assertThat(Wire.LIBRARY.kw_deferral_claim(region.base())).isEqualTo(-1);
    assertThat(open()).isEqualTo(3);
    Wire.LIBRARY.kw_deferral_free(
        region.base(), first, first.getInt(DEFERRAL_GENERATION_OFFSET), DEFERRAL_OPEN);
    assertThat(opened()).isEqualTo(first);
    assertThat(Wire.LIBRARY.kw_deferral_at(region.base(), DEFERRAL_COUNT)).isNull();
  }

  private Pointer opened() {
    final int index = Wire.LIBRARY.kw_deferral_claim(region.base());
    assertThat(index).isNotNegative();
    final Pointer record = Wire.LIBRARY.kw_deferral_at(region.base(), index);
    assertThat(Wire.LIBRARY.kw_deferral_open(region.base(), record, new byte[0], 0, new byte[0], 0))
        .isZero();
    return record;
  }

  private int open() {
    return region.buffer().getIntVolatile(HEADER_OPEN_DEFERRALS);
  }
}
