// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What is in the values of the recovery log. A value begins with the version of its form, because a
 * newer build's engine may find what an older one has noted. Text is any sequence of characters,
 * also one that is no UTF-8.
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

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private interface Form<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static byte[] encode(final int size, final Content content) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
    try {
      final DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      content.write(out);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T decode(final byte[] value, final Form<T> form) {
    try {
      final DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
      final int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("noted in form " + version);
      }
      return form.read(in);
    } catch (final IOException e) {
      throw new IllegalArgumentException("cut off", e);
    }
  }

  static byte[] publication(final PublicationRow row) {
    return encode(
        row.body().length + 256,
        out -> {
          out.writeUTF(row.user());
          out.writeUTF(row.domain());
          out.writeUTF(row.event());
          out.writeUTF(row.etag());
          out.writeLong(row.expires());
          out.writeLong(row.receivedTime());
          out.writeInt(row.body().length);
          out.write(row.body());
          out.writeUTF(row.sender());
          out.writeInt(row.priority());
          out.writeUTF(row.ruid());
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
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readNBytes(in.readInt()),
                in.readUTF(),
                in.readInt(),
                in.readUTF()));
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
          out.writeUTF(ended.reason());
          out.writeBoolean(ended.withBody());
        });
  }

  static Ended ended(final byte[] value) {
    return decode(value, in -> new Ended(row(in), in.readUTF(), in.readBoolean()));
  }

  static byte[] key(final Key key) {
    return encode(
        160,
        out -> {
          out.writeUTF(key.callId());
          out.writeUTF(key.toTag());
          out.writeUTF(key.fromTag());
          out.writeUTF(key.event());
          out.writeUTF(key.eventId());
        });
  }

  static Key key(final byte[] value) {
    return decode(
        value, in -> new Key(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()));
  }

  static byte[] changed(final Changed changed) {
    return encode(
        96,
        out -> {
          out.writeUTF(changed.user());
          out.writeUTF(changed.domain());
          out.writeUTF(changed.event());
        });
  }

  static Changed changed(final byte[] value) {
    return decode(value, in -> new Changed(in.readUTF(), in.readUTF(), in.readUTF()));
  }

  private static void write(final DataOutputStream out, final SubscriptionRow row)
      throws IOException {
    out.writeUTF(row.presentityUri());
    out.writeUTF(row.watcherUser());
    out.writeUTF(row.watcherDomain());
    out.writeUTF(row.toUser());
    out.writeUTF(row.toDomain());
    out.writeUTF(row.fromUser());
    out.writeUTF(row.fromDomain());
    out.writeUTF(row.event());
    out.writeUTF(row.eventId());
    out.writeUTF(row.toTag());
    out.writeUTF(row.fromTag());
    out.writeUTF(row.callId());
    out.writeLong(row.localCseq());
    out.writeLong(row.remoteCseq());
    out.writeUTF(row.contact());
    out.writeUTF(row.recordRoute());
    out.writeLong(row.expires());
    out.writeInt(row.status());
    out.writeUTF(row.reason());
    out.writeInt(row.version());
    out.writeUTF(row.socketInfo());
    out.writeUTF(row.localContact());
    out.writeInt(row.flags());
    out.writeUTF(row.userAgent());
  }

  private static SubscriptionRow row(final DataInputStream in) throws IOException {
    return new SubscriptionRow(
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readInt(),
        in.readUTF(),
        in.readInt(),
        in.readUTF(),
        in.readUTF(),
        in.readInt(),
        in.readUTF());
  }
}
