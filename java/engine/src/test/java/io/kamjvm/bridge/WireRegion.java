// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** A region laid out by C, with an engine of epoch 1 that beats. */
final class WireRegion {
  private final ByteBuffer memory;
  private final UnsafeBuffer buffer;

  WireRegion(final int processes, final int couriers) {
    memory = ByteBuffer.allocateDirect((int) Wire.LIBRARY.kw_region_length(processes, couriers));
    buffer = new UnsafeBuffer(memory);
    Wire.LIBRARY.kw_region_init(base(), processes, couriers);
    buffer.putInt(HEADER_EPOCH, 1);
    beat();
    buffer.putInt(HEADER_ENGINE_STATE, ENGINE_READY);
  }

  ByteBuffer memory() {
    return memory;
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  Pointer base() {
    return new Pointer(buffer.addressOffset());
  }

  /** Beats for an hour, so that a busy machine makes no engine late. */
  void beat() {
    buffer.putLongVolatile(
        HEADER_HEARTBEAT_NS, Wire.LIBRARY.kw_now_ns() + TimeUnit.HOURS.toNanos(1));
  }

  /** The last heartbeat was now. */
  void stopBeating() {
    buffer.putLongVolatile(HEADER_HEARTBEAT_NS, Wire.LIBRARY.kw_now_ns());
  }

  CheckedRing events() {
    return new CheckedRing(
        new UnsafeBuffer(
            buffer, (int) buffer.getLong(HEADER_EVENTS_OFFSET), EVENTS_CAPACITY + RING_TRAILER));
  }

  WireRing eventRing() {
    return new WireRing(memory, (int) buffer.getLong(HEADER_EVENTS_OFFSET), EVENTS_CAPACITY);
  }

  WireRing commands(final int courier) {
    final long start = Pointer.nativeValue(Wire.LIBRARY.kw_courier_ring(base(), courier));
    return new WireRing(memory, (int) (start - buffer.addressOffset()), COMMANDS_CAPACITY);
  }
}
