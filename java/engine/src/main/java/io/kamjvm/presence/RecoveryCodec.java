// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is in the values of the recovery log. A value begins with the version of its form, because a
 * newer build's engine may find what an older one has noted. Text may be any sequence of
 * characters, lone surrogates included.
 */
final class RecoveryCodec {
  private static final int VERSION = 1;

  private RecoveryCodec() {}

  /** What identifies a subscription. */
  record Key(String callId, String toTag, String fromTag, String event, String eventId) {
    static Key of(final SubscriptionRow row) {
      return new Key(row.callId(), row.toTag(), row.fromTag(), row.event(), row.eventId());
    }
  }

  /** A subscription that has ended and whose watcher is still to be told. */
  record Ended(SubscriptionRow row, String reason, boolean withBody) {}

  /** Whose documents are being changed. */
  record Changed(String user, String domain, String event) {}

  /** An answer to a PUBLISH. */
  record Given(RecentAnswers.Request request, SipReply reply) {}

  private static byte[] encode(final int size, final Consumer<Writer> content) {
    final Writer out = new Writer(size);
    out.writeByte(VERSION);
    content.accept(out);
    return out.bytes();
  }

  private static <T> T decode(final byte[] value, final Function<Reader, T> form) {
    try {
      final Reader in = new Reader(value);
      final int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("noted in form " + version);
      }
      return form.apply(in);
    } catch (final BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("cut off", e);
    }
  }

  static byte[] publication(final PublicationRow row) {
    return encode(
        row.body().length + 256,
        out -> {
          out.writeText(row.user());
          out.writeText(row.domain());
          out.writeText(row.event());
          out.writeText(row.etag());
          out.writeLong(row.expires());
          out.writeLong(row.receivedTime());
          out.writeBytes(row.body());
          out.writeText(row.sender());
          out.writeInt(row.priority());
          out.writeText(row.ruid());
        });
  }

  /**
   * Reads what {@link #publication(PublicationRow)} has made.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static PublicationRow publication(final byte[] value) {
    return decode(
        value,
        in ->
            new PublicationRow(
                in.readText(),
                in.readText(),
                in.readText(),
                in.readText(),
                in.readLong(),
                in.readLong(),
                in.readBytes(),
                in.readText(),
                in.readInt(),
                in.readText()));
  }

  static byte[] subscription(final SubscriptionRow row) {
    return encode(640, out -> write(out, row));
  }

  static SubscriptionRow subscription(final byte[] value) {
    return decode(value, RecoveryCodec::row);
  }

  static byte[] ended(final Ended ended) {
    return encode(
        640,
        out -> {
          write(out, ended.row());
          out.writeText(ended.reason());
          out.writeBoolean(ended.withBody());
        });
  }

  static Ended ended(final byte[] value) {
    return decode(value, in -> new Ended(row(in), in.readText(), in.readBoolean()));
  }

  static byte[] key(final Key key) {
    return encode(
        160,
        out -> {
          out.writeText(key.callId());
          out.writeText(key.toTag());
          out.writeText(key.fromTag());
          out.writeText(key.event());
          out.writeText(key.eventId());
        });
  }

  static Key key(final byte[] value) {
    return decode(
        value,
        in -> new Key(in.readText(), in.readText(), in.readText(), in.readText(), in.readText()));
  }

  static byte[] answer(final Given given) {
    final RecentAnswers.Request request = given.request();
    final SipReply reply = given.reply();
    return encode(
        320,
        out -> {
          out.writeText(request.presentity());
          out.writeText(request.event());
          out.writeText(request.callId());
          out.writeText(request.fromTag());
          out.writeLong(request.cseq());
          out.writeText(request.ifMatch());
          out.writeInt(reply.code());
          out.writeText(reply.reason());
          out.writeText(String.join("\n", reply.headers()));
        });
  }

  static Given answer(final byte[] value) {
    return decode(
        value,
        in ->
            new Given(
                new RecentAnswers.Request(
                    in.readText(),
                    in.readText(),
                    in.readText(),
                    in.readText(),
                    in.readLong(),
                    in.readText()),
                new SipReply(in.readInt(), in.readText(), in.readText().lines().toList())));
  }

  static byte[] changed(final Changed changed) {
    return encode(
        96,
        out -> {
          out.writeText(changed.user());
          out.writeText(changed.domain());
          out.writeText(changed.event());
        });
  }

  static Changed changed(final byte[] value) {
    return decode(value, in -> new Changed(in.readText(), in.readText(), in.readText()));
  }

  private static void write(final Writer out, final SubscriptionRow row) {
    out.writeText(row.presentityUri());
    out.writeText(row.watcherUser());
    out.writeText(row.watcherDomain());
    out.writeText(row.toUser());
    out.writeText(row.toDomain());
    out.writeText(row.fromUser());
    out.writeText(row.fromDomain());
    out.writeText(row.event());
    out.writeText(row.eventId());
    out.writeText(row.toTag());
    out.writeText(row.fromTag());
    out.writeText(row.callId());
    out.writeLong(row.localCseq());
    out.writeLong(row.remoteCseq());
    out.writeText(row.contact());
    out.writeText(row.recordRoute());
    out.writeLong(row.expires());
    out.writeInt(row.status());
    out.writeText(row.reason());
    out.writeInt(row.version());
    out.writeText(row.socketInfo());
    out.writeText(row.localContact());
    out.writeInt(row.flags());
    out.writeText(row.userAgent());
  }

  private static SubscriptionRow row(final Reader in) {
    return new SubscriptionRow(
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readText(),
        in.readLong(),
        in.readLong(),
        in.readText(),
        in.readText(),
        in.readLong(),
        in.readInt(),
        in.readText(),
        in.readInt(),
        in.readText(),
        in.readText(),
        in.readInt(),
        in.readText());
  }

  /** Text is written a byte per character where that will do, else two. */
  private static final class Writer {
    private ByteBuffer buffer;

    Writer(final int size) {
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

    void writeInt(final int value) {
      room(Integer.BYTES).putInt(value);
    }

    void writeLong(final long value) {
      room(Long.BYTES).putLong(value);
    }

    void writeBytes(final byte[] value) {
      writeInt(value.length);
      room(value.length).put(value);
    }

    void writeText(final String text) {
      final boolean narrow = text.chars().allMatch(c -> c <= 0xff);
      writeInt(text.length() << 1 | (narrow ? 0 : 1));
      if (narrow) {
        room(text.length()).put(text.getBytes(StandardCharsets.ISO_8859_1));
      } else {
        room(2 * text.length());
        text.chars().forEach(c -> buffer.putChar((char) c));
      }
    }
  }

  private static final class Reader {
    private final ByteBuffer buffer;

    Reader(final byte[] bytes) {
      buffer = ByteBuffer.wrap(bytes);
    }

    int readByte() {
      return buffer.get();
    }

    boolean readBoolean() {
      return buffer.get() != 0;
    }

    int readInt() {
      return buffer.getInt();
    }

    long readLong() {
      return buffer.getLong();
    }

    byte[] readBytes() {
      final byte[] bytes = new byte[checked(buffer.getInt())];
      buffer.get(bytes);
      return bytes;
    }

    String readText() {
      final int header = buffer.getInt();
      final int length = checked(header >>> 1);
      final String text;
      if ((header & 1) == 0) {
        text = new String(buffer.array(), buffer.position(), length, StandardCharsets.ISO_8859_1);
        buffer.position(buffer.position() + length);
      } else {
        final char[] chars = new char[checked(2 * length) / 2];
        buffer.asCharBuffer().get(chars);
        buffer.position(buffer.position() + 2 * length);
        text = new String(chars);
      }
      return text;
    }

    private int checked(final int length) {
      if (length < 0 || length > buffer.remaining()) {
        throw new BufferUnderflowException();
      }
      return length;
    }
  }
}
