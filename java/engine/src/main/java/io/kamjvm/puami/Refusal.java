// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.mififo.MiReply;

/** Arguments that a command can not take, and what it answers. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient MiReply reply;

  Refusal(final MiReply reply) {
    super(reply.toString());
    this.reply = reply;
  }

  MiReply reply() {
    return reply;
  }
}
