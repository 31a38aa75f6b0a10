// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.bridge.EventRing;
import io.kamjvm.bridge.EventSink;
import io.kamjvm.bridge.Region;
import io.kamjvm.bridge.Wakeup;
import io.kamjvm.time.TimerWheel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine thread: one turn reads what Kamailio says, runs what other threads ask for and what is
 * due, each in bounded portions, and beats. Without work it spins a moment where there are CPUs to
 * spare, dozes for {@link Limits#DOZE_MICROS}, in which results of commands gather, then sleeps on
 * its word of the region until somebody rings or a timer is due, at most {@link
 * Limits#SLEEP_MILLIS}.
 */
public final class EngineLoop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

  private final Region region;
  private final Wakeup wakeup;
  private final TimerWheel timers;
  private final long spinNanos;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inboxSize = new AtomicInteger();
  private long lastBeat;

  /**
   * @param cpus processors of the machine; with fewer than four the engine never spins, because
   *     whom it waits for needs the CPU
   */
  public EngineLoop(final Region region, final TimerWheel timers, final int cpus) {
    this.region = region;
    this.wakeup = region.engineWakeup();
    this.timers = timers;
    this.spinNanos = cpus < 4 ? 0 : TimeUnit.MICROSECONDS.toNanos(20);
  }

  /** Runs the task in a later turn, in order of submission. Any thread; never blocks. */
  @Override
  public void execute(final Runnable task) {
    inboxSize.incrementAndGet();
    inbox.add(task);
    wakeup.ring();
  }

  /**
   * Turns until {@code done}, asked once per beat. The calling thread is the engine thread.
   *
   * @param uncommitted age of the oldest uncommitted change, nanoseconds; 0: none
   * @param onBeat run about once per beat
   */
  public void run(
      final EventSink sink,
      final LongSupplier uncommitted,
      final Runnable onBeat,
      final BooleanSupplier done) {
    final EventRing events = region.events(sink);
    long idleSince = System.nanoTime();
    boolean rested = false;
    beat(events, idleSince, uncommitted, onBeat);
    while (true) {
      final int work = turn(events);
      final long now = System.nanoTime();
      if (now - lastBeat >= TimeUnit.MILLISECONDS.toNanos(Limits.BEAT_MILLIS)) {
        beat(events, now, uncommitted, onBeat);
        if (done.getAsBoolean()) {
          return;
        }
      }
      if (work > 0) {
        idleSince = now;
        rested = false;
      } else if (now - idleSince < spinNanos) {
        Thread.onSpinWait();
      } else {
        sleep(events, rested);
        rested = true;
      }
    }
  }

  private int turn(final EventRing events) {
    int work = events.poll(Limits.EVENTS_PER_TURN);
    for (int i = 0; i < Limits.TASKS_PER_TURN; i++) {
      final Runnable task = inbox.poll();
      if (task == null) {
        break;
      }
      inboxSize.decrementAndGet();
      work++;
      Faults.contain(task, e -> LOG.error("a task of the engine failed", e));
    }
    return work + timers.poll(Limits.TIMERS_PER_TURN, EngineLoop::runTimer);
  }

  private static void runTimer(final Runnable task) {
    Faults.contain(task, e -> LOG.error("a timer of the engine failed", e));
  }

  private void beat(
      final EventRing events,
      final long now,
      final LongSupplier uncommitted,
      final Runnable onBeat) {
    lastBeat = now;
    region.heartbeat(now);
    Faults.contain(
        () -> {
          final long age = uncommitted.getAsLong();
          region.oldestUncommitted(age == 0 ? 0 : now - age);
          onBeat.run();
        },
        e -> LOG.error("house-keeping of the engine failed", e));
    if (events.unblock(now, TimeUnit.MILLISECONDS.toNanos(Limits.UNBLOCK_MILLIS))) {
      LOG.warn("a process died while it announced something; its record was skipped");
    }
  }

  private void sleep(final EventRing events, final boolean rested) {
    final long millis = timers.idleMillis(Limits.SLEEP_MILLIS);
    final BooleanSupplier work = () -> events.hasEvents() || inboxSize.get() > 0;
    if (millis > 0 && rested) {
      wakeup.sleep(work, TimeUnit.MILLISECONDS.toNanos(millis));
    } else if (millis > 0) {
      wakeup.doze(work, TimeUnit.MICROSECONDS.toNanos(Limits.DOZE_MICROS));
    }
  }
}
