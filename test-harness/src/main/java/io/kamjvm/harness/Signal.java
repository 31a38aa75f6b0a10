// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;

/** Signals sent to one process, by pid. */
public enum Signal {
  TERM,
  KILL,
  SEGV,
  STOP,
  CONT;

  /** Sends the signal; a process that is already gone is no error. */
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
    } catch (final IOException e) {
      throw new IllegalStateException("cannot run kill", e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
