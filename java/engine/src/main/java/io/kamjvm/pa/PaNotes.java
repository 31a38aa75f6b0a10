// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.RecoveryLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What is noted in the recovery log, so that nothing ends when this engine does: each publication,
 * each subscription with its counter, each injected tuple. Engine thread only.
 */
final class PaNotes {
  static final int PUBLICATION = 48;
  static final int WATCHER = 49;
  static final int INJECTED = 50;

  private static final int VERSION = 1;
  private static final int SHOWN_BITS = 32;
  private static final long SHOWN = 0xffff_ffffL;

  private final RecoveryLog log;

  PaNotes(final RecoveryLog log) {
    this.log = log;
  }

  RecoveryLog log() {
    return log;
  }

  /** Whether something of about this size may be accepted. */
  boolean admits(final int bytes) {
    return log.admits(bytes);
  }

  /**
   * A note as it was found.
   *
   * @param presentity the row of whom it is about
   * @param texts what its kind says besides
   * @param expires epoch seconds
   */
  record Found(PaRow presentity, List<String> texts, long expires, List<PaRow> rows) {}

  void note(final Presentity presentity, final Held held) {
    final Publication p = held.publication();
    final byte[] value =
        encode(
            presentity, List.of(p.id(), p.etag()), p.expires(), PaRows.of(presentity, p).values());
    held.note(put(held.note(), PUBLICATION, value, 0));
  }

  void note(final Watcher watcher) {
    final byte[] value =
        encode(
            watcher.presentity(), List.of(), watcher.expires(), List.of(PaRows.watcher(watcher)));
    watcher.note(put(watcher.note(), WATCHER, value, counter(watcher)));
  }

  Optional<RecoveryLog.Entry> note(
      final Presentity presentity,
      final Optional<RecoveryLog.Entry> before,
      final List<String> texts,
      final long expires) {
    return put(before, INJECTED, encode(presentity, texts, expires, List.of()), 0);
  }

  /** A NOTIFY is about to leave. */
  void count(final Watcher watcher) {
    watcher.note().ifPresent(n -> n.counter(counter(watcher)));
  }

  private static long counter(final Watcher watcher) {
    return watcher.localCseq() << SHOWN_BITS | watcher.shown() & SHOWN;
  }

  static long cseq(final long counter) {
    return counter >>> SHOWN_BITS;
  }

  static int shown(final long counter) {
    return (int) counter;
  }

  private Optional<RecoveryLog.Entry> put(
      final Optional<RecoveryLog.Entry> before,
      final int kind,
      final byte[] value,
      final long counter) {
    if (before.isEmpty()) {
      return log.add(kind, value, counter);
    }
    before.get().replace(kind, value, counter);
    return before;
  }

  private static byte[] encode(
      final Presentity presentity,
      final List<String> texts,
      final long expires,
      final Collection<PaRow> rows) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      final DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      out.writeLong(expires);
      out.writeShort(texts.size());
      for (final String text : texts) {
        write(out, text);
      }
      out.writeShort(1 + rows.size());
      write(out, PaRows.presentity(presentity));
      for (final PaRow row : rows) {
        write(out, row);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(final DataOutputStream out, final PaRow row) throws IOException {
    out.writeByte(row.table().ordinal());
    for (final Object value : row.values()) {
      if (value instanceof Long number) {
        out.writeLong(number);
      } else {
        write(out, (String) value);
      }
    }
  }

  private static void write(final DataOutputStream out, final String text) throws IOException {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads what was noted.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Found decode(final byte[] value) {
    try {
      final DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
      final int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("noted in form " + version);
      }
      final long expires = in.readLong();
      final List<String> texts = new ArrayList<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        texts.add(text(in));
      }
      final List<PaRow> rows = new ArrayList<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        rows.add(row(in));
      }
      if (rows.isEmpty()) {
        throw new IllegalArgumentException("of nobody");
      }
      return new Found(rows.get(0), texts, expires, rows.subList(1, rows.size()));
    } catch (final IOException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("cut off", e);
    }
  }

  private static PaRow row(final DataInputStream in) throws IOException {
    final PaTable table = PaTable.values()[in.readByte()];
    final List<Object> values = new ArrayList<>();
    for (final PaTable.Column column : table.columns()) {
      if (column.number()) {
        values.add(in.readLong());
      } else {
        values.add(text(in));
      }
    }
    return new PaRow(table, values);
  }

  private static String text(final DataInputStream in) throws IOException {
    final int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("a text is longer than its note");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
