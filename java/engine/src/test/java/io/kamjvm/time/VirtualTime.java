// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Clock, timers and task queue of an engine thread that a test plays: tasks run when {@link
 * #settle} is called, timers when {@link #advance} passes them.
 */
public final class VirtualTime implements EngineClock, Timers {

  /** Threads that work for the engine. */
  public interface Outside {
    /** Waits for the next task they bring; empty if they have nothing to do. */
    Optional<Runnable> next();
  }

  private static final class VirtualTimer implements Timer {
    private final long due;
    private final long order;
    private final Runnable task;
    private boolean cancelled;

    VirtualTimer(final long due, final long order, final Runnable task) {
      this.due = due;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final long start;
  private final Outside outside;

  /** Of the engine thread; {@link #settle} runs them. */
  public final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  private final PriorityQueue<VirtualTimer> timers =
      new PriorityQueue<>(
          Comparator.<VirtualTimer>comparingLong(t -> t.due).thenComparingLong(t -> t.order));
  private long millis;
  private long order;

  /**
   * @param start what the wall clock says at the beginning, epoch seconds
   */
  public VirtualTime(final long start) {
    this(start, Optional::empty);
  }

  public VirtualTime(final long start, final Outside outside) {
    this.start = start;
    this.outside = outside;
  }

  @Override
  public long epochSeconds() {
    return start + millis / 1000;
  }

  @Override
  public long monotonicMillis() {
    return millis;
  }

  @Override
  public Timer schedule(final long delayMillis, final Runnable task) {
    final VirtualTimer timer = new VirtualTimer(millis + delayMillis, order++, task);
    timers.add(timer);
    return timer;
  }

  /** Runs what is ready, without letting time pass. */
  public void settle() {
    while (true) {
      while (!tasks.isEmpty()) {
        tasks.poll().run();
      }
      final Optional<Runnable> brought = outside.next();
      if (brought.isEmpty()) {
        return;
      }
      brought.get().run();
    }
  }

  /** Lets seconds pass. */
  public void advance(final long seconds) {
    advanceMillis(1000 * seconds);
  }

  public void advanceMillis(final long by) {
    settle();
    final long end = millis + by;
    while (!timers.isEmpty() && timers.peek().due <= end) {
      final VirtualTimer timer = timers.poll();
      millis = Math.max(millis, timer.due);
      if (!timer.cancelled) {
        timer.task.run();
        settle();
      }
    }
    millis = end;
  }

  /** Timers that would still run. */
  public long pendingTimers() {
    return timers.stream().filter(t -> !t.cancelled).count();
  }

  /** The engine dies with what it was about to do; time goes on. */
  public void forget() {
    tasks.clear();
    timers.clear();
  }
}
