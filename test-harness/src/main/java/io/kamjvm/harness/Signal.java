// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.time.Duration;

/** Signals sent to one process, by pid. */
public enum Signal {
  TERM,
  KILL,
  SEGV,
  STOP,
  CONT;

  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  /**
   * Sends the signal; a process that is already gone is no error. Returns when STOP has stopped.
   */
  public void send(final long pid) {
    if (pid <= 1) {
      throw new IllegalArgumentException("will not signal pid " + pid);
    }
    try {
      new ProcessBuilder("/bin/kill", "-" + name(), Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      if (this == STOP) {
        Await.until("stopped", STOP_LIMIT, () -> ProcessProbe.stopped(pid));
      }
    } catch (final IOException e) {
      throw new IllegalStateException("cannot run kill", e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
