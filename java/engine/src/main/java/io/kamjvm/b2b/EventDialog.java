// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A subscription dialog in which we are the subscriber. Immutable.
 *
 * @param remoteTag empty until the other side has been heard
 * @param target Request-URI
 * @param routeSet entries joined by commas, first = next hop; empty string if none
 * @param cseq of our last request; 0 if there was none
 * @param remoteCseq of the last NOTIFY
 */
record EventDialog(
    String callId,
    String localTag,
    Optional<String> remoteTag,
    String target,
    String routeSet,
    long cseq,
    OptionalLong remoteCseq) {
  /** Characters; who wants to be called by a longer way is not called. */
  static final int LONGEST_ROUTE_SET = 8_192;

  /** One that nobody knows yet. */
  static EventDialog fresh(final String target) {
    return new EventDialog(
        UUID.randomUUID().toString(),
        UUID.randomUUID().toString(),
        Optional.empty(),
        target,
        "",
        0,
        OptionalLong.empty());
  }

  boolean confirmed() {
    return remoteTag.isPresent();
  }

  EventDialog confirmed(final String tag, final String newTarget, final String newRouteSet) {
    return new EventDialog(
        callId, localTag, Optional.of(tag), newTarget, newRouteSet, cseq, remoteCseq);
  }

  EventDialog nextCseq() {
    return new EventDialog(callId, localTag, remoteTag, target, routeSet, cseq + 1, remoteCseq);
  }

  EventDialog heard(final long newRemoteCseq) {
    return new EventDialog(
        callId, localTag, remoteTag, target, routeSet, cseq, OptionalLong.of(newRemoteCseq));
  }

  EventDialog withTarget(final String newTarget) {
    return new EventDialog(callId, localTag, remoteTag, newTarget, routeSet, cseq, remoteCseq);
  }
}
