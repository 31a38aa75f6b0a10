// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipReply;

/** A request that is refused; the message says why, for the log. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient SipReply reply;

  RefusedException(final SipReply reply, final String why) {
    super(why, null, false, false);
    this.reply = reply;
  }

  SipReply reply() {
    return reply;
  }
}
