// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

import java.util.Optional;

/**
 * One event as one line. Line breaks and control characters become blanks: syslog and grep see one
 * line per event, and text that came from the network can not forge another.
 */
final class LogLine {
  /** Longest line; syslog daemons cut at 8 kB and less. */
  static final int LIMIT = 4000;

  private static final int FRAMES = 12;
  private static final int CAUSES = 4;

  private LogLine() {}

  static String of(final String source, final String message, final Optional<Throwable> thrown) {
    final StringBuilder line = new StringBuilder(200);
    line.append(source).append(": ").append(message);
    thrown.ifPresent(t -> trace(line, t));
    for (int i = 0; i < line.length() && i < LIMIT; i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    if (line.length() > LIMIT) {
      line.setLength(LIMIT - 3);
      line.append("...");
    }
    return line.toString();
  }

  private static void trace(final StringBuilder line, final Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; depth < CAUSES && cause != null; depth++) {
      line.append(depth == 0 ? ": " : " caused by ").append(cause);
      final StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        final StackTraceElement frame = frames[i];
        final String name = frame.getClassName();
        line.append(i == 0 ? " at " : " < ")
            .append(name, name.lastIndexOf('.') + 1, name.length())
            .append('.')
            .append(frame.getMethodName())
            .append(':')
            .append(frame.getLineNumber());
      }
      cause = cause.getCause();
    }
  }
}
