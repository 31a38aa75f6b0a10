// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RecoveryLayout.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The recovery log in the memory that outlives an engine: entries, each with a kind, a value that
 * is replaced as a whole, and a counter that is stored in place. Layout and order of stores: {@code
 * kw_recovery.h}.
 *
 * <p>Values are appended to a segment; what is replaced or removed is marked dead where it lies. A
 * segment in which nothing lives is free at once. When more than about half of what is in use is
 * dead, or free segments run short, the living records of the emptiest segment are moved to one
 * that only takes moved records, a portion with each append, in proportion to what is appended: so
 * the footprint stays near twice what lives, and no append takes longer than moving {@link
 * #LARGEST_PORTION}.
 *
 * <p>Constructing one over a mapping that a dead engine has written finds everything that it had
 * completed, and marks dead what is outdated. One thread, from then on the only writer.
 */
public final class RecoverySpace {

  /** Bytes of records that are looked at and moved within one append, at most. */
  static final int LARGEST_PORTION = 256 * 1024;

  private static final int FRESH = 0;
  private static final int MOVED = 1;
  private static final int NONE = -1;

  private final RecoverySegments segments;
  private final RecoveryRecords records;
  private final List<Entry> entries = new ArrayList<>();
  private final IntArrayList freeIds = new IntArrayList();
  private final int[] headSegment = {NONE, NONE};
  private final int[] head = {0, 0};
  private final int enough;
  private final long limit;
  private int victim = NONE;
  private int cursor;
  private long sequence = 1;
  private long damages;

  /** An entry of the log. */
  public final class Entry {
    private final int id;
    private int position;

    private Entry(final int id, final int position) {
      this.id = id;
      this.position = position;
    }

    /** One of the numbers that the caller gives meaning to, 0 to 255. */
    public int kind() {
      return records.kind(position);
    }

    /** A copy of the value. */
    public byte[] value() {
      return records.value(position);
    }

    public long counter() {
      return records.counter(position);
    }

    /** Stores the counter; the next engine sees this one or a later one. */
    public void counter(final long counter) {
      records.counter(position, counter);
    }

    /**
     * Gives it another value; the next engine sees the old one or this one, whole.
     *
     * @return false when there is no room: the old value stays
     */
    public boolean replace(final int kind, final byte[] value, final long counter) {
      final int to = append(kind, id, value, counter);
      if (to == NONE) {
        return false;
      }
      final int from = position;
      position = to;
      bury(from);
      return true;
    }

    /** Takes it out of the log. Nothing may be asked of it afterwards. */
    public void remove() {
      entries.set(id, null);
      freeIds.addInt(id);
      bury(position);
    }

    private long sequence() {
      return records.sequence(position);
    }
  }

  /** Over the whole mapping. */
  public RecoverySpace(final ByteBuffer mapping) {
    this(new UnsafeBuffer(mapping), RECOVERY_SEGMENT);
  }

  /** With segments of another size. */
  RecoverySpace(final AtomicBuffer buffer, final int segment) {
    this.segments = new RecoverySegments(buffer, segment);
    this.records = new RecoveryRecords(buffer, segments);
    this.enough = RecoverySegments.RESERVE + 2 + segments.count() / 16;
    this.limit = (long) (segments.count() - RecoverySegments.RESERVE - 2) * segment * 3 / 4;
    if (segments.laidOut()) {
      recover();
    } else {
      damages += segments.blank() ? 0 : 1;
      segments.layOut();
    }
  }

  /**
   * What is in the log, in the order in which the values were written; of a fresh mapping nothing.
   */
  public List<Entry> entries() {
    final List<Entry> all = new ArrayList<>(entries.size());
    for (final Entry entry : entries) {
      if (entry != null) {
        all.add(entry);
      }
    }
    all.sort(Comparator.comparingLong(Entry::sequence));
    return all;
  }

  /**
   * Adds an entry.
   *
   * @return empty when there is no room
   */
  public Optional<Entry> add(final int kind, final byte[] value, final long counter) {
    final boolean fresh = freeIds.isEmpty();
    final int id = fresh ? entries.size() : freeIds.getInt(freeIds.size() - 1);
    final int position = append(kind, id, value, counter);
    if (position == NONE) {
      return Optional.empty();
    }
    final Entry entry = new Entry(id, position);
    if (fresh) {
      entries.add(entry);
    } else {
      freeIds.removeAt(freeIds.size() - 1);
      entries.set(id, entry);
    }
    return Optional.of(entry);
  }

  /**
   * Whether values of so many bytes may still come. Stays clear of what the log can really hold, so
   * that what was admitted, and small things that nobody asks about, always fit.
   */
  public boolean admits(final int bytes) {
    return segments.liveBytes() + RecoveryRecords.length(bytes) <= limit;
  }

  /** Bytes of living records. */
  public long liveBytes() {
    return segments.liveBytes();
  }

  /** Bytes of memory in use. */
  public long usedBytes() {
    return (long) segments.used() * segments.size();
  }

  /** Records and segments that were found damaged. */
  public long damages() {
    return damages;
  }

  private int append(final int kind, final int id, final byte[] value, final long counter) {
    final int length = RecoveryRecords.length(value.length);
    if (value.length > RECOVERY_RECORD_MAX - RECOVERY_RECORD_VALUE || length > segments.size()) {
      return NONE;
    }
    move(length);
    int position = allocate(FRESH, length, RecoverySegments.RESERVE);
    for (int i = 0; position == NONE && i < segments.count() && movePortion(segments.size()); i++) {
      position = allocate(FRESH, length, RecoverySegments.RESERVE);
    }
    if (position == NONE) {
      return NONE;
    }
    records.write(position, kind, id, sequence++, counter, value);
    segments.lives(position, length);
    return position;
  }

  private int allocate(final int which, final int length, final int spare) {
    if (headSegment[which] == NONE
        || head[which] + length > segments.start(headSegment[which]) + segments.size()) {
      final int segment = segments.take(spare);
      if (segment == NONE) {
        return NONE;
      }
      final int full = headSegment[which];
      headSegment[which] = segment;
      head[which] = segments.start(segment);
      if (full != NONE) {
        releaseIfEmpty(full);
      }
    }
    final int position = head[which];
    head[which] += length;
    return position;
  }

  private void bury(final int position) {
    final int length = records.lengthAt(position);
    records.markDead(position);
    segments.dies(position, length);
    releaseIfEmpty(segments.segmentOf(position));
  }

  private void releaseIfEmpty(final int segment) {
    if (segments.liveIn(segment) == 0
        && segment != headSegment[FRESH]
        && segment != headSegment[MOVED]
        && segment != victim) {
      segments.release(segment);
    }
  }

  /** Moves in proportion to what is appended. */
  private void move(final int appended) {
    final boolean tight = segments.free() < enough;
    if (tight || segments.used() > 4 + 2 * (segments.liveBytes() / segments.size() + 1)) {
      movePortion(Math.min(LARGEST_PORTION, tight ? 8L * appended + 4096 : 3L * appended + 512));
    }
  }

  /** Whether there was anything to move. */
  private boolean movePortion(final long bytes) {
    long left = bytes;
    while (left > 0) {
      if (victim == NONE) {
        victim = segments.emptiest(headSegment[FRESH], headSegment[MOVED]);
        if (victim == NONE) {
          return left < bytes;
        }
        cursor = segments.start(victim);
      }
      final int end = segments.start(victim) + segments.size();
      if (segments.liveIn(victim) == 0 || cursor + Long.BYTES > end || records.blank(cursor)) {
        final int emptied = victim;
        victim = NONE;
        releaseIfEmpty(emptied);
        left -= 64;
        continue;
      }
      final int length = records.lengthAt(cursor);
      if (records.live(cursor)) {
        if (!moveRecord(cursor, length)) {
          return false;
        }
        left -= length;
      }
      left -= 64;
      cursor += length;
    }
    return true;
  }

  private boolean moveRecord(final int from, final int length) {
    final int to = allocate(MOVED, length, 0);
    if (to == NONE) {
      return false;
    }
    records.copy(from, to);
    segments.lives(to, length);
    entries.get(records.id(from)).position = to;
    records.markDead(from);
    segments.dies(from, length);
    return true;
  }

  private void recover() {
    for (int segment = 0; segment < segments.count(); segment++) {
      if (segments.adopt(segment)) {
        scan(segment);
      }
    }
    for (int segment = 0; segment < segments.count(); segment++) {
      if (segments.isUsed(segment) && segments.liveIn(segment) == 0) {
        segments.release(segment);
      }
    }
    for (int id = 0; id < entries.size(); id++) {
      if (entries.get(id) == null) {
        freeIds.addInt(id);
      }
    }
  }

  private void scan(final int segment) {
    final int end = segments.start(segment) + segments.size();
    int position = segments.start(segment);
    while (position + Long.BYTES <= end && !records.blank(position)) {
      if (!records.sound(position, end)) {
        damages++;
        return;
      }
      final int length = records.lengthAt(position);
      if (records.live(position)) {
        found(position, length);
      }
      position += length;
    }
  }

  private void found(final int position, final int length) {
    final int id = records.id(position);
    if (!records.intact(position)) {
      damages++;
      records.markDead(position);
      return;
    }
    sequence = Math.max(sequence, records.sequence(position) + 1);
    while (entries.size() <= id) {
      entries.add(null);
    }
    final Entry known = entries.get(id);
    if (known == null) {
      entries.set(id, new Entry(id, position));
      segments.lives(position, length);
    } else if (known.sequence() >= records.sequence(position)) {
      records.markDead(position);
    } else {
      final int outdated = known.position;
      segments.dies(outdated, records.lengthAt(outdated));
      records.markDead(outdated);
      known.position = position;
      segments.lives(position, length);
    }
  }
}
