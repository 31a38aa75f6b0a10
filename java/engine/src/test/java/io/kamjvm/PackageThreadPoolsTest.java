// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.PackageThreads;
import io.kamjvm.presence.PresenceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PackageThreadPoolsTest {
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    never.countDown();
  }

  private static boolean comes(final CountDownLatch latch) throws InterruptedException {
    return latch.await(20, TimeUnit.SECONDS);
  }

  /** Hangs, whoever interrupts. */
  private void hang() {
    boolean open = true;
    while (open) {
      try {
        never.await();
        open = false;
      } catch (final InterruptedException e) {
        open = never.getCount() > 0;
      }
    }
  }

  @Test
  @DisplayName("a task that hangs is reported once; others of its package go on in its place")
  void hungTaskIsReplaced() throws InterruptedException {
    final PackageThreads.Lane lane = new PackageThreadPools(50).lane("x");
    final int hung = PresenceLimits.PACKAGE_THREADS;
    final CountDownLatch overdue = new CountDownLatch(hung);
    for (int i = 0; i < hung; i++) {
      assertThat(lane.run(this::hang, overdue::countDown)).isTrue();
    }
    assertThat(comes(overdue)).isTrue();
    final CountDownLatch done = new CountDownLatch(1);
    assertThat(lane.run(done::countDown, () -> {})).isTrue();
    assertThat(comes(done)).isTrue();
  }

  @Test
  @DisplayName("a task that hangs is interrupted; the next one on that thread is not")
  void interrupted() throws InterruptedException {
    final PackageThreads.Lane lane = new PackageThreadPools(50).lane("x");
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch reported = new CountDownLatch(1);
    lane.run(
        () -> {
          try {
            never.await();
          } catch (final InterruptedException e) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
          }
        },
        reported::countDown);
    assertThat(comes(interrupted)).isTrue();
    assertThat(comes(reported)).isTrue();
    final List<CountDownLatch> clean = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      final CountDownLatch one = new CountDownLatch(1);
      clean.add(one);
      lane.run(
          () -> {
            if (!Thread.currentThread().isInterrupted()) {
              one.countDown();
            }
          },
          () -> {});
    }
    for (final CountDownLatch each : clean) {
      assertThat(comes(each)).isTrue();
    }
  }

  @Test
  @DisplayName("a task that ends in time is never reported; one package does not wait for another")
  void lanes() throws InterruptedException {
    final PackageThreadPools pools = new PackageThreadPools(5_000);
    final AtomicBoolean reported = new AtomicBoolean();
    final PackageThreads.Lane busy = pools.lane("busy");
    for (int i = 0; i < PresenceLimits.PACKAGE_THREADS; i++) {
      busy.run(this::hang, () -> {});
    }
    final CountDownLatch done = new CountDownLatch(100);
    final PackageThreads.Lane other = pools.lane("other");
    for (int i = 0; i < 100; i++) {
      other.run(done::countDown, () -> reported.set(true));
    }
    assertThat(comes(done)).isTrue();
    assertThat(reported).isFalse();
  }

  @Test
  @DisplayName("calls beyond the bound are refused; a retired lane takes and runs nothing")
  void bounds() throws InterruptedException {
    final PackageThreads.Lane lane = new PackageThreadPools(60_000).lane("x");
    final AtomicBoolean ran = new AtomicBoolean();
    int taken = 0;
    final CountDownLatch started = new CountDownLatch(PresenceLimits.PACKAGE_THREADS);
    for (int i = 0; i < PresenceLimits.PACKAGE_THREADS; i++) {
      lane.run(
          () -> {
            started.countDown();
            hang();
          },
          () -> {});
    }
    assertThat(comes(started)).isTrue();
    while (taken <= PresenceLimits.PACKAGE_CALLS && lane.run(() -> ran.set(true), () -> {})) {
      taken++;
    }
    assertThat(taken).isEqualTo(PresenceLimits.PACKAGE_CALLS);
    lane.retire();
    assertThat(lane.run(() -> ran.set(true), () -> {})).isFalse();
    assertThat(ran).isFalse();
  }
}
