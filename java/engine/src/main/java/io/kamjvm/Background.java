// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Package threads: for what may block or take long. Bounded; a task that finds no room is rejected
 * with {@link java.util.concurrent.RejectedExecutionException}.
 */
final class Background implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final int THREADS = 2;
  private static final int WAITING_TASKS = 4096;

  private final ThreadPoolExecutor pool;

  Background() {
    final AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING_TASKS),
            task -> {
              final Thread thread = new Thread(task, "kamjvm-package-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(final Runnable task) {
    pool.execute(
        () -> {
          try {
            task.run();
          } catch (final RuntimeException e) {
            LOG.error("a task of a package failed", e);
          }
        });
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
