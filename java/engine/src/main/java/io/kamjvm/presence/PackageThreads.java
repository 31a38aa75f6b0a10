// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

/**
 * Threads that package code runs on, a set of their own for each package, so that no package waits
 * for another.
 */
public interface PackageThreads {

  /** No threads at all. */
  PackageThreads NONE =
      name ->
          new Lane() {
            @Override
            public boolean run(final Runnable task, final Runnable overdue) {
              return false;
            }

            @Override
            public void retire() {
              // there is nothing to end
            }
          };

  /** The threads of one package. */
  interface Lane {

    /**
     * Runs the task on one of the threads. Any thread.
     *
     * @param overdue called, on any thread, when the task has been running for {@link
     *     PresenceLimits#PACKAGE_MILLIS}; its thread has been interrupted and given up by then
     * @return false when too many tasks wait: neither will be called
     */
    boolean run(Runnable task, Runnable overdue);

    /** Ends all threads; what waits for them is dropped. */
    void retire();
  }

  /** The threads of the package with this registered name; none is made before it is needed. */
  Lane lane(String packageName);
}
