// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes fields; the twin of {@code kw_tlv_writer}: uint16 tag, uint16 zero, uint32 length, value,
 * zero padding to a multiple of 4. A field that does not fit sets {@link #failed} and nothing of it
 * is written, nor anything after it, until {@link #rewind}. Not thread-safe; the buffer belongs to
 * the caller.
 */
public final class TlvWriter {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int HEADER = 8;
  private static final int NO_MARK = -1;

  private final MutableDirectBuffer buffer;
  private final int start;
  private final int capacity;
  private int length;
  private boolean failed;

  /** Writes into {@code capacity} bytes of {@code buffer} from {@code offset} on. */
  public TlvWriter(final MutableDirectBuffer buffer, final int offset, final int capacity) {
    buffer.boundsCheck(offset, capacity);
    this.buffer = buffer;
    this.start = offset;
    this.capacity = capacity;
  }

  /** An integer field: 8 bytes. */
  public void integer(final int tag, final long value) {
    if (header(tag, Long.BYTES)) {
      buffer.putLong(start + length, value, ORDER);
      length += Long.BYTES;
    }
  }

  /** A string field, encoded by {@link WireText}. */
  public void string(final int tag, final String value) {
    bytes(tag, WireText.encode(value));
  }

  /** A field of bytes. */
  public void bytes(final int tag, final byte[] value) {
    if (header(tag, value.length)) {
      buffer.putBytes(start + length, value);
      pad(value.length);
    }
  }

  /** A field of bytes out of another buffer. */
  public void bytes(final int tag, final DirectBuffer source, final int offset, final int size) {
    if (header(tag, size)) {
      buffer.putBytes(start + length, source, offset, size);
      pad(size);
    }
  }

  /** Opens a nested block; its mark goes to {@link #end}. */
  public int begin(final int tag) {
    return header(tag, 0) ? length : NO_MARK;
  }

  /** Closes the block that {@link #begin} gave the mark for. */
  public void end(final int mark) {
    if (failed) {
      return;
    }
    if (mark < HEADER || mark > length) {
      throw new IllegalArgumentException("no block begins at " + mark);
    }
    buffer.putInt(start + mark - 4, length - mark, ORDER);
  }

  /** Takes back what was written after {@link #length} was {@code to}, and a failure since. */
  public void rewind(final int to) {
    if (to < 0 || to > length) {
      throw new IllegalArgumentException("nothing was written at " + to);
    }
    length = to;
    failed = false;
  }

  /** Bytes written so far; a multiple of 4. */
  public int length() {
    return length;
  }

  /** Whether a field did not fit. What is in the buffer must then not be sent. */
  public boolean failed() {
    return failed;
  }

  private boolean header(final int tag, final int size) {
    if (tag < 0 || tag > 0xffff) {
      throw new IllegalArgumentException("tag " + tag);
    }
    final long needed = HEADER + ((size + 3L) & ~3L);
    if (failed || needed > capacity - length) {
      failed = true;
      return false;
    }
    buffer.putShort(start + length, (short) tag, ORDER);
    buffer.putShort(start + length + 2, (short) 0, ORDER);
    buffer.putInt(start + length + 4, size, ORDER);
    length += HEADER;
    return true;
  }

  private void pad(final int size) {
    length += size;
    while ((length & 3) != 0) {
      buffer.putByte(start + length++, (byte) 0);
    }
  }
}
