// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.util.List;

/** Kamailio did not come up; nothing of it is left running. */
public final class KamailioStartException extends RuntimeException {
  private final int exitCode;
  private final transient LogBuffer log;
  private final List<String> leftBehind;

  KamailioStartException(
      final String why, final int exitCode, final LogBuffer log, final List<String> leftBehind) {
    super(why + "; its log ends with\n" + log.tail(60));
    this.exitCode = exitCode;
    this.log = log;
    this.leftBehind = List.copyOf(leftBehind);
  }

  /** The exit code of main; -1 when it was still running and had to be stopped. */
  public int exitCode() {
    return exitCode;
  }

  /** Everything it said. */
  public LogBuffer log() {
    return log;
  }

  /** Processes that were still there after main had ended; they were killed since. */
  public List<String> leftBehind() {
    return leftBehind;
  }
}
