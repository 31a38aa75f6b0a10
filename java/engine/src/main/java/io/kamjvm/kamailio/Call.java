// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Optional;

/**
 * A synchronous call of a script function. Engine thread only. It must be ended exactly once, by
 * {@link #answer}, {@link #hold} or {@link #busy}, now or in a later turn of the engine.
 */
public interface Call {

  /** The message the script is handling; empty in calls without one. */
  Optional<SipRequest> request();

  /** The evaluated arguments, in order. */
  List<String> arguments();

  /** The To-tag that the reply to this request will carry; empty string when not applicable. */
  String replyToTag();

  /** Whether the script has created a transaction. */
  boolean transaction();

  /** Ends the call. */
  void answer(Answer answer);

  /**
   * Ends the call for the script and keeps the reply for later. Where Kamailio can defer the reply
   * the script continues at once with {@code returnCode}; where it can not, the worker waits.
   */
  PendingReply hold(int returnCode, Optional<SubscriptionView> subscription);

  /** Ends the call with the busy answer (bridge.md section 7). */
  void busy();
}
