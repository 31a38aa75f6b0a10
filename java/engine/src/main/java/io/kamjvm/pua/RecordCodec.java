// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.PuaRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A record as bytes for the recovery log. They begin with the version of their form, because a
 * newer build's engine may find what an older one has noted.
 */
final class RecordCodec {
  private static final int VERSION = 1;

  private RecordCodec() {}

  static byte[] encode(final PuaRecord record) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      final DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      out.writeBoolean(record.established);
      write(out, record.row);
      write(out, record.stored.map(PuaRow.Key::etag));
      out.writeBoolean(record.body.isPresent());
      if (record.body.isPresent()) {
        out.writeInt(record.body.get().length);
        out.write(record.body.get());
      }
      write(out, record.contentType);
      write(out, record.proxy);
    } catch (final IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #encode} has made.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static PuaRecord decode(final byte[] value) {
    try {
      final DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
      final int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("noted in form " + version);
      }
      final boolean established = in.readBoolean();
      final PuaRecord record = new PuaRecord(row(in));
      record.established = established;
      record.stored = text(in).map(etag -> withEtag(record.row.key(), etag));
      if (in.readBoolean()) {
        record.body = Optional.of(body(in));
      }
      record.contentType = text(in);
      record.proxy = text(in);
      return record;
    } catch (final IOException e) {
      throw new IllegalArgumentException("cut off", e);
    }
  }

  private static PuaRow.Key withEtag(final PuaRow.Key key, final String etag) {
    return new PuaRow.Key(
        key.presentityUri(),
        key.id(),
        key.event(),
        key.flag(),
        key.watcherUri(),
        key.callId(),
        key.fromTag(),
        etag);
  }

  private static byte[] body(final DataInputStream in) throws IOException {
    final int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("cut off");
    }
    return in.readNBytes(length);
  }

  private static void write(final DataOutputStream out, final Optional<String> text)
      throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      out.writeUTF(text.get());
    }
  }

  private static Optional<String> text(final DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
  }

  private static void write(final DataOutputStream out, final PuaRow row) throws IOException {
    out.writeUTF(row.presentityUri());
    out.writeUTF(row.id());
    out.writeInt(row.event());
    out.writeLong(row.expires());
    out.writeLong(row.desiredExpires());
    out.writeInt(row.flag());
    out.writeUTF(row.etag());
    out.writeUTF(row.tupleId());
    out.writeUTF(row.watcherUri());
    out.writeUTF(row.callId());
    out.writeUTF(row.toTag());
    out.writeUTF(row.fromTag());
    out.writeLong(row.cseq());
    out.writeUTF(row.recordRoute());
    out.writeUTF(row.contact());
    out.writeUTF(row.remoteContact());
    out.writeLong(row.version());
    out.writeUTF(row.extraHeaders());
  }

  private static PuaRow row(final DataInputStream in) throws IOException {
    return new PuaRow(
        in.readUTF(),
        in.readUTF(),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readUTF());
  }
}
