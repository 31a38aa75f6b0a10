// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.SubscriptionState;
import java.util.Optional;

/** What may happen to an event user agent client. */
sealed interface EuacEvent {

  /** 2xx to the last SUBSCRIBE. */
  record Accepted(FinalReply reply) implements EuacEvent {}

  /** 3xx to the last SUBSCRIBE, with its first Contact. */
  record Redirected(Optional<String> contact) implements EuacEvent {}

  /** Any other end of the last SUBSCRIBE. */
  record Refused(FinalReply reply) implements EuacEvent {}

  /** The timer of the state. */
  record Ticked() implements EuacEvent {}

  /** A NOTIFY that belongs here and has passed all checks. */
  record Heard(SipRequest request, SubscriptionState state) implements EuacEvent {}

  /** Nobody wants it any more. */
  record Released() implements EuacEvent {}

  /** Somebody wants it renewed now. */
  record Hurried() implements EuacEvent {}
}
