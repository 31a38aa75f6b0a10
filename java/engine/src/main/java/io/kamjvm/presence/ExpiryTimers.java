// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.time.Timers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is to end, and when. Normally each item has a timer of its own, so that ending costs what
 * ends and happens in the second in which it is due; where the cfg has switched that off, items end
 * when {@link #sweep} is called. Engine thread only.
 */
final class ExpiryTimers<T> {

  /**
   * One item's end. It is its own key in the table, equal to those of the same item only, and its
   * timer's task: a million subscriptions would notice an object for each.
   */
  private final class Entry implements Runnable {
    private final T item;
    private final long due;
    private final Consumer<? super T> ended;
    private Timers.Timer timer = NO_TIMER;

    Entry(final T item, final long due, final Consumer<? super T> ended) {
      this.item = item;
      this.due = due;
      this.ended = ended;
    }

    @Override
    public void run() {
      fire(this);
    }

    @Override
    public boolean equals(final Object other) {
      return other instanceof ExpiryTimers<?>.Entry that && that.item == item;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(item);
    }
  }

  private static final Timers.Timer NO_TIMER = () -> {};

  private final ModuleContext context;
  private final boolean active;
  // in an order that does not depend on where the items lie in memory
  private final Map<Entry, Entry> entries = new LinkedHashMap<>();
  private boolean watching;
  private long lead;

  ExpiryTimers(final ModuleContext context, final boolean active) {
    this.context = context;
    this.active = active;
  }

  /**
   * Hands the item to {@code ended} when the clock reads {@code due}, epoch seconds; replaces what
   * was set before.
   */
  void set(final T item, final long due, final Consumer<? super T> ended) {
    cancel(item);
    final Entry entry = new Entry(item, due, ended);
    entries.put(entry, entry);
    if (active) {
      final long seconds = Math.max(0, due - context.clock().epochSeconds());
      entry.timer = context.timers().schedule(seconds * 1000, entry);
    }
    watchClock();
  }

  /** Timers do not notice when the wall clock is set forward. */
  private void watchClock() {
    if (!active || entries.isEmpty()) {
      return;
    }
    if (watching) {
      // set back meanwhile, it would not be noticed when it is put right again
      lead = Math.min(lead, lead());
    } else {
      watching = true;
      lead = lead();
      context.timers().schedule(PresenceLimits.CLOCK_CHECK_MILLIS, this::checkClock);
    }
  }

  private void checkClock() {
    watching = false;
    if (lead() - lead > PresenceLimits.CLOCK_JUMP_MILLIS) {
      wind(List.copyOf(entries.keySet()), 0);
    }
    watchClock();
  }

  /** Sets, in slices, every timer anew. */
  private void wind(final List<Entry> wound, final int from) {
    final int to = Math.min(wound.size(), from + PresenceLimits.SLICE);
    for (final Entry entry : wound.subList(from, to)) {
      if (holds(entry)) {
        set(entry.item, entry.due, entry.ended);
      }
    }
    if (to < wound.size()) {
      context.engine().execute(() -> wind(wound, to));
    }
  }

  /** Whether it has been neither cancelled nor replaced. */
  private boolean holds(final Entry entry) {
    return entries.get(entry) == entry;
  }

  /** How far the wall clock is ahead of the one that is never set. */
  private long lead() {
    return context.clock().epochSeconds() * 1000 - context.clock().monotonicMillis();
  }

  void cancel(final T item) {
    final Entry entry = entries.remove(new Entry(item, 0, ignored -> {}));
    if (entry != null) {
      entry.timer.cancel();
    }
  }

  /** Ends, in slices, all that is due. */
  void sweep() {
    final long now = context.clock().epochSeconds();
    slice(entries.keySet().stream().filter(entry -> entry.due <= now).toList(), 0);
  }

  private void slice(final List<Entry> due, final int from) {
    final int to = Math.min(due.size(), from + PresenceLimits.SLICE);
    due.subList(from, to).forEach(this::fire);
    if (to < due.size()) {
      context.engine().execute(() -> slice(due, to));
    }
  }

  private void fire(final Entry entry) {
    if (!holds(entry)) {
      return;
    }
    if (context.clock().epochSeconds() < entry.due) {
      // the wall clock was set back
      set(entry.item, entry.due, entry.ended);
      return;
    }
    cancel(entry.item);
    entry.ended.accept(entry.item);
  }
}
