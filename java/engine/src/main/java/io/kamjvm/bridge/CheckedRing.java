// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.RING_HEAD_CACHE_OFFSET;
import static io.kamjvm.bridge.RegionLayout.RING_HEAD_OFFSET;
import static io.kamjvm.bridge.RegionLayout.RING_TAIL_OFFSET;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/**
 * The consumer's end of a many-to-one ring whose producers are other processes. Agrona's own reader
 * trusts each length it finds; one damaged record would hold it at the same place for ever. Here
 * positions and lengths are checked before they are used, and when they do not add up everything up
 * to the tail is dropped, so that the ring works again: what {@code kw_mpsc_read} does. One thread.
 */
public final class CheckedRing {
  private static final int ALIGNMENT = RecordDescriptor.ALIGNMENT;
  private static final int HEADER = RecordDescriptor.HEADER_LENGTH;

  private final AtomicBuffer buffer;
  private final ManyToOneRingBuffer ring;
  private final int capacity;
  private final int tailIndex;
  private final int headIndex;
  private final int headCacheIndex;
  private long corruptions;

  /**
   * @param buffer the ring's data and trailer
   */
  public CheckedRing(final AtomicBuffer buffer) {
    this.buffer = buffer;
    ring = new ManyToOneRingBuffer(buffer);
    capacity = ring.capacity();
    tailIndex = capacity + RING_TAIL_OFFSET;
    headIndex = capacity + RING_HEAD_OFFSET;
    headCacheIndex = capacity + RING_HEAD_CACHE_OFFSET;
  }

  /**
   * Hands at most {@code limit} records to {@code handler} and returns how many. A record is gone
   * from the ring even when the handler throws.
   */
  public int read(final MessageHandler handler, final int limit) {
    final long head = buffer.getLongVolatile(headIndex);
    final long tail = buffer.getLongVolatile(tailIndex);
    if (!adjoining(head, tail)) {
      resync();
      return 0;
    }
    final int start = (int) head & (capacity - 1);
    final int block = (int) Math.min(capacity - start, tail - head);
    int bytes = 0;
    int records = 0;
    boolean sound = true;
    try {
      while (bytes < block && records < limit) {
        final int index = start + bytes;
        final int length = buffer.getIntVolatile(index);
        if (length <= 0) {
          break;
        }
        final int type = buffer.getInt(index + Integer.BYTES);
        sound = soundRecord(type, length, block - bytes);
        if (!sound) {
          break;
        }
        bytes += (length + ALIGNMENT - 1) & -ALIGNMENT;
        if (type != RingBuffer.PADDING_MSG_TYPE_ID) {
          records++;
          handler.onMessage(type, buffer, index + HEADER, length - HEADER);
        }
      }
    } finally {
      if (bytes > 0) {
        buffer.setMemory(start, bytes, (byte) 0);
        buffer.putLongRelease(headIndex, head + bytes);
      }
    }
    if (!sound) {
      resync();
    }
    // Only the padding at the end of the buffer: what follows is at its start.
    return records == 0 && bytes > 0 && sound ? read(handler, limit) : records;
  }

  /** How often the ring was found damaged and emptied. */
  public long corruptions() {
    return corruptions;
  }

  /** Bytes between head and tail. */
  public int size() {
    return ring.size();
  }

  /** Where the consumer is; grows, never wraps. */
  public long consumerPosition() {
    return buffer.getLongVolatile(headIndex);
  }

  /**
   * Frees a claim that a dead producer left at the head. Only when the head has not moved for a
   * while.
   *
   * @return whether it did
   */
  public boolean unblock() {
    final long head = buffer.getLongVolatile(headIndex);
    final long tail = buffer.getLongVolatile(tailIndex);
    if (!adjoining(head, tail)) {
      resync();
      return true;
    }
    final int start = (int) head & (capacity - 1);
    final int length = buffer.getIntVolatile(start);
    if (head != tail && length < 0 && (length > -HEADER || length < start - capacity)) {
      resync();
      return true;
    }
    return ring.unblock();
  }

  private boolean soundRecord(final int type, final int length, final int room) {
    if (length < HEADER || length > room) {
      return false;
    }
    return type == RingBuffer.PADDING_MSG_TYPE_ID
        || (type > 0 && length - HEADER <= ring.maxMsgLength());
  }

  private boolean adjoining(final long head, final long tail) {
    return plausible(head) && plausible(tail) && tail >= head && tail - head <= capacity;
  }

  private static boolean plausible(final long position) {
    return position >= 0 && position < Long.MAX_VALUE / 2 && position % ALIGNMENT == 0;
  }

  private void resync() {
    corruptions++;
    final long head = buffer.getLongVolatile(headIndex);
    long tail = buffer.getLongVolatile(tailIndex);
    if (adjoining(head, tail)) {
      zero(head, tail);
    } else {
      buffer.setMemory(0, capacity, (byte) 0);
      if (!plausible(tail)) {
        // A producer may move the impossible value on meanwhile; then the next read comes here.
        buffer.compareAndSetLong(tailIndex, tail, 0);
        tail = 0;
      }
    }
    buffer.putLongRelease(headCacheIndex, tail);
    buffer.putLongRelease(headIndex, tail);
  }

  private void zero(final long from, final long to) {
    final int start = (int) from & (capacity - 1);
    final int length = (int) (to - from);
    final int first = Math.min(length, capacity - start);
    buffer.setMemory(start, first, (byte) 0);
    buffer.setMemory(0, length - first, (byte) 0);
  }
}
