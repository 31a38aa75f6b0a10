// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a value in few bytes, for {@link PackedReader}: small numbers take one byte, and a text
 * that has been written before is referred to. Text may be any sequence of characters, lone
 * surrogates included; it takes a byte per character where that will do, else two. One thread.
 */
final class PackedWriter {

  /** What follows a text's header; its lowest bits. The rest is the length, or which text. */
  static final int NARROW = 0;

  static final int WIDE = 1;
  static final int REPEATED = 2;
  static final int KIND_BITS = 2;

  private final List<String> texts = new ArrayList<>();
  private ByteBuffer buffer;

  /**
   * @param size bytes expected
   */
  PackedWriter(final int size) {
    buffer = ByteBuffer.allocate(size);
  }

  byte[] bytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private ByteBuffer room(final int bytes) {
    if (buffer.remaining() < bytes) {
      final int size = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
      buffer = ByteBuffer.allocate(size).put(buffer.flip());
    }
    return buffer;
  }

  void writeByte(final int value) {
    room(1).put((byte) value);
  }

  void writeBoolean(final boolean value) {
    writeByte(value ? 1 : 0);
  }

  void writeNumber(final long value) {
    writeUnsigned(value << 1 ^ value >> Long.SIZE - 1);
  }

  /** Seven bits to a byte, the lowest first. */
  private void writeUnsigned(final long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  void writeBytes(final byte[] value) {
    writeUnsigned(value.length);
    room(value.length).put(value);
  }

  void writeText(final String text) {
    final int known = texts.indexOf(text);
    if (known >= 0) {
      writeUnsigned((long) known << KIND_BITS | REPEATED);
      return;
    }
    texts.add(text);
    final boolean narrow = isNarrow(text);
    writeUnsigned((long) text.length() << KIND_BITS | (narrow ? NARROW : WIDE));
    if (narrow) {
      room(text.length()).put(text.getBytes(StandardCharsets.ISO_8859_1));
    } else {
      room(2 * text.length());
      text.chars().forEach(c -> buffer.putChar((char) c));
    }
  }

  private static boolean isNarrow(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }
}
