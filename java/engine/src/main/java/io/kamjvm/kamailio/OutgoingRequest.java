// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Optional;

/**
 * A request that a worker or courier sends through tm. Immutable.
 *
 * @param method e.g. {@code NOTIFY}
 * @param callId the dialog's Call-ID
 * @param localUri From URI
 * @param localTag From tag
 * @param remoteUri To URI
 * @param remoteTag To tag; empty: the request is outside of a dialog
 * @param remoteTarget Request-URI; when empty the To URI is used
 * @param routeSet route entries joined by commas, first = next hop; empty string if none
 * @param lastCseq the request carries this + 1
 * @param socket {@code udp:192.0.2.1:5060}; empty: chosen by destination
 * @param headers header block, each line CRLF terminated
 * @param body may be empty; not modified by anybody
 * @param subscription what {@code $subs(...)} shows while the request is built
 * @param slow whether an earlier send in this dialog took long: use the slow lane
 * @param answerRoute one of {@link KamailioModule#answerRoutes}: the event route that hears its
 *     final answer before the {@link RequestListener} does, with the same {@code subscription}
 * @param nextHop SIP URI where it is sent, not shown in it; without effect beside a route set
 * @param wantsReply whether {@link FinalReply} is to tell what the reply says, not only how it
 *     ended
 * @param ownContact whether a Contact is added behind {@code headers}: the URI, without user part,
 *     of the socket from which the next hop is reached
 */
public record OutgoingRequest(
    String method,
    String callId,
    String localUri,
    String localTag,
    String remoteUri,
    String remoteTag,
    String remoteTarget,
    String routeSet,
    long lastCseq,
    Optional<String> socket,
    String headers,
    byte[] body,
    Optional<SubscriptionView> subscription,
    boolean slow,
    Optional<String> answerRoute,
    Optional<String> nextHop,
    boolean wantsReply,
    boolean ownContact) {

  /** One that goes where dialog and Request-URI say, and of whose reply only the code matters. */
  public OutgoingRequest(
      final String method,
      final String callId,
      final String localUri,
      final String localTag,
      final String remoteUri,
      final String remoteTag,
      final String remoteTarget,
      final String routeSet,
      final long lastCseq,
      final Optional<String> socket,
      final String headers,
      final byte[] body,
      final Optional<SubscriptionView> subscription,
      final boolean slow,
      final Optional<String> answerRoute) {
    this(
        method,
        callId,
        localUri,
        localTag,
        remoteUri,
        remoteTag,
        remoteTarget,
        routeSet,
        lastCseq,
        socket,
        headers,
        body,
        subscription,
        slow,
        answerRoute,
        Optional.empty(),
        false,
        false);
  }
}
