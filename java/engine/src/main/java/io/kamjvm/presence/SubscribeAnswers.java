// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/**
 * What a SUBSCRIBE that holds is answered, wherever subscriptions are kept (spec presence 7.3,
 * 8.1). Engine thread only.
 */
final class SubscribeAnswers {
  private final PresenceParameters parameters;
  private final EventPackages packages;

  SubscribeAnswers(final PresenceParameters parameters, final EventPackages packages) {
    this.parameters = parameters;
    this.packages = packages;
  }

  SipReply reply(final SubscribeRequest subscribe, final SubscriptionRow row) {
    final int code =
        parameters.subscribeAnswers200() || subscribe.eventPackage().watcherinfo() ? 200 : 202;
    return Replies.subscribed(
        code,
        subscribe.granted(),
        LocalContact.inReply(row.localContact(), subscribe.request().proto()));
  }

  /** How the request has come (spec presence 7.5). */
  LocalPath path(final SubscribeRequest subscribe) {
    return LocalPath.of(subscribe.request(), parameters.serverAddress());
  }

  /** What the script may look at; {@code expires} in seconds from now. */
  Optional<SubscriptionView> view(
      final Subscription subscription, final SubscriptionRow row, final long expires) {
    return parameters.exposeSubscription()
        ? Optional.of(subscription.view(row, expires))
        : Optional.empty();
  }

  /** Whether a SUBSCRIBE that begins or continues is followed by a NOTIFY at once. */
  boolean notified(final SubscribeRequest subscribe) {
    return parameters.fastNotify() || packages.watcherinfoOf(subscribe.eventPackage()).isPresent();
  }

  /** A dialog may carry several subscriptions; this is about one of them (D-02). */
  static boolean matches(final SubscriptionRow row, final SubscribeRequest subscribe) {
    return row.event().equals(subscribe.eventPackage().name())
        && row.eventId().equals(subscribe.eventId());
  }

  /** Whether the CSeq is one that this dialog has not heard yet (spec presence 7.4). */
  boolean inOrder(final SubscriptionRow row, final SubscribeRequest subscribe) {
    return subscribe.cseq() > row.remoteCseq() - parameters.cseqOffset();
  }
}
