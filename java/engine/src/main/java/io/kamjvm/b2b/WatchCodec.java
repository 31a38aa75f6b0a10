// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A watch as bytes for the recovery log. They begin with the version of their form, because a newer
 * build's engine may find what an older one has noted.
 */
final class WatchCodec {
  private static final int VERSION = 1;

  private WatchCodec() {}

  /**
   * What an earlier engine has left.
   *
   * @param released whether nobody wants it any more
   */
  record Left(
      SubId id,
      SubKey key,
      SubOptions options,
      Owner owner,
      boolean released,
      boolean parked,
      Optional<EventDialog> dialog) {}

  static Left of(final Watch watch) {
    final InternalSubscription subscription = watch.subscription();
    return new Left(
        subscription.id(),
        subscription.key(),
        subscription.options(),
        subscription.owner(),
        // who lives in the engine dies with it and leaves nobody who wants to know
        subscription.ended() || !subscription.owner().shares(),
        watch.euac().state() instanceof EuacState.Waiting waiting && waiting.parked(),
        watch.euac().dialog());
  }

  static byte[] encode(final Left left) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      final DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      out.writeUTF(left.id().text());
      out.writeUTF(left.key().record());
      out.writeUTF(left.key().eventPackage());
      out.writeUTF(left.key().subscriber());
      out.writeBoolean(left.options().feed());
      out.writeUTF(left.owner().name());
      out.writeBoolean(left.released());
      out.writeBoolean(left.parked());
      out.writeBoolean(left.dialog().isPresent());
      if (left.dialog().isPresent()) {
        write(out, left.dialog().get());
      }
    } catch (final IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(final DataOutputStream out, final EventDialog dialog)
      throws IOException {
    out.writeUTF(dialog.callId());
    out.writeUTF(dialog.localTag());
    out.writeUTF(dialog.remoteTag().orElse(""));
    out.writeUTF(dialog.target());
    out.writeUTF(dialog.routeSet());
    out.writeLong(dialog.cseq());
    out.writeLong(dialog.remoteCseq().orElse(-1));
  }

  /**
   * Reads what {@link #encode} has made.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Left decode(final byte[] value) {
    try {
      final DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
      final int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("noted in form " + version);
      }
      return new Left(
          new SubId(in.readUTF()),
          new SubKey(in.readUTF(), in.readUTF(), in.readUTF()),
          new SubOptions(in.readBoolean()),
          Owner.valueOf(in.readUTF()),
          in.readBoolean(),
          in.readBoolean(),
          in.readBoolean() ? Optional.of(dialog(in)) : Optional.empty());
    } catch (final IOException e) {
      throw new IllegalArgumentException("cut off", e);
    }
  }

  private static EventDialog dialog(final DataInputStream in) throws IOException {
    final String callId = in.readUTF();
    final String localTag = in.readUTF();
    final String remoteTag = in.readUTF();
    final String target = in.readUTF();
    final String routeSet = in.readUTF();
    final long cseq = in.readLong();
    final long remoteCseq = in.readLong();
    return new EventDialog(
        callId,
        localTag,
        remoteTag.isEmpty() ? Optional.empty() : Optional.of(remoteTag),
        target,
        routeSet,
        cseq,
        remoteCseq < 0 ? OptionalLong.empty() : OptionalLong.of(remoteCseq));
  }
}
