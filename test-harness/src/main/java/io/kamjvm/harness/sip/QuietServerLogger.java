// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;

/** The SIP stack's message trace, switched off. */
public final class QuietServerLogger implements ServerLogger {
  @Override
  public void closeLogFile() {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final boolean sender,
      final long time) {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final String status,
      final boolean sender,
      final long time) {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final String status,
      final boolean sender) {}

  @Override
  public void logException(final Exception cause) {}

  @Override
  public void setStackProperties(final Properties properties) {}

  @Override
  public void setSipStack(final SipStack stack) {}
}
