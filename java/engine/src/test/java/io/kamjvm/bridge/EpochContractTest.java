// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bridge.md section 4: no ring outlives its engine. */
@Timeout(30)
final class EpochContractTest {

  @Test
  @DisplayName("The keeper empties the event ring; the next engine reads only what comes after")
  void quiesce() {
    final WireRing ring = new WireRing(1024);
    for (int i = 0; i < 5; i++) {
      Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, new byte[40], 40);
    }

    assertThat(Wire.LIBRARY.kw_mpsc_quiesce(ring.struct(), 0)).isEqualTo(5);

    assertThat(ring.position(RING_HEAD_OFFSET)).isEqualTo(ring.position(RING_TAIL_OFFSET));
    for (int i = 0; i < 1024; i += 4) {
      assertThat(ring.buffer().getInt(i)).isZero();
    }
    Wire.LIBRARY.kw_mpsc_write(ring.struct(), 2, new byte[40], 40);
    final List<Integer> types = new ArrayList<>();
    new ManyToOneRingBuffer(ring.buffer()).read((type, buffer, at, length) -> types.add(type));
    assertThat(types).containsExactly(2);
  }

  @Test
  @DisplayName("It waits for a record that is being written, and counts it")
  void quiesceWaits() {
    final WireRing ring = new WireRing(1024);
    final ManyToOneRingBuffer producer = new ManyToOneRingBuffer(ring.buffer());
    final int claim = producer.tryClaim(1, 40);
    final CompletableFuture<Integer> dropped =
        CompletableFuture.supplyAsync(
            () -> Wire.LIBRARY.kw_mpsc_quiesce(ring.struct(), TimeUnit.SECONDS.toNanos(20)));
    assertThat(dropped).isNotDone();
    producer.commit(claim);

    assertThat(dropped.join()).isEqualTo(1);
  }

  @Test
  @DisplayName("A claim that nobody finishes holds it up for the grace period only")
  void quiesceGivesUp() {
    final WireRing ring = new WireRing(1024);
    assertThat(new ManyToOneRingBuffer(ring.buffer()).tryClaim(1, 40)).isPositive();

    assertThat(Wire.LIBRARY.kw_mpsc_quiesce(ring.struct(), TimeUnit.MILLISECONDS.toNanos(20)))
        .isZero();

    assertThat(Wire.LIBRARY.kw_ring_size(ring.struct())).isZero();
    assertThat(Wire.LIBRARY.kw_mpsc_write(ring.struct(), 1, new byte[8], 8)).isEqualTo(RING_OK);
  }

  @Test
  @DisplayName("A courier resets its ring for a new epoch, whatever the dead engine left in it")
  void reset() {
    final WireRegion region = new WireRegion(1, 2);
    final WireRing ring = region.commands(1);
    final OneToOneRingBuffer dead = new OneToOneRingBuffer(ring.buffer());
    final UnsafeBuffer command = new UnsafeBuffer(new byte[100]);
    for (int i = 0; i < 50; i++) {
      assertThat(dead.write(1, command, 0, 100)).isTrue();
    }
    assertThat(dead.tryClaim(1, 100)).as("killed in mid-write").isPositive();

    Wire.LIBRARY.kw_spsc_reset(ring.struct());
    final OneToOneRingBuffer next = new OneToOneRingBuffer(ring.buffer());
    assertThat(next.write(2, command, 0, 100)).isTrue();

    final List<Integer> types = new ArrayList<>();
    Wire.LIBRARY.kw_spsc_read(ring.struct(), (type, data, n, arg) -> types.add(type), null, 9);
    assertThat(types).containsExactly(2);
  }

  @Test
  @DisplayName("The head of a command ring moves before the command is carried out")
  void headMovesFirst() {
    final WireRing ring = new WireRing(1024);
    Wire.LIBRARY.kw_spsc_write(ring.struct(), 1, new byte[16], 16);
    final List<Long> heads = new ArrayList<>();

    Wire.LIBRARY.kw_spsc_read(
        ring.struct(), (type, data, n, arg) -> heads.add(ring.position(RING_HEAD_OFFSET)), null, 1);

    assertThat(heads).containsExactly(24L);
  }

  @Test
  @DisplayName("A region of another size or build is refused")
  void regionCheck() {
    final WireRegion region = new WireRegion(3, 2);
    final long length = Wire.LIBRARY.kw_region_length(3, 2);
    assertThat(Wire.LIBRARY.kw_region_check(region.base(), length)).isZero();
    assertThat(Wire.LIBRARY.kw_region_check(region.base(), length - 1)).isEqualTo(-1);
    region.buffer().putInt(HEADER_LAYOUT_VERSION, LAYOUT_VERSION + 1);
    assertThat(Wire.LIBRARY.kw_region_check(region.base(), length)).isEqualTo(-1);
    assertThat(Wire.LIBRARY.kw_region_length(0, 1)).isZero();
    assertThat(Wire.LIBRARY.kw_region_length(1, MAX_COURIERS + 1)).isZero();
  }
}
