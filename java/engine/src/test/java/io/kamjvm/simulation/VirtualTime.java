// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.time.EngineClock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The time of a simulation and what happens in it, in order. */
final class VirtualTime implements EngineClock {
  static final long START = 1_700_000_000L;

  private record Event(long due, long order, Runnable task) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::due).thenComparingLong(Event::order));
  private long millis;
  private long order;
  private long firstOrder = Long.MIN_VALUE;
  private long wallMillis = START * 1000;

  void after(final long delayMillis, final Runnable task) {
    events.add(new Event(millis + Math.max(0, delayMillis), order++, task));
  }

  /** As {@link #after}, before everything else that happens in that millisecond. */
  void firstAfter(final long delayMillis, final Runnable task) {
    events.add(new Event(millis + delayMillis, firstOrder++, task));
  }

  /** Lets time pass; {@code settle} runs after each event. */
  void pass(final long byMillis, final Runnable settle) {
    final long end = millis + byMillis;
    while (!events.isEmpty() && events.peek().due <= end) {
      final Event event = events.poll();
      set(Math.max(millis, event.due));
      event.task.run();
      settle.run();
    }
    set(end);
  }

  private void set(final long now) {
    wallMillis += now - millis;
    millis = now;
  }

  /** Somebody sets the clock. */
  void jump(final long seconds) {
    wallMillis += seconds * 1000;
  }

  @Override
  public long epochSeconds() {
    return wallMillis / 1000;
  }

  @Override
  public long monotonicMillis() {
    return millis;
  }
}
