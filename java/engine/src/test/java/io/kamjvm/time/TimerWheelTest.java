// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private final ManualClock clock = new ManualClock();
  private final TimerWheel wheel = new TimerWheel(clock);
  private final List<Long> ran = new ArrayList<>();

  @Test
  @DisplayName("A timer is never early and at most a tick late, however far away it was")
  void neverEarly() {
    for (final long delay : new long[] {0, 1, 9, 10, 11, 2_559, 2_560, 2_561, 655_360, 700_001}) {
      final TimerWheel fresh = new TimerWheel(clock);
      clock.advance(3);
      final List<Long> at = new ArrayList<>();
      final long start = clock.monotonicMillis();
      fresh.schedule(delay, () -> at.add(clock.monotonicMillis() - start));
      while (at.isEmpty()) {
        clock.advance(1);
        fresh.poll(10, Runnable::run);
      }
      assertThat(at.get(0)).isBetween(delay, delay + 2 * TimerWheel.TICK_MILLIS);
      assertThat(fresh.size()).isZero();
    }
  }

  @Test
  @DisplayName("Timers run in the order of their deadlines, those of one deadline as scheduled")
  void order() {
    final Random random = new Random(7);
    final List<Long> deadlines = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      final long delay = random.nextInt(400) * 1_000L * 10;
      final long deadline = clock.monotonicMillis() + delay;
      final long key = deadline * 10_000 + i;
      deadlines.add(key);
      wheel.schedule(delay, () -> ran.add(key));
      if (i % 50 == 0) {
        clock.advance(10);
      }
    }
    clock.advance(5_000_000);
    drain();
    assertThat(ran).containsExactlyElementsOf(deadlines.stream().sorted().toList());
  }

  @Test
  @DisplayName("The same deadline reached through different levels keeps the order of scheduling")
  void orderAcrossLevels() {
    wheel.schedule(660_000, () -> ran.add(1L));
    clock.advance(658_000);
    wheel.poll(10, Runnable::run);
    wheel.schedule(2_000, () -> ran.add(2L));
    clock.advance(1_900);
    wheel.poll(10, Runnable::run);
    wheel.schedule(100, () -> ran.add(3L));
    clock.advance(100);
    drain();
    assertThat(ran).containsExactly(1L, 2L, 3L);
  }

  @Test
  @DisplayName("A cancelled timer does not run, also when it is cancelled by one due with it")
  void cancel() {
    final Timers.Timer never = wheel.schedule(50, () -> ran.add(1L));
    never.cancel();
    never.cancel();
    final List<Timers.Timer> later = new ArrayList<>();
    wheel.schedule(50, () -> later.get(0).cancel());
    later.add(wheel.schedule(50, () -> ran.add(2L)));
    clock.advance(100);
    drain();
    assertThat(ran).isEmpty();
    assertThat(wheel.size()).isZero();
  }

  @Test
  @DisplayName("One poll runs as many as it may, the rest stays due")
  void limit() {
    LongStream.range(0, 100).forEach(i -> wheel.schedule(10, () -> ran.add(i)));
    clock.advance(20);
    assertThat(wheel.poll(30, Runnable::run)).isEqualTo(30);
    assertThat(wheel.idleMillis(80)).isZero();
    drain();
    assertThat(ran).hasSize(100).isSorted();
  }

  @Test
  @DisplayName("A timer that schedules itself with no delay does not keep one poll for ever")
  void rescheduling() {
    reschedule();
    clock.advance(10);
    assertThat(wheel.poll(1_000, Runnable::run)).isEqualTo(1);
    clock.advance(10);
    assertThat(wheel.poll(1_000, Runnable::run)).isEqualTo(1);
  }

  private void reschedule() {
    wheel.schedule(0, this::reschedule);
  }

  @Test
  @DisplayName("Sleeping as long as the wheel says never misses a timer by more than a tick")
  void idle() {
    assertThat(wheel.idleMillis(80)).isEqualTo(80);
    final Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      final long deadline = clock.monotonicMillis() + random.nextInt(9_000);
      wheel.schedule(deadline - clock.monotonicMillis(), () -> ran.add(deadline));
    }
    int polls = 0;
    while (wheel.size() > 0) {
      final int before = ran.size();
      wheel.poll(1_000, Runnable::run);
      for (final long deadline : ran.subList(before, ran.size())) {
        assertThat(clock.monotonicMillis() - deadline).isBetween(0L, 2 * TimerWheel.TICK_MILLIS);
      }
      clock.advance(Math.max(1, wheel.idleMillis(80)));
      polls++;
    }
    assertThat(polls).isLessThan(1_500);
  }

  @Test
  @DisplayName("A timer beyond the horizon of the wheel waits until it is due")
  void beyondHorizon() {
    final long delay = 600L * 24 * 3600 * 1000;
    wheel.schedule(delay, () -> ran.add(clock.monotonicMillis()));
    final long start = clock.monotonicMillis();
    clock.advance(delay - 1_000);
    drain();
    assertThat(ran).isEmpty();
    clock.advance(2_000 + 2_560);
    drain();
    assertThat(ran).hasSize(1);
    assertThat(ran.get(0)).isGreaterThanOrEqualTo(start + delay);
  }

  private void drain() {
    for (int idle = 0; idle < 2; ) {
      idle = wheel.poll(1_000, Runnable::run) == 0 ? idle + 1 : 0;
    }
  }
}
