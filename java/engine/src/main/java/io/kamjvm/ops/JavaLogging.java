// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends what libraries write through java.util.logging (pgjdbc does) to Kamailio's log. */
public final class JavaLogging extends Handler {
  private final KamailioLoggerFactory factory;
  private final SimpleFormatter formatter = new SimpleFormatter();

  private JavaLogging(final KamailioLoggerFactory factory) {
    this.factory = factory;
  }

  /** Replaces all handlers of this JVM's root logger; warnings and worse are heard. */
  public static void redirect(final KamailioLoggerFactory factory) {
    final Logger root = Logger.getLogger("");
    for (final Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.setLevel(Level.WARNING);
    root.addHandler(new JavaLogging(factory));
  }

  @Override
  public void publish(final LogRecord event) {
    final org.slf4j.event.Level level =
        event.getLevel().intValue() >= Level.SEVERE.intValue()
            ? org.slf4j.event.Level.ERROR
            : org.slf4j.event.Level.WARN;
    final String name = Optional.ofNullable(event.getLoggerName()).orElse("java");
    if (event.getLevel().intValue() >= Level.WARNING.intValue() && factory.enabled(name, level)) {
      factory.log(
          name,
          level,
          String.valueOf(formatter.formatMessage(event)),
          Optional.ofNullable(event.getThrown()));
    }
  }

  @Override
  public void flush() {
    // nothing is kept back
  }

  @Override
  public void close() {
    // nothing is open
  }
}
