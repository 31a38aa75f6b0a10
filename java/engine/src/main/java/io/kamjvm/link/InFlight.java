// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.time.Timers;

/** A request that a courier or a worker has been told to send. */
final class InFlight {
  final long id;
  final Outgoing outgoing;

  /** Gives the courier's credit back; does nothing the second time. */
  final Runnable credit;

  /** Frees whoever waits when no result arrives. */
  Timers.Timer watchdog = () -> {};

  boolean sent;
  boolean completed;

  InFlight(final long id, final Outgoing outgoing, final Runnable credit) {
    this.id = id;
    this.outgoing = outgoing;
    this.credit = credit;
  }
}
