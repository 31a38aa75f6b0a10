// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

/** Threads on which foreign code runs. Thread-safe. */
@FunctionalInterface
public interface QsaThreads {

  /**
   * Runs a task, soon.
   *
   * @param overdue run elsewhere when the task does not end
   * @return false when there is no room now
   */
  boolean run(Runnable task, Runnable overdue);
}
