// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.nio.BufferUnderflowException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is in the values of the recovery log. A value begins with the version of its form, because a
 * newer build's engine may find what an older one has noted.
 */
final class RecoveryCodec {
  private static final int VERSION = 2;

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

  private static byte[] encode(final int size, final Consumer<PackedWriter> content) {
    final PackedWriter out = new PackedWriter(size);
    out.writeByte(VERSION);
    content.accept(out);
    return out.bytes();
  }

  private static <T> T decode(final byte[] value, final Function<PackedReader, T> form) {
    try {
      final PackedReader in = new PackedReader(value);
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
          out.writeNumber(row.expires());
          out.writeNumber(row.receivedTime());
          out.writeBytes(row.body());
          out.writeText(row.sender());
          out.writeNumber(row.priority());
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
                in.readNumber(),
                in.readNumber(),
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
          out.writeNumber(request.cseq());
          out.writeText(request.ifMatch());
          out.writeNumber(reply.code());
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
                    in.readNumber(),
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

  private static void write(final PackedWriter out, final SubscriptionRow row) {
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
    out.writeNumber(row.localCseq());
    out.writeNumber(row.remoteCseq());
    out.writeText(row.contact());
    out.writeText(row.recordRoute());
    out.writeNumber(row.expires());
    out.writeNumber(row.status());
    out.writeText(row.reason());
    out.writeNumber(row.version());
    out.writeText(row.socketInfo());
    out.writeText(row.localContact());
    out.writeNumber(row.flags());
    out.writeText(row.userAgent());
  }

  private static SubscriptionRow row(final PackedReader in) {
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
        in.readNumber(),
        in.readNumber(),
        in.readText(),
        in.readText(),
        in.readNumber(),
        in.readInt(),
        in.readText(),
        in.readInt(),
        in.readText(),
        in.readText(),
        in.readInt(),
        in.readText());
  }
}
