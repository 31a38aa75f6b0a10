// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import gov.nist.core.StackLogger;
import java.util.Properties;

/** The SIP stack's log, switched off: its default needs a logging library that nobody else does. */
public final class QuietLogger implements StackLogger {
  @Override
  public void logStackTrace() {}

  @Override
  public void logStackTrace(final int level) {}

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void logException(final Throwable cause) {}

  @Override
  public void logDebug(final String message) {}

  @Override
  public void logDebug(final String message, final Exception cause) {}

  @Override
  public void logTrace(final String message) {}

  @Override
  public void logFatalError(final String message) {}

  @Override
  public void logError(final String message) {}

  @Override
  public boolean isLoggingEnabled() {
    return false;
  }

  @Override
  public boolean isLoggingEnabled(final int level) {
    return false;
  }

  @Override
  public void logError(final String message, final Exception cause) {}

  @Override
  public void logWarning(final String message) {}

  @Override
  public void logInfo(final String message) {}

  @Override
  public void disableLogging() {}

  @Override
  public void enableLogging() {}

  @Override
  public void setBuildTimeStamp(final String stamp) {}

  @Override
  public void setStackProperties(final Properties properties) {}

  @Override
  public String getLoggerName() {
    return "quiet";
  }
}
