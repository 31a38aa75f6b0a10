// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

import java.util.function.Consumer;

/**
 * A hierarchical timer wheel with ticks of 10 ms. One thread only.
 *
 * <p>Four levels of 256 slots: level 0 holds what is due within the current block of 256 ticks,
 * level 1 the blocks of the current 655 s, and so on up to 497 days; what lies beyond waits in the
 * last slot and is sorted again. A slot is a linked list that the timers themselves form, so
 * scheduling and cancelling cost the same whatever the number of timers, ten thousand timers of the
 * same second take no more room than ten thousand others, and an empty wheel is only its heads.
 *
 * <p>The level of a timer is that of the highest digit (base 256) in which its tick differs from
 * now. A slot therefore moves down a level before anything can be put beside it there: timers of
 * one tick run in the order in which they were scheduled, always.
 */
public final class TimerWheel implements Timers {
  /** Resolution. */
  public static final long TICK_MILLIS = 10;

  private static final int BITS = 8;
  private static final int SLOTS = 1 << BITS;
  private static final int LEVELS = 4;
  private static final long HORIZON = (1L << (BITS * LEVELS)) - 1;

  private final EngineClock clock;
  private final long origin;
  private final Slot[][] levels = new Slot[LEVELS][SLOTS];
  private final int[] populations = new int[LEVELS];
  private final Slot due = new Slot();
  private long tick;
  private int size;

  public TimerWheel(final EngineClock clock) {
    this.clock = clock;
    this.origin = clock.monotonicMillis();
    for (final Slot[] level : levels) {
      for (int i = 0; i < SLOTS; i++) {
        level[i] = new Slot();
      }
    }
  }

  @Override
  public Timer schedule(final long delayMillis, final Runnable task) {
    final long deadline = clock.monotonicMillis() - origin + Math.max(0, delayMillis);
    // rounded up, and never into the tick that has been worked off: a timer is never early
    final long at = Math.max((deadline + TICK_MILLIS - 1) / TICK_MILLIS, tick + 1);
    final Entry entry = new Entry(this, at, task);
    place(entry);
    size++;
    return entry;
  }

  /**
   * Runs what is due, at most {@code limit} timers; the rest stays due.
   *
   * @param runner runs each task; should not throw
   * @return timers run
   */
  public int poll(final int limit, final Consumer<Runnable> runner) {
    if (due.isEmpty()) {
      advance((clock.monotonicMillis() - origin) / TICK_MILLIS);
    }
    int run = 0;
    while (run < limit && !due.isEmpty()) {
      final Entry entry = (Entry) due.next;
      if (entry.at > tick) {
        // lay beyond the horizon of the wheel
        leave(entry);
        place(entry);
        continue;
      }
      entry.cancel();
      run++;
      runner.accept(entry.task);
    }
    return run;
  }

  /** Milliseconds until something may be due, at most {@code max}; 0 when something is. */
  public long idleMillis(final long max) {
    if (!due.isEmpty()) {
      return 0;
    }
    if (size == 0) {
      return max;
    }
    final long now = clock.monotonicMillis() - origin;
    final long last = Math.min((now + max) / TICK_MILLIS, tick | (SLOTS - 1));
    for (long t = tick + 1; t <= last; t++) {
      if (!levels[0][(int) (t & (SLOTS - 1))].isEmpty()) {
        return Math.max(0, t * TICK_MILLIS - now);
      }
    }
    // the end of the block is where a higher level may come down
    return Math.max(0, Math.min(max, (last + 1) * TICK_MILLIS - now));
  }

  /** Timers pending. */
  public int size() {
    return size;
  }

  private void advance(final long target) {
    if (size == 0) {
      tick = Math.max(tick, target);
      return;
    }
    while (tick < target && due.isEmpty()) {
      tick = Math.min(target, lastEmptyTick() + 1);
      int level = 0;
      while (level < LEVELS - 1 && (tick & mask(level)) == 0) {
        level++;
      }
      for (int l = level; l > 0; l--) {
        final Slot slot = levels[l][digit(tick, l)];
        while (!slot.isEmpty()) {
          final Entry entry = (Entry) slot.next;
          leave(entry);
          place(entry);
        }
      }
      due.takeAll(levels[0][(int) (tick & (SLOTS - 1))]);
    }
  }

  /** The last tick before which surely nothing happens. */
  private long lastEmptyTick() {
    long last = tick;
    for (int level = 0; level < LEVELS && populations[level] == 0; level++) {
      last = tick | mask(level);
    }
    return last;
  }

  private void leave(final Entry entry) {
    entry.unlink();
    populations[entry.level]--;
  }

  private void place(final Entry entry) {
    if (entry.at <= tick) {
      // comes down from a higher level in the very tick in which it is due
      append(entry, 0, tick);
      return;
    }
    final long at = Math.min(entry.at, tick | HORIZON);
    final long differing = at ^ tick;
    append(entry, Math.min(LEVELS - 1, (63 - Long.numberOfLeadingZeros(differing)) / BITS), at);
  }

  private void append(final Entry entry, final int level, final long at) {
    levels[level][digit(at, level)].append(entry);
    entry.level = level;
    populations[level]++;
  }

  private static long mask(final int level) {
    return (1L << (BITS * (level + 1))) - 1;
  }

  private static int digit(final long value, final int level) {
    return (int) (value >>> (BITS * level)) & (SLOTS - 1);
  }

  /** Head of a circular list, and what every timer in it extends. */
  private static class Slot {
    Slot previous = this;
    Slot next = this;

    boolean isEmpty() {
      return next == this;
    }

    void append(final Slot entry) {
      entry.previous = previous;
      entry.next = this;
      previous.next = entry;
      previous = entry;
    }

    void unlink() {
      previous.next = next;
      next.previous = previous;
      previous = this;
      next = this;
    }

    void takeAll(final Slot other) {
      if (other.isEmpty()) {
        return;
      }
      final Slot first = other.next;
      final Slot last = other.previous;
      first.previous = previous;
      previous.next = first;
      last.next = this;
      previous = last;
      other.next = other;
      other.previous = other;
    }
  }

  private static final class Entry extends Slot implements Timer {
    private final TimerWheel wheel;
    private final long at;
    private final Runnable task;
    private int level;

    Entry(final TimerWheel wheel, final long at, final Runnable task) {
      this.wheel = wheel;
      this.at = at;
      this.task = task;
    }

    @Override
    public void cancel() {
      if (!isEmpty()) {
        wheel.leave(this);
        wheel.size--;
      }
    }
  }
}
