// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Package threads under virtual time: a task runs when the world settles, or when the test lets it
 * go. One that throws {@link Hang} has hung.
 */
final class FakeThreads implements PackageThreads {

  /** Thrown by package code that is to hang. */
  static final class Hang extends Error {
    private static final long serialVersionUID = 1L;
  }

  final List<String> retired = new ArrayList<>();
  boolean paused;
  boolean full;
  int tasks;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final World world;

  FakeThreads(final World world) {
    this.world = world;
  }

  @Override
  public Lane lane(final String packageName) {
    return new Lane() {
      @Override
      public boolean run(final Runnable task, final Runnable overdue) {
        if (full) {
          return false;
        }
        tasks++;
        final Runnable attempt = () -> attempt(task, overdue);
        if (!world.serving()) {
          attempt.run();
        } else if (paused) {
          waiting.add(attempt);
        } else {
          world.tasks.add(attempt);
        }
        return true;
      }

      @Override
      public void retire() {
        retired.add(packageName);
      }
    };
  }

  private void attempt(final Runnable task, final Runnable overdue) {
    try {
      task.run();
    } catch (final Hang e) {
      if (world.serving()) {
        world.time.schedule(PresenceLimits.PACKAGE_MILLIS, overdue);
      } else {
        overdue.run();
      }
    }
  }

  /** Lets what was held back run. */
  void resume() {
    paused = false;
    world.tasks.addAll(waiting);
    waiting.clear();
    world.settle();
  }
}
