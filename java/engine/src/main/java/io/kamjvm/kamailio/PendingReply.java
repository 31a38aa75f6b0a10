// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.function.Consumer;

/**
 * A reply that waits for a commit. Engine thread only; exactly one of its methods is called once.
 */
public interface PendingReply {

  /** What became of the reply. */
  enum Delivery {
    /** It has left. */
    SENT,
    /** The deadline had passed and the busy answer has left instead: undo the decision. */
    TOO_LATE,
    /** The transaction no longer exists; the peer got an answer or has given up. */
    GONE
  }

  /**
   * Sends the reply, then {@code then} in order.
   *
   * @param delivered called on the engine thread when it is known; {@code then} has been handed
   *     over only for {@link Delivery#SENT}
   */
  void reply(SipReply reply, List<Outgoing> then, Consumer<Delivery> delivered);

  /** Sends the busy answer instead. */
  void busy();
}
