// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

import java.util.Optional;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of {@link KamailioLoggerFactory}. */
final class KamailioLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private final transient KamailioLoggerFactory factory;

  KamailioLogger(final String name, final KamailioLoggerFactory factory) {
    this.name = name;
    this.factory = factory;
  }

  @Override
  public boolean isTraceEnabled() {
    return factory.enabled(name, Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return factory.enabled(name, Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return factory.enabled(name, Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return factory.enabled(name, Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return factory.enabled(name, Level.ERROR);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return KamailioLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      final Level level,
      final Marker marker,
      final String message,
      final Object[] arguments,
      final Throwable thrown) {
    factory.log(
        name,
        level,
        MessageFormatter.basicArrayFormat(message, arguments),
        Optional.ofNullable(thrown));
  }
}
