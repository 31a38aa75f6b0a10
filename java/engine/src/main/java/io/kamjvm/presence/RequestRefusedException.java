// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;

/** A request that fails one of its checks: the reply, and what the script function returns. */
final class RequestRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient SipReply reply;
  private final int returnCode;

  RequestRefusedException(final SipReply reply, final int returnCode, final String why) {
    super(why, null, false, false);
    this.reply = reply;
    this.returnCode = returnCode;
  }

  RequestRefusedException(final SipReply reply, final String why) {
    this(reply, -1, why);
  }

  SipReply reply() {
    return reply;
  }

  int returnCode() {
    return returnCode;
  }
}
