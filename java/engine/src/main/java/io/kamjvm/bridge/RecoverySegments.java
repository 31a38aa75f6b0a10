// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RecoveryLayout.*;

import java.util.BitSet;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The segments of the recovery log: which are in use, and how much of each still lives. The lowest
 * free one is taken first, so that memory which was never needed is never touched. One thread.
 */
final class RecoverySegments {

  /** Segments that only moving may take: it needs room before it makes room. */
  static final int RESERVE = 2;

  private final AtomicBuffer buffer;
  private final int size;
  private final int count;
  private final BitSet used;
  private final int[] live;
  private int usedCount;
  private long liveBytes;

  RecoverySegments(final AtomicBuffer buffer, final int size) {
    this.buffer = buffer;
    this.size = size;
    this.count =
        Math.min(
            (buffer.capacity() - RECOVERY_DATA) / size,
            (RECOVERY_DATA - RECOVERY_DIRECTORY) / Long.BYTES);
    this.used = new BitSet(count);
    this.live = new int[count];
    if (count <= RESERVE + 2) {
      throw new IllegalArgumentException(count + " segments are too few");
    }
  }

  /** Whether the mapping holds a log of this layout. */
  boolean laidOut() {
    return buffer.getLong(RECOVERY_HEADER_MAGIC) == RECOVERY_MAGIC
        && buffer.getInt(RECOVERY_HEADER_VERSION) == RECOVERY_VERSION
        && buffer.getInt(RECOVERY_HEADER_SEGMENTS) == count
        && buffer.getInt(RECOVERY_HEADER_SEGMENT) == size;
  }

  /** Whether the mapping is as the keeper made it. */
  boolean blank() {
    return buffer.getLong(RECOVERY_HEADER_MAGIC) == 0;
  }

  /** Makes it an empty log. */
  void layOut() {
    buffer.putLongOrdered(RECOVERY_HEADER_MAGIC, 0);
    for (int segment = 0; segment < count; segment++) {
      buffer.putLong(word(segment), RECOVERY_FREE);
    }
    buffer.putInt(RECOVERY_HEADER_VERSION, RECOVERY_VERSION);
    buffer.putInt(RECOVERY_HEADER_SEGMENTS, count);
    buffer.putInt(RECOVERY_HEADER_SEGMENT, size);
    buffer.putLongOrdered(RECOVERY_HEADER_MAGIC, RECOVERY_MAGIC);
  }

  /** Takes over what an earlier writer has left: whether the segment is in use. */
  boolean adopt(final int segment) {
    if (buffer.getLongVolatile(word(segment)) == RECOVERY_FREE) {
      return false;
    }
    used.set(segment);
    usedCount++;
    return true;
  }

  /**
   * Takes a free segment into use, empty.
   *
   * @param spare how many must remain
   * @return -1 when there is none
   */
  int take(final int spare) {
    if (free() <= spare) {
      return -1;
    }
    final int segment = used.nextClearBit(0);
    used.set(segment);
    usedCount++;
    live[segment] = 0;
    buffer.putLong(start(segment), 0);
    buffer.putLongOrdered(word(segment), RECOVERY_USED);
    return segment;
  }

  /** Nothing in it lives any more. */
  void release(final int segment) {
    buffer.putLongOrdered(word(segment), RECOVERY_FREE);
    used.clear(segment);
    usedCount--;
  }

  void lives(final int position, final int bytes) {
    live[segmentOf(position)] += bytes;
    liveBytes += bytes;
  }

  void dies(final int position, final int bytes) {
    live[segmentOf(position)] -= bytes;
    liveBytes -= bytes;
  }

  /** The segment with the least that lives, these two excepted; -1 when moving frees nothing. */
  int emptiest(final int head, final int other) {
    int best = -1;
    int least = size - size / 16;
    for (int s = used.nextSetBit(0); s >= 0; s = used.nextSetBit(s + 1)) {
      if (live[s] < least && s != head && s != other) {
        best = s;
        least = live[s];
      }
    }
    return best;
  }

  boolean isUsed(final int segment) {
    return used.get(segment);
  }

  int count() {
    return count;
  }

  int size() {
    return size;
  }

  int free() {
    return count - usedCount;
  }

  int used() {
    return usedCount;
  }

  int liveIn(final int segment) {
    return live[segment];
  }

  long liveBytes() {
    return liveBytes;
  }

  int segmentOf(final int position) {
    return (position - RECOVERY_DATA) / size;
  }

  int start(final int segment) {
    return RECOVERY_DATA + segment * size;
  }

  /** Where the segment of that position ends. */
  int endOf(final int position) {
    return start(segmentOf(position)) + size;
  }

  private static int word(final int segment) {
    return RECOVERY_DIRECTORY + segment * Long.BYTES;
  }
}
