// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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

  /**
   * Has the worker change the location table before the call goes on, as a step of it. Nobody hears
   * of it when the caller gives up meanwhile; what was done stays done.
   *
   * @param then gets an outcome for each work, in a later turn; it ends the call or asks for more
   */
  default void work(final List<AorWork> works, final Consumer<List<AorOutcome>> then) {
    throw new UnsupportedOperationException("there is no location table here");
  }

  /** What the script brings about in the location table from the end of this call on is marked. */
  default void mark(final ScriptMark mark) {
    // nothing is brought about where nobody listens
  }

  /** Sets a flag of branch 0, 0 to 31, when the call ends, until the script does. */
  default void setBranchFlag(final int flag) {
    // a message that is not sent on has no branches
  }

  /** Ends the call with the busy answer (bridge.md section 7). */
  void busy();
}
