// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RecoveryLayout.*;

import java.util.zip.CRC32C;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Records by position: how one is written, moved, marked dead and judged. Every change becomes
 * visible to a reader by one ordered 8-byte store, so a writer that dies leaves what was before or
 * what is after. One thread.
 */
final class RecoveryRecords {
  private final AtomicBuffer buffer;
  private final RecoverySegments segments;
  private final CRC32C crc = new CRC32C();
  private byte[] scratch = new byte[0];

  RecoveryRecords(final AtomicBuffer buffer, final RecoverySegments segments) {
    this.buffer = buffer;
    this.segments = segments;
  }

  /** Bytes that a record with such a value takes. */
  static int length(final int valueLength) {
    return RECOVERY_RECORD_VALUE + ((valueLength + 7) & -8);
  }

  void write(
      final int position,
      final int kind,
      final int id,
      final long sequence,
      final long counter,
      final byte[] value) {
    final int length = length(value.length);
    endAt(position, length);
    buffer.putInt(position + RECOVERY_RECORD_ID, id);
    buffer.putInt(position + RECOVERY_RECORD_BYTES, value.length);
    buffer.putLong(position + RECOVERY_RECORD_SEQUENCE, sequence);
    buffer.putLong(position + RECOVERY_RECORD_COUNTER, counter);
    buffer.putLong(position + RECOVERY_RECORD_CHECK, check(id, sequence, value, value.length));
    buffer.putBytes(position + RECOVERY_RECORD_VALUE, value);
    buffer.putLongOrdered(position, word(length, kind, RECOVERY_LIVE));
  }

  /** Writes what is at {@code from} once more. */
  void copy(final int from, final int to) {
    final long word = buffer.getLong(from);
    final int length = (int) word;
    endAt(to, length);
    buffer.putBytes(
        to + RECOVERY_RECORD_ID, buffer, from + RECOVERY_RECORD_ID, length - RECOVERY_RECORD_ID);
    buffer.putLongOrdered(to, word);
  }

  /** A reader must not take for a record what an earlier use of the segment has left behind it. */
  private void endAt(final int position, final int length) {
    final int next = position + length;
    if (next + Long.BYTES <= segments.endOf(position)) {
      buffer.putLong(next, 0);
    }
  }

  void markDead(final int position) {
    buffer.putLongOrdered(position, word(lengthAt(position), kind(position), RECOVERY_DEAD));
  }

  void counter(final int position, final long counter) {
    buffer.putLongOrdered(position + RECOVERY_RECORD_COUNTER, counter);
  }

  long counter(final int position) {
    return buffer.getLong(position + RECOVERY_RECORD_COUNTER);
  }

  int id(final int position) {
    return buffer.getInt(position + RECOVERY_RECORD_ID);
  }

  long sequence(final int position) {
    return buffer.getLong(position + RECOVERY_RECORD_SEQUENCE);
  }

  int kind(final int position) {
    return (int) (buffer.getLong(position) >>> 32) & 0xff;
  }

  byte[] value(final int position) {
    final byte[] value = new byte[buffer.getInt(position + RECOVERY_RECORD_BYTES)];
    buffer.getBytes(position + RECOVERY_RECORD_VALUE, value);
    return value;
  }

  boolean live(final int position) {
    return state(buffer.getLong(position)) == RECOVERY_LIVE;
  }

  /** Whether nothing was written there. */
  boolean blank(final int position) {
    return buffer.getLongVolatile(position) == 0;
  }

  /** The whole length of the record there, in bytes. */
  int lengthAt(final int position) {
    return (int) buffer.getLong(position);
  }

  /** Whether there is a record that ends before {@code end}. */
  boolean sound(final int position, final int end) {
    final long word = buffer.getLong(position);
    final int length = (int) word;
    final int state = state(word);
    return word >>> 48 == RECOVERY_MARK
        && (state == RECOVERY_LIVE || state == RECOVERY_DEAD)
        && length >= RECOVERY_RECORD_VALUE
        && length <= RECOVERY_RECORD_MAX
        && length % Long.BYTES == 0
        && length <= end - position;
  }

  /** Whether the value of a sound record is the one that was written. */
  boolean intact(final int position) {
    final int bytes = buffer.getInt(position + RECOVERY_RECORD_BYTES);
    if (bytes < 0 || length(bytes) != (int) buffer.getLong(position)) {
      return false;
    }
    if (scratch.length < bytes) {
      scratch = new byte[Math.max(bytes, RECOVERY_RECORD_MAX)];
    }
    buffer.getBytes(position + RECOVERY_RECORD_VALUE, scratch, 0, bytes);
    return check(id(position), sequence(position), scratch, bytes)
        == buffer.getLong(position + RECOVERY_RECORD_CHECK);
  }

  private long check(final int id, final long sequence, final byte[] bytes, final int length) {
    crc.reset();
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (sequence >>> shift));
    }
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      crc.update(id >>> shift);
    }
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  private static long word(final int length, final int kind, final int state) {
    return (long) RECOVERY_MARK << 48 | (long) state << 40 | (long) kind << 32 | length;
  }

  private static int state(final long word) {
    return (int) (word >>> 40) & 0xff;
  }
}
