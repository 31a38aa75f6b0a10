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
 * @param value what the function's variable argument is set to, for functions that have one
 */
public record Answer(
    int returnCode,
    Optional<SipReply> reply,
    Optional<SubscriptionView> subscription,
    List<Outgoing> then,
    Optional<String> value) {

  public Answer {
    then = List.copyOf(then);
  }

  /** One that sets no variable. */
  public Answer(
      final int returnCode,
      final Optional<SipReply> reply,
      final Optional<SubscriptionView> subscription,
      final List<Outgoing> then) {
    this(returnCode, reply, subscription, then, Optional.empty());
  }

  /** A return code and a value for the function's variable argument. */
  public static Answer value(final int returnCode, final String value) {
    return new Answer(
        returnCode, Optional.empty(), Optional.empty(), List.of(), Optional.of(value));
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
