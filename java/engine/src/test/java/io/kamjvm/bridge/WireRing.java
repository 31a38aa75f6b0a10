// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A ring that both languages see: {@code struct kw_ring} for C, a buffer for Agrona. */
final class WireRing {
  private final ByteBuffer memory;
  private final UnsafeBuffer buffer;
  private final int capacity;
  private final Memory struct = new Memory(16);

  WireRing(final int capacity) {
    this(
        BufferUtil.allocateDirectAligned(
            capacity + RegionLayout.RING_TRAILER, BitUtil.CACHE_LINE_LENGTH),
        0,
        capacity);
  }

  WireRing(final ByteBuffer memory, final int offset, final int capacity) {
    this.memory = memory;
    this.capacity = capacity;
    buffer = new UnsafeBuffer(memory, offset, capacity + RegionLayout.RING_TRAILER);
    struct.setPointer(0, new Pointer(buffer.addressOffset()));
    struct.setInt(8, capacity);
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  int capacity() {
    return capacity;
  }

  /** {@code struct kw_ring *}, valid as long as this object is. */
  Pointer struct() {
    return struct;
  }

  ByteBuffer memory() {
    return memory;
  }

  void position(final int offset, final long value) {
    buffer.putLong(capacity + offset, value);
  }

  long position(final int offset) {
    return buffer.getLong(capacity + offset);
  }
}
