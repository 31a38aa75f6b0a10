// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Fields, written and read by both languages, whole and damaged. */
final class TlvContractTest {
  private static final int CAPACITY = 4096;
  private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
  private final Pointer address = new Pointer(buffer.addressOffset());

  sealed interface Field {
    int tag();

    record Number(int tag, long value) implements Field {}

    record Bytes(int tag, List<Byte> value) implements Field {}

    record Block(int tag, List<Field> fields) implements Field {}
  }

  @Test
  @DisplayName("C writes, Java reads the same fields; Java writes the same bytes")
  void bothDirections() {
    Seeded.runs(
        300,
        random -> {
          final List<Field> fields = fields(random, 1);
          final Memory writer = new Memory(32);
          Wire.LIBRARY.kw_tlv_init(writer, address, CAPACITY);
          writeC(writer, fields);
          assertThat(writer.getInt(16)).as("failed").isZero();
          final int length = writer.getInt(12);

          assertThat(readJava(new TlvReader(buffer, 0, length))).isEqualTo(fields);
          assertThat(Wire.LIBRARY.kw_tlv_check(address, length)).isZero();

          final byte[] c = new byte[length];
          buffer.getBytes(0, c);
          final UnsafeBuffer own = new UnsafeBuffer(new byte[CAPACITY]);
          final TlvWriter java = new TlvWriter(own, 0, CAPACITY);
          writeJava(java, fields);
          assertThat(Arrays.copyOf(own.byteArray(), java.length())).isEqualTo(c);
        });
  }

  @Test
  @DisplayName("Damaged or cut off: both languages refuse the same bytes, and neither crashes")
  void damage() {
    Seeded.runs(
        2000,
        random -> {
          final TlvWriter writer = new TlvWriter(buffer, 0, CAPACITY);
          writeJava(writer, fields(random, 1));
          final int length = random.nextInt(writer.length() + 1);
          for (int i = random.nextInt(3); i > 0 && length > 0; i--) {
            buffer.putByte(random.nextInt(length), (byte) random.nextInt());
          }
          // At the very end of the buffer, so that Agrona's bounds check finds one byte too far.
          final byte[] bytes = new byte[length];
          buffer.getBytes(0, bytes);
          final boolean java = addsUp(new TlvReader(new UnsafeBuffer(bytes), 0, length));

          assertThat(topLevelAddsUpInC(length)).isEqualTo(java);
          if (Wire.LIBRARY.kw_tlv_check(address, length) == 0) {
            assertThat(java).isTrue();
          }
        });
  }

  @Test
  @DisplayName("What does not fit is refused whole, by both writers at the same length")
  void doesNotFit() {
    for (int capacity = 0; capacity < 60; capacity++) {
      final Memory c = new Memory(32);
      Wire.LIBRARY.kw_tlv_init(c, address, capacity);
      final TlvWriter java = new TlvWriter(new UnsafeBuffer(new byte[64]), 0, capacity);
      for (int size = 0; size < 20; size += 3) {
        Wire.LIBRARY.kw_tlv_bytes(c, (short) 2, new byte[size], size);
        java.bytes(2, new byte[size]);
      }
      assertThat(java.failed()).isTrue();
      assertThat(c.getInt(16)).isEqualTo(1);
      assertThat(java.length()).isEqualTo(c.getInt(12)).isLessThanOrEqualTo(capacity);
    }
  }

  @Test
  @DisplayName("A failed writer goes on after it is rewound to before the failure")
  void rewind() {
    final TlvWriter writer = new TlvWriter(new UnsafeBuffer(new byte[32]), 0, 32);
    writer.integer(1, 5);
    final int mark = writer.length();
    writer.bytes(2, new byte[100]);
    writer.integer(1, 6);
    assertThat(writer.failed()).isTrue();

    writer.rewind(mark);
    writer.integer(3, 7);
    assertThat(writer.failed()).isFalse();
    assertThat(writer.length()).isEqualTo(32);
  }

  @Test
  @DisplayName("A value that is no integer is not read as one")
  void noInteger() {
    final TlvWriter writer = new TlvWriter(buffer, 0, CAPACITY);
    writer.bytes(Messages.T_CSEQ, new byte[4]);
    final TlvReader reader = new TlvReader(buffer, 0, writer.length());
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(reader::integer).isInstanceOf(MalformedFieldsException.class);
    assertThat(Wire.LIBRARY.kw_tlv_check(address, writer.length())).isEqualTo(-1);
  }

  private static List<Field> fields(final RandomGenerator random, final int depth) {
    final List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      fields.add(
          switch (random.nextInt(depth < 4 ? 3 : 2)) {
            case 0 -> new Field.Number(Messages.T_CSEQ, random.nextLong());
            case 1 -> {
              final List<Byte> value = new ArrayList<>();
              for (int n = random.nextInt(30); n > 0; n--) {
                value.add((byte) random.nextInt());
              }
              yield new Field.Bytes(Messages.T_BODY, value);
            }
            default -> new Field.Block(Messages.T_MESSAGE, fields(random, depth + 1));
          });
    }
    return fields;
  }

  private static byte[] array(final List<Byte> bytes) {
    final byte[] array = new byte[bytes.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = bytes.get(i);
    }
    return array;
  }

  private static void writeC(final Pointer writer, final List<Field> fields) {
    for (final Field field : fields) {
      final short tag = (short) field.tag();
      if (field instanceof Field.Number number) {
        Wire.LIBRARY.kw_tlv_int(writer, tag, number.value());
      } else if (field instanceof Field.Bytes bytes) {
        Wire.LIBRARY.kw_tlv_bytes(writer, tag, array(bytes.value()), bytes.value().size());
      } else if (field instanceof Field.Block block) {
        final int mark = Wire.LIBRARY.kw_tlv_begin(writer, tag);
        writeC(writer, block.fields());
        Wire.LIBRARY.kw_tlv_end(writer, mark);
      }
    }
  }

  private static void writeJava(final TlvWriter writer, final List<Field> fields) {
    for (final Field field : fields) {
      if (field instanceof Field.Number number) {
        writer.integer(field.tag(), number.value());
      } else if (field instanceof Field.Bytes bytes) {
        writer.bytes(field.tag(), array(bytes.value()));
      } else if (field instanceof Field.Block block) {
        final int mark = writer.begin(field.tag());
        writeJava(writer, block.fields());
        writer.end(mark);
      }
    }
  }

  private static List<Field> readJava(final TlvReader reader) {
    final List<Field> fields = new ArrayList<>();
    while (reader.next()) {
      switch (reader.tag()) {
        case Messages.T_CSEQ -> fields.add(new Field.Number(reader.tag(), reader.integer()));
        case Messages.T_MESSAGE ->
            fields.add(new Field.Block(reader.tag(), readJava(reader.nested())));
        default -> {
          final List<Byte> value = new ArrayList<>();
          for (final byte b : reader.bytes()) {
            value.add(b);
          }
          fields.add(new Field.Bytes(reader.tag(), value));
        }
      }
    }
    return fields;
  }

  private static boolean addsUp(final TlvReader reader) {
    try {
      while (reader.next()) {
        reader.bytes();
      }
      return true;
    } catch (final MalformedFieldsException e) {
      return false;
    }
  }

  private boolean topLevelAddsUpInC(final int length) {
    final Memory reader = new Memory(24);
    final Memory field = new Memory(16);
    Wire.LIBRARY.kw_tlv_open(reader, address, length);
    while (Wire.LIBRARY.kw_tlv_next(reader, field) == 1) {
      assertThat(field.getInt(4)).isBetween(0, length);
    }
    return reader.getInt(16) == 0;
  }
}
