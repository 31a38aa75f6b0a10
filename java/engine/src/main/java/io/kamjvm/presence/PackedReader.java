// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link PackedWriter} has written. Whatever the bytes are, a read takes no more memory
 * than they have room for; where they end too early or do not add up, it throws {@link
 * BufferUnderflowException} or {@link IndexOutOfBoundsException}. One thread.
 */
final class PackedReader {
  private static final int KINDS = (1 << PackedWriter.KIND_BITS) - 1;

  private final List<String> texts = new ArrayList<>();
  private final ByteBuffer buffer;

  PackedReader(final byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes);
  }

  int readByte() {
    return buffer.get();
  }

  boolean readBoolean() {
    return buffer.get() != 0;
  }

  long readNumber() {
    final long value = readUnsigned();
    return value >>> 1 ^ -(value & 1);
  }

  int readInt() {
    return (int) readNumber();
  }

  private long readUnsigned() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      final int next = buffer.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  byte[] readBytes() {
    final byte[] bytes = new byte[checked(readUnsigned())];
    buffer.get(bytes);
    return bytes;
  }

  String readText() {
    final long header = readUnsigned();
    final long length = header >>> PackedWriter.KIND_BITS;
    final String text =
        switch ((int) header & KINDS) {
          case PackedWriter.REPEATED -> {
            yield texts.get(Math.toIntExact(Math.min(length, Integer.MAX_VALUE)));
          }
          case PackedWriter.WIDE -> {
            yield wide(checked(2 * Math.min(length, Integer.MAX_VALUE)) / 2);
          }
          default -> {
            yield narrow(checked(length));
          }
        };
    if (((int) header & KINDS) != PackedWriter.REPEATED) {
      texts.add(text);
    }
    return text;
  }

  private String narrow(final int length) {
    final String text =
        new String(buffer.array(), buffer.position(), length, StandardCharsets.ISO_8859_1);
    buffer.position(buffer.position() + length);
    return text;
  }

  private String wide(final int length) {
    final char[] chars = new char[length];
    buffer.asCharBuffer().get(chars);
    buffer.position(buffer.position() + 2 * length);
    return new String(chars);
  }

  private int checked(final long length) {
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }
}
