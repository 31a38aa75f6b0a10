// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/** The layout of a NOTIFY (spec presence 8.2). */
final class NotifyMessage {
  /** Hears the result of each NOTIFY (spec presence 3.3). */
  static final String ANSWER_ROUTE = "presence:notify-reply";

  private static final byte[] EMPTY = new byte[0];

  private NotifyMessage() {}

  /**
   * Builds one.
   *
   * @param path how it leaves
   * @param state the value of Subscription-State
   * @param remaining seconds that {@code $subs(expires)} shows
   */
  static OutgoingRequest of(
      final Subscription subscription,
      final LocalPath path,
      final String state,
      final Optional<byte[]> body,
      final long remaining,
      final boolean expose) {
    final SubscriptionRow row = subscription.row();
    final byte[] content = body.orElse(EMPTY);
    final StringBuilder headers = new StringBuilder(256);
    headers.append("Max-Forwards: 70\r\nEvent: ").append(row.event());
    if (!row.eventId().isEmpty()) {
      headers.append(";id=").append(row.eventId());
    }
    headers.append("\r\nContact: <").append(LocalContact.inNotify(path)).append(">\r\n");
    headers.append("Subscription-State: ").append(state).append("\r\n");
    if (content.length > 0) {
      final String type = subscription.presentity().eventPackage().contentType();
      headers.append("Content-Type: ").append(type).append("\r\n");
    }
    final Optional<SubscriptionView> view =
        expose ? Optional.of(subscription.view(row, remaining)) : Optional.empty();
    return new OutgoingRequest(
        "NOTIFY",
        row.callId(),
        SipUri.presentity(row.toUser(), row.toDomain()),
        row.toTag(),
        SipUri.presentity(row.fromUser(), row.fromDomain()),
        row.fromTag(),
        row.contact(),
        row.recordRoute(),
        subscription.localCseq(),
        path.socket().isEmpty() ? Optional.empty() : Optional.of(path.socket()),
        headers.toString(),
        content,
        view,
        subscription.outbox().slow,
        Optional.of(ANSWER_ROUTE));
  }
}
