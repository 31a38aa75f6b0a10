// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Optional;

/**
 * The end of a {@link Call}.
 *
 * @param returnCode what the script function returns: &gt;0 true, &lt;0 false, 0 ends the script
 * @param reply sent by the worker before the function returns
 * @param subscription what {@code $subs(...)} shows from now on in this request
 * @param then requests that leave after the reply, in this order; the worker sends them itself
 */
public record Answer(
    int returnCode,
    Optional<SipReply> reply,
    Optional<SubscriptionView> subscription,
    List<Outgoing> then) {

  public Answer {
    then = List.copyOf(then);
  }

  /** Only a return code. */
  public static Answer of(final int returnCode) {
    return new Answer(returnCode, Optional.empty(), Optional.empty(), List.of());
  }

  /** A return code and a reply. */
  public static Answer reply(final int returnCode, final SipReply reply) {
    return new Answer(returnCode, Optional.of(reply), Optional.empty(), List.of());
  }
}
