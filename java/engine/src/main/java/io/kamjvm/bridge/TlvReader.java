// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Reads fields; the twin of {@code kw_tlv_reader}. A cursor: {@link #next} moves to a field, the
 * other methods look at it. Allocates only the values asked for, and copies them, so they outlive
 * the buffer. Every length is checked before it is used; what does not add up throws {@link
 * MalformedFieldsException} and stays where it was. Unknown tags are the caller's to skip. Not
 * thread-safe.
 */
public final class TlvReader {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int HEADER = 8;

  private DirectBuffer buffer;
  private int end;
  private int position;
  private int tag;
  private int valueOffset;
  private int valueLength;

  /** Reads {@code length} bytes of {@code buffer} from {@code offset} on. */
  public TlvReader(final DirectBuffer buffer, final int offset, final int length) {
    wrap(buffer, offset, length);
  }

  /** Starts over on other bytes. */
  public void wrap(final DirectBuffer bytes, final int offset, final int length) {
    bytes.boundsCheck(offset, length);
    buffer = bytes;
    position = offset;
    end = offset + length;
    valueOffset = offset;
    valueLength = 0;
    tag = 0;
  }

  /**
   * Moves to the next field; false at the end.
   *
   * @throws MalformedFieldsException when the rest is no field
   */
  public boolean next() {
    if (position == end) {
      return false;
    }
    final int left = end - position - HEADER;
    if (left < 0) {
      throw new MalformedFieldsException("a field's header is cut off");
    }
    final int size = buffer.getInt(position + 4, ORDER);
    final long padded = (size + 3L) & ~3L;
    if (size < 0 || padded > left || buffer.getShort(position + 2, ORDER) != 0) {
      throw new MalformedFieldsException("a field of " + size + " bytes where " + left + " are");
    }
    tag = buffer.getShort(position, ORDER) & 0xffff;
    valueOffset = position + HEADER;
    valueLength = size;
    position = valueOffset + (int) padded;
    return true;
  }

  /** The field's tag, one of {@link Messages}; 0 before the first. */
  public int tag() {
    return tag;
  }

  /** The value's length in bytes, without padding. */
  public int length() {
    return valueLength;
  }

  /**
   * The value as an integer.
   *
   * @throws MalformedFieldsException when it has not 8 bytes
   */
  public long integer() {
    if (valueLength != Long.BYTES) {
      throw new MalformedFieldsException("field " + tag + " is no integer");
    }
    return buffer.getLong(valueOffset, ORDER);
  }

  /** The value as text, decoded by {@link WireText}: any bytes will do. */
  public String string() {
    return WireText.decode(bytes());
  }

  /** A copy of the value. */
  public byte[] bytes() {
    final byte[] bytes = new byte[valueLength];
    buffer.getBytes(valueOffset, bytes);
    return bytes;
  }

  /** A reader of the value as a block. */
  public TlvReader nested() {
    return new TlvReader(buffer, valueOffset, valueLength);
  }
}
