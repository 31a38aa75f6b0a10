// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.RecoveryLog;
import java.util.Optional;

/**
 * Notes in the recovery log what would die with the engine: every record as it is now, with its
 * document, and which rows of the table are no records any more. Engine thread only.
 */
final class RecordNotes {
  /** {@code pua} in {@link RecoveryLog} has 16 to 31: a record. */
  static final int RECORD = 16;

  /** A record is over, and the table does not know it yet. */
  static final int GONE = 17;

  static final int FIRST = 16;
  static final int LAST = 31;

  /** Bytes that a record takes beside its document and route set, generously. */
  private static final int RECORD_BYTES = 2_048;

  private final RecoveryLog log;

  RecordNotes(final RecoveryLog log) {
    this.log = log;
  }

  /** Whether there is room for a record with a document of so many bytes. */
  boolean admits(final int bytes) {
    return log.admits(RECORD_BYTES + bytes);
  }

  /** The record is as it is now. */
  void note(final PuaRecord record) {
    final byte[] value = RecordCodec.encode(record);
    if (record.note.isPresent()) {
      record.note.get().replace(RECORD, value, 0);
    } else {
      record.note = log.add(RECORD, value, 0);
    }
  }

  /** The record is over; a row of it may still be in the table. */
  void over(final PuaRecord record) {
    if (record.note.isPresent()) {
      record.note.get().replace(GONE, RecordCodec.encode(record), 0);
    } else if (record.stored.isPresent()) {
      record.note = log.add(GONE, RecordCodec.encode(record), 0);
    }
  }

  /** Nothing of it is left to be noted. */
  void forget(final PuaRecord record) {
    record.note.ifPresent(RecoveryLog.Entry::remove);
    record.note = Optional.empty();
  }
}
