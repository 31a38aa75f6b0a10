// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ends of both kinds of ring, in both languages, on the same bytes. */
final class RingContractTest {
  private static final int TYPE = 7;

  /** Who writes and who reads. */
  enum Pair {
    MPSC_C_TO_AGRONA(true),
    MPSC_C_TO_CHECKED(true),
    MPSC_AGRONA_TO_C(true),
    MPSC_C_TO_C(true),
    SPSC_C_TO_AGRONA(false),
    SPSC_AGRONA_TO_C(false),
    SPSC_C_TO_C(false);

    private final boolean many;

    Pair(final boolean many) {
      this.many = many;
    }

    Ends on(final WireRing ring) {
      final RingBuffer agrona =
          many ? new ManyToOneRingBuffer(ring.buffer()) : new OneToOneRingBuffer(ring.buffer());
      final CheckedRing checked = new CheckedRing(ring.buffer());
      return new Ends(
          name().contains("AGRONA_TO")
              ? data -> {
                final UnsafeBuffer source = new UnsafeBuffer(data);
                return agrona.write(TYPE, source, 0, data.length) ? RING_OK : RING_FULL;
              }
              : many
                  ? data -> Wire.LIBRARY.kw_mpsc_write(ring.struct(), TYPE, data, data.length)
                  : data -> Wire.LIBRARY.kw_spsc_write(ring.struct(), TYPE, data, data.length),
          name().endsWith("TO_AGRONA")
              ? (got, limit) -> agrona.read(into(got), limit)
              : name().endsWith("TO_CHECKED")
                  ? (got, limit) -> checked.read(into(got), limit)
                  : many
                      ? (got, limit) ->
                          Wire.LIBRARY.kw_mpsc_read(ring.struct(), handler(got), null, limit)
                      : (got, limit) ->
                          Wire.LIBRARY.kw_spsc_read(ring.struct(), handler(got), null, limit));
    }

    private static MessageHandler into(final Queue<byte[]> got) {
      return (type, buffer, index, length) -> {
        assertThat(type).isEqualTo(TYPE);
        final byte[] data = new byte[length];
        buffer.getBytes(index, data);
        got.add(data);
      };
    }

    private static Wire.RingHandler handler(final Queue<byte[]> got) {
      return (type, data, length, arg) -> got.add(data.getByteArray(0, length));
    }
  }

  interface Writer {
    int write(byte[] data);
  }

  interface Reader {
    int read(Queue<byte[]> got, int limit);
  }

  record Ends(Writer writer, Reader reader) {}

  @ParameterizedTest(name = "{0} is a queue, through wraps and fills")
  @EnumSource
  void isQueue(final Pair pair) {
    Seeded.runs(
        4,
        random -> {
          final WireRing ring = new WireRing(1 << random.nextInt(7, 12));
          final Ends ends = pair.on(ring);
          final Queue<byte[]> expected = new ArrayDeque<>();
          final Queue<byte[]> got = new ArrayDeque<>();
          int full = 0;
          for (int i = 0; i < 1500; i++) {
            if (random.nextInt(5) < 3) {
              final byte[] data = message(random, ring.capacity() / 8);
              final int result = ends.writer().write(data);
              if (result == RING_OK) {
                expected.add(data);
              } else {
                assertThat(result).isEqualTo(RING_FULL);
                full++;
              }
            } else {
              ends.reader().read(got, random.nextInt(4));
              takeAll(expected, got);
            }
          }
          drain(ring, ends, got);
          takeAll(expected, got);
          assertThat(expected).isEmpty();
          assertThat(full).isPositive();
          assertThat(ring.position(RING_HEAD_OFFSET)).isGreaterThan(4L * ring.capacity());
        });
  }

  @ParameterizedTest(name = "{0} takes capacity / 8 bytes and an empty message")
  @EnumSource
  void limits(final Pair pair) {
    final WireRing ring = new WireRing(1024);
    final Ends ends = pair.on(ring);
    final byte[] longest = new byte[128];
    Arrays.fill(longest, (byte) 9);
    final Queue<byte[]> got = new ArrayDeque<>();

    assertThat(ends.writer().write(longest)).isEqualTo(RING_OK);
    assertThat(ends.writer().write(new byte[0])).isEqualTo(RING_OK);

    assertThat(ends.reader().read(got, 10)).isEqualTo(2);
    assertThat(got).containsExactly(longest, new byte[0]);
  }

  @ParameterizedTest(name = "{0} leaves the same bytes whoever writes")
  @EnumSource(names = {"MPSC_C_TO_C", "SPSC_C_TO_C"})
  void sameBytes(final Pair pair) {
    Seeded.runs(
        10,
        random -> {
          final WireRing c = new WireRing(512);
          final WireRing java = new WireRing(512);
          final Ends cEnds = pair.on(c);
          final Ends javaEnds =
              (pair.many ? Pair.MPSC_AGRONA_TO_C : Pair.SPSC_AGRONA_TO_C).on(java);
          for (int i = 0; i < 300; i++) {
            if (random.nextInt(5) < 3) {
              final byte[] data = message(random, 64);
              assertThat(cEnds.writer().write(data)).isEqualTo(javaEnds.writer().write(data));
            } else {
              cEnds.reader().read(new ArrayDeque<>(), 1);
              javaEnds.reader().read(new ArrayDeque<>(), 1);
            }
            assertThat(c.buffer()).isEqualTo(java.buffer());
          }
        });
  }

  @ParameterizedTest(name = "{0} refuses what is too long or has no type")
  @EnumSource(names = {"MPSC_C_TO_C", "SPSC_C_TO_C"})
  void refusals(final Pair pair) {
    final WireRing ring = new WireRing(1024);
    final byte[] data = new byte[200];

    if (pair.many) {
      assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, data, 129)).isEqualTo(RING_TOO_LONG);
      assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, data, -1)).isEqualTo(RING_TOO_LONG);
      assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 0, data, 8)).isEqualTo(RING_BAD_TYPE);
    } else {
      assertThat(Wire.LIBRARY.kw_spsc_write(ring.struct(), 1, data, 129)).isEqualTo(RING_TOO_LONG);
      assertThat(Wire.LIBRARY.kw_spsc_write(ring.struct(), 1, data, -1)).isEqualTo(RING_TOO_LONG);
      assertThat(Wire.LIBRARY.kw_spsc_write(ring.struct(), -1, data, 8)).isEqualTo(RING_BAD_TYPE);
    }
    assertThat(ring.position(RING_TAIL_OFFSET)).isZero();
  }

  private static byte[] message(final RandomGenerator random, final int longest) {
    final byte[] data = new byte[random.nextInt(longest + 1)];
    random.nextBytes(data);
    return data;
  }

  private static void drain(final WireRing ring, final Ends ends, final Queue<byte[]> got) {
    for (int i = 0; i < 10_000 && Wire.LIBRARY.kw_ring_size(ring.struct()) > 0; i++) {
      ends.reader().read(got, 100);
    }
  }

  private static void takeAll(final Queue<byte[]> expected, final Queue<byte[]> got) {
    while (!got.isEmpty()) {
      assertThat(got.remove()).isEqualTo(expected.remove());
    }
  }
}
