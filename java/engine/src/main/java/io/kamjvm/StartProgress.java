// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.bridge.Region;
import java.util.concurrent.TimeUnit;

/**
 * Tells the keeper that the start goes on, from a thread of its own, because a step of it may block
 * in a database driver. It stops telling when one step takes {@value #PATIENCE_SECONDS} s.
 */
final class StartProgress implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final long PERIOD_MILLIS = 100;

  private final Region region;
  private final Thread thread;
  private volatile long stepSince = System.nanoTime();

  StartProgress(final Region region) {
    this.region = region;
    this.thread = new Thread(this::tell, "kamjvm-start");
    thread.setDaemon(true);
    thread.start();
  }

  /** A new step begins. */
  void step() {
    stepSince = System.nanoTime();
  }

  private void tell() {
    try {
      while (System.nanoTime() - stepSince < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        region.progress();
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
