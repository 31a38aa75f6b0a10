// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.presence.PackageThreads;
import io.kamjvm.presence.PresenceLimits;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Package threads: a bounded pool for each package, and one watch that notices when a task does not
 * end. A thread that hangs is interrupted and replaced by another, up to a bound; if it ever comes
 * back the pool shrinks again.
 */
final class PackageThreadPools implements PackageThreads {
  private static final Logger LOG = LoggerFactory.getLogger(PackageThreadPools.class);

  /** Threads of one package that may hang until no more are made. */
  private static final int HUNG_THREADS = 8;

  private final long millis;
  private final ScheduledThreadPoolExecutor watch;

  PackageThreadPools() {
    this(PresenceLimits.PACKAGE_MILLIS);
  }

  /**
   * @param millis how long a task may run
   */
  PackageThreadPools(final long millis) {
    this.millis = millis;
    this.watch = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "kamjvm-package-watch"));
    watch.setRemoveOnCancelPolicy(true);
    watch.setKeepAliveTime(1, TimeUnit.MINUTES);
    watch.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(final Runnable task, final String name) {
    final Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public Lane lane(final String packageName) {
    return new Pool(packageName);
  }

  private final class Pool implements Lane {
    private final ThreadPoolExecutor threads;
    private int hung;

    Pool(final String packageName) {
      final AtomicInteger number = new AtomicInteger();
      this.threads =
          new ThreadPoolExecutor(
              PresenceLimits.PACKAGE_THREADS,
              PresenceLimits.PACKAGE_THREADS,
              1,
              TimeUnit.MINUTES,
              new ArrayBlockingQueue<>(PresenceLimits.PACKAGE_CALLS),
              task ->
                  daemon(task, "kamjvm-package-" + packageName + "-" + number.incrementAndGet()));
      threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean run(final Runnable task, final Runnable overdue) {
      try {
        threads.execute(() -> watched(task, overdue));
        return true;
      } catch (final RejectedExecutionException e) {
        return false;
      }
    }

    private void watched(final Runnable task, final Runnable overdue) {
      final Running running = new Running(Thread.currentThread(), overdue);
      final Future<?> alarm = watch.schedule(running::late, millis, TimeUnit.MILLISECONDS);
      try {
        task.run();
      } catch (final RuntimeException e) {
        LOG.error("a task of a package failed", e);
      } finally {
        alarm.cancel(false);
        running.ended();
      }
    }

    @Override
    public void retire() {
      threads.shutdownNow();
    }

    private synchronized void grow(final int by) {
      hung += by;
      final int size = PresenceLimits.PACKAGE_THREADS + Math.min(hung, HUNG_THREADS);
      if (by > 0) {
        threads.setMaximumPoolSize(size);
        threads.setCorePoolSize(size);
      } else {
        threads.setCorePoolSize(size);
        threads.setMaximumPoolSize(size);
      }
    }

    /** One task on its thread. Its end and its alarm exclude each other. */
    private final class Running {
      private final Thread thread;
      private final Runnable overdue;
      private boolean over;
      private boolean late;

      Running(final Thread thread, final Runnable overdue) {
        this.thread = thread;
        this.overdue = overdue;
      }

      void late() {
        synchronized (this) {
          if (over) {
            return;
          }
          late = true;
          thread.interrupt();
        }
        grow(1);
        overdue.run();
      }

      void ended() {
        final boolean was;
        synchronized (this) {
          over = true;
          was = late;
        }
        if (was) {
          // the interrupt was for this task, not for the next one
          Thread.interrupted();
          grow(-1);
        }
      }
    }
  }
}
