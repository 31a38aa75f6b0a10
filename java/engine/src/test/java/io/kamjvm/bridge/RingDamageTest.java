// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another process damaged is an error here, never a crash or an endless loop. */
final class RingDamageTest {
  private static final Wire.RingHandler IGNORE = (type, data, length, arg) -> {};

  @ParameterizedTest(name = "A record that claims {0} bytes empties the ring, in C and in Java")
  @ValueSource(ints = {Integer.MAX_VALUE, 1, 7, 1025, 768})
  void impossibleLength(final int length) {
    final WireRing ring = ringWith(3);
    ring.buffer().putInt(24, length);
    final List<Integer> types = new ArrayList<>();
    final CheckedRing java = new CheckedRing(ring.buffer());
    assertThat(java.read((type, buffer, index, size) -> types.add(type), 10)).isEqualTo(1);
    assertThat(types).containsExactly(1);
    assertThat(java.corruptions()).isEqualTo(1);
    assertWorks(ring);

    final WireRing other = ringWith(3);
    other.buffer().putInt(24, length);
    assertThat(Wire.LIBRARY.kw_mpsc_read(other.struct(), IGNORE, null, 10)).isEqualTo(RING_CORRUPT);
    assertWorks(other);
  }

  @ParameterizedTest(name = "Head or tail at {0} is an error and mends itself")
  @ValueSource(longs = {-8, 3, Long.MAX_VALUE, Long.MIN_VALUE, 1 << 20})
  void impossiblePosition(final long position) {
    for (final int offset : new int[] {RING_HEAD_OFFSET, RING_TAIL_OFFSET}) {
      final WireRing ring = ringWith(2);
      ring.position(offset, position);
      assertThat(Wire.LIBRARY.kw_mpsc_read(ring.struct(), IGNORE, null, 10))
          .isEqualTo(RING_CORRUPT);
      assertWorks(ring);

      final WireRing other = ringWith(2);
      other.position(offset, position);
      final CheckedRing java = new CheckedRing(other.buffer());
      assertThat(java.read((type, buffer, index, length) -> {}, 10)).isZero();
      assertThat(java.corruptions()).isEqualTo(1);
      assertWorks(other);

      final WireRing commands = new WireRing(1024);
      commands.position(offset, position);
      assertThat(Wire.LIBRARY.kw_spsc_read(commands.struct(), IGNORE, null, 10))
          .isEqualTo(RING_CORRUPT);
      assertThat(Wire.LIBRARY.kw_spsc_write(commands.struct(), 1, new byte[8], 8))
          .isEqualTo(RING_OK);
    }
  }

  @Test
  @DisplayName("A producer refuses to write where the tail is impossible")
  void producerRefuses() {
    final WireRing ring = new WireRing(1024);
    ring.position(RING_TAIL_OFFSET, 5);
    assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, new byte[8], 8))
        .isEqualTo(RING_CORRUPT);
    assertThat(Wire.LIBRARY.kw_spsc_write(ring.struct(), 1, new byte[8], 8))
        .isEqualTo(RING_CORRUPT);
    ring.position(RING_TAIL_OFFSET, 8);
    ring.position(RING_HEAD_OFFSET, 1 << 20);
    ring.position(RING_HEAD_CACHE_OFFSET, 1 << 20);
    assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, new byte[8], 8))
        .isEqualTo(RING_CORRUPT);
  }

  @Test
  @DisplayName("Random damage: the reader in Java always gets the ring working again")
  void randomDamage() {
    Seeded.runs(
        150,
        random -> {
          final WireRing ring = new WireRing(1 << random.nextInt(7, 12));
          final CheckedRing java = new CheckedRing(ring.buffer());
          for (int i = 0; i < 60; i++) {
            final int length = random.nextInt(ring.capacity() / 8 + 1);
            Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, new byte[length], length);
            if (random.nextInt(4) == 0) {
              damage(random, ring);
            }
            if (random.nextInt(3) == 0) {
              java.read((type, buffer, index, size) -> buffer.boundsCheck(index, size), 3);
            }
            if (random.nextInt(8) == 0) {
              java.unblock();
            }
          }
          for (int i = 0; i < 1000 && java.size() > 0; i++) {
            if (java.read((type, buffer, index, size) -> {}, 100) == 0 && !java.unblock()) {
              // A claim at the very end that nobody finishes: the keeper's business.
              Wire.LIBRARY.kw_mpsc_quiesce(ring.struct(), 0);
            }
          }
          java.read((type, buffer, index, size) -> {}, 100);
          assertWorks(ring);
        });
  }

  @Test
  @DisplayName("Random damage: the couriers' reader in C survives what Agrona's producer meets")
  void randomDamageOfCommands() {
    Seeded.runs(
        150,
        random -> {
          final WireRing ring = new WireRing(1 << random.nextInt(7, 12));
          final OneToOneRingBuffer java = new OneToOneRingBuffer(ring.buffer());
          for (int i = 0; i < 60; i++) {
            final int length = random.nextInt(java.maxMsgLength() + 1);
            java.write(1, ring.buffer(), 0, Math.min(length, ring.capacity()));
            if (random.nextInt(4) == 0) {
              ring.buffer().putInt(4 * random.nextInt(ring.capacity() / 4), random.nextInt());
            }
            if (random.nextInt(3) == 0) {
              Wire.LIBRARY.kw_spsc_read(ring.struct(), IGNORE, null, 3);
            }
          }
          Wire.LIBRARY.kw_spsc_reset(ring.struct());
          assertThat(java.write(1, ring.buffer(), 0, 8)).isTrue();
          assertThat(Wire.LIBRARY.kw_spsc_read(ring.struct(), IGNORE, null, 3)).isEqualTo(1);
        });
  }

  @Test
  @DisplayName("A handler that throws does not keep its record in the ring")
  void handlerThrows() {
    final WireRing ring = ringWith(2);
    final CheckedRing java = new CheckedRing(ring.buffer());
    assertThatThrownBy(
            () ->
                java.read(
                    (type, buffer, index, length) -> {
                      throw new IllegalStateException("as told");
                    },
                    1))
        .hasMessage("as told");
    final List<Integer> types = new ArrayList<>();
    assertThat(java.read((type, buffer, index, length) -> types.add(type), 10)).isEqualTo(1);
    assertThat(types).containsExactly(2);
  }

  @Test
  @DisplayName("A claim that a dead producer left is freed, by C and by Java alike")
  void unblock() {
    for (final boolean inJava : new boolean[] {false, true}) {
      final WireRing ring = new WireRing(1024);
      final ManyToOneRingBuffer agrona = new ManyToOneRingBuffer(ring.buffer());
      final CheckedRing checked = new CheckedRing(ring.buffer());
      assertThat(agrona.tryClaim(1, 20)).isPositive();
      Wire.LIBRARY.kw_mpsc_write(ring.struct(), 2, new byte[4], 4);
      final List<Integer> types = new ArrayList<>();
      assertThat(checked.read((type, buffer, index, length) -> types.add(type), 10)).isZero();

      if (inJava) {
        assertThat(checked.unblock()).isTrue();
      } else {
        assertThat(Wire.LIBRARY.kw_mpsc_unblock(ring.struct())).isEqualTo(1);
      }

      assertThat(checked.read((type, buffer, index, length) -> types.add(type), 10)).isEqualTo(1);
      assertThat(types).containsExactly(2);
      assertThat(Wire.LIBRARY.kw_mpsc_unblock(ring.struct())).isZero();
    }
  }

  /** Records of 24 bytes with types 1, 2 ... in 1024 bytes. */
  private static WireRing ringWith(final int records) {
    final WireRing ring = new WireRing(1024);
    for (int type = 1; type <= records; type++) {
      assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), type, new byte[16], 16))
          .isEqualTo(RING_OK);
    }
    return ring;
  }

  private static void assertWorks(final WireRing ring) {
    final CheckedRing java = new CheckedRing(ring.buffer());
    final List<Integer> types = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      int result = Wire.LIBRARY.kw_mpsc_write(ring.struct(), i, new byte[16], 16);
      if (result == RING_FULL) {
        // It padded to the end of the buffer; there is room once that is read.
        java.read((type, buffer, index, length) -> types.add(type), 10);
        result = Wire.LIBRARY.kw_mpsc_write(ring.struct(), i, new byte[16], 16);
      }
      assertThat(result).isEqualTo(RING_OK);
      java.read((type, buffer, index, length) -> types.add(type), 10);
      assertThat(types).containsExactly(i);
      types.clear();
    }
    assertThat(java.corruptions()).isZero();
  }

  private static void damage(final RandomGenerator random, final WireRing ring) {
    final int[] positions = {RING_HEAD_OFFSET, RING_TAIL_OFFSET, RING_HEAD_CACHE_OFFSET};
    switch (random.nextInt(4)) {
      case 0 ->
          ring.position(positions[random.nextInt(3)], random.nextLong() >> random.nextInt(64));
      case 1 ->
          ring.buffer()
              .putInt(
                  4 * random.nextInt(ring.capacity() / 4), random.nextInt() >> random.nextInt(32));
      case 2 -> {
        final int head = (int) ring.position(RING_HEAD_OFFSET) & (ring.capacity() - 1) & -8;
        ring.buffer().putInt(head + 4 * random.nextInt(2), random.nextInt() >> random.nextInt(32));
      }
      default -> {
        final byte[] noise = new byte[ring.capacity()];
        random.nextBytes(noise);
        ring.buffer().putBytes(0, noise);
      }
    }
  }
}
