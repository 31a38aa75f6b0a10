// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to end, and when. Normally each item has a timer of its own, so that ending costs what
 * ends and happens in the second in which it is due; where the cfg has switched that off, items end
 * when {@link #sweep} is called. Engine thread only.
 */
final class ExpiryTimers {
  private record Entry(long due, Runnable task, Optional<Timers.Timer> timer) {}

  /** Equal to itself only, and yet in an order that does not depend on where it lies in memory. */
  private record Item(Object item) {
    @Override
    public boolean equals(final Object other) {
      return other instanceof Item that && that.item == item;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(item);
    }
  }

  private final ModuleContext context;
  private final boolean active;
  private final Map<Item, Entry> entries = new LinkedHashMap<>();
  private boolean watching;
  private long lead;

  ExpiryTimers(final ModuleContext context, final boolean active) {
    this.context = context;
    this.active = active;
  }

  /**
   * Runs the task when the clock reads {@code due}, epoch seconds; replaces what was set before.
   */
  void set(final Object item, final long due, final Runnable task) {
    set(new Item(item), due, task);
  }

  private void set(final Item item, final long due, final Runnable task) {
    cancel(item);
    entries.put(
        item, new Entry(due, task, active ? Optional.of(timer(item, due)) : Optional.empty()));
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
  private void wind(final List<Item> items, final int from) {
    final int to = Math.min(items.size(), from + PresenceLimits.SLICE);
    for (final Item item : items.subList(from, to)) {
      final Entry entry = entries.get(item);
      if (entry != null) {
        set(item, entry.due(), entry.task());
      }
    }
    if (to < items.size()) {
      context.engine().execute(() -> wind(items, to));
    }
  }

  /** How far the wall clock is ahead of the one that is never set. */
  private long lead() {
    return context.clock().epochSeconds() * 1000 - context.clock().monotonicMillis();
  }

  void cancel(final Object item) {
    cancel(new Item(item));
  }

  private void cancel(final Item item) {
    final Entry entry = entries.remove(item);
    if (entry != null) {
      entry.timer().ifPresent(Timers.Timer::cancel);
    }
  }

  /** Ends, in slices, all that is due. */
  void sweep() {
    final long now = context.clock().epochSeconds();
    final List<Item> due = new ArrayList<>();
    entries.forEach(
        (item, entry) -> {
          if (entry.due() <= now) {
            due.add(item);
          }
        });
    slice(due, 0);
  }

  private void slice(final List<Item> items, final int from) {
    final int to = Math.min(items.size(), from + PresenceLimits.SLICE);
    items.subList(from, to).forEach(this::fire);
    if (to < items.size()) {
      context.engine().execute(() -> slice(items, to));
    }
  }

  private Timers.Timer timer(final Item item, final long due) {
    final long seconds = Math.max(0, due - context.clock().epochSeconds());
    return context.timers().schedule(seconds * 1000, () -> fire(item));
  }

  private void fire(final Item item) {
    final Entry entry = entries.get(item);
    if (entry == null) {
      return;
    }
    if (context.clock().epochSeconds() < entry.due()) {
      // the wall clock was set back
      set(item, entry.due(), entry.task());
      return;
    }
    cancel(item);
    entry.task().run();
  }
}
