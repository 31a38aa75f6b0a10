// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Loggers that write Kamailio's log. Until {@link #connect} they write to stderr, as they do in a
 * JVM that no Kamailio has started. Libraries are heard from WARN upwards only.
 */
public final class KamailioLoggerFactory implements ILoggerFactory {
  private static final String OURS = "io.kamjvm.";

  private record Target(LogSink sink, int level) {}

  private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
  private final AtomicReference<Target> target =
      new AtomicReference<>(new Target(standardError(System.err), LogSink.INFO));

  /**
   * Writes to {@code sink} from now on what is at most {@code level}.
   *
   * @param level Kamailio's {@code debug}, -1 to 3
   */
  public void connect(final LogSink sink, final int level) {
    target.set(new Target(sink, level));
  }

  @Override
  public Logger getLogger(final String name) {
    return loggers.computeIfAbsent(name, n -> new KamailioLogger(n, this));
  }

  boolean enabled(final String name, final Level level) {
    if (!name.startsWith(OURS) && level.toInt() < Level.WARN.toInt()) {
      return false;
    }
    return kamailio(level) <= target.get().level();
  }

  void log(
      final String name,
      final Level level,
      final String message,
      final Optional<Throwable> thrown) {
    final String source = name.substring(name.lastIndexOf('.') + 1);
    target
        .get()
        .sink()
        .log(kamailio(level), LogSink.OWN_FACILITY, LogLine.of(source, message, thrown));
  }

  private static int kamailio(final Level level) {
    return switch (level) {
      case ERROR -> LogSink.ERROR;
      case WARN -> LogSink.WARN;
      case INFO -> LogSink.INFO;
      case DEBUG -> LogSink.DEBUG;
      case TRACE -> LogSink.DEBUG + 1;
    };
  }

  private static LogSink standardError(final PrintStream stream) {
    return (level, facility, line) -> stream.println(line);
  }
}
