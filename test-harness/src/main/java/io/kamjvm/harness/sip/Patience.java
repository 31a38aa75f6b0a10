// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * How a phone takes the busy answer: a {@code 500} with {@code Retry-After} (RFC 3261, 21.5.1) asks
 * it to come back. On a machine whose processors are taken the engine may be late now and then.
 */
public final class Patience {
  private static final int ATTEMPTS = 4;

  private Patience() {}

  /** Sends until the answer is not the busy one; at most four times, then the busy one returns. */
  public static SipMessage insist(final Supplier<SipMessage> request) {
    SipMessage reply = request.get();
    for (int attempt = 1; attempt < ATTEMPTS && busySeconds(reply) > 0; attempt++) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(busySeconds(reply)));
      reply = request.get();
    }
    return reply;
  }

  /** Seconds after which to come back; 0 when it is not the busy answer. */
  public static int busySeconds(final SipMessage reply) {
    return reply.code() == 500
        ? reply.header("Retry-After").map(text -> Integer.parseInt(text.trim())).orElse(0)
        : 0;
  }
}
