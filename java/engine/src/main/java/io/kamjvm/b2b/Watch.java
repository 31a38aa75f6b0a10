// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.ContentType;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.storage.RecoveryLog;
import java.util.Optional;
import java.util.OptionalLong;

/** An internal subscription and the SIP subscription that serves it. Engine thread only. */
final class Watch implements EuacClient {
  private final SipSource source;
  private final InternalSubscription subscription;
  private final Euac euac;
  private Optional<RecoveryLog.Entry> note = Optional.empty();
  private boolean begun;

  Watch(final SipSource source, final InternalSubscription subscription, final Euacs euacs) {
    this.source = source;
    this.subscription = subscription;
    this.euac = euacs.make(subscription.key(), this);
  }

  void start() {
    begun = true;
    euac.start();
  }

  /** Goes on with what an earlier engine has noted. */
  void resume(final WatchCodec.Left left, final RecoveryLog.Entry entry, final long delayMillis) {
    note = Optional.of(entry);
    begun = true;
    euac.resume(left.dialog(), left.parked(), delayMillis);
    if (left.released()) {
      source.domain().unsubscribe(subscription);
    }
  }

  InternalSubscription subscription() {
    return subscription;
  }

  Euac euac() {
    return euac;
  }

  /** Its note in the recovery log. */
  Optional<RecoveryLog.Entry> note() {
    return note;
  }

  void note(final Optional<RecoveryLog.Entry> entry) {
    note = entry;
  }

  @Override
  public void heard(
      final Status status,
      final Optional<PresenceDoc> doc,
      final Optional<String> reason,
      final OptionalLong retryAfter) {
    final Optional<StatusMessage> said =
        source
            .domain()
            .tell(subscription, status, doc, ContentType.PRESENCE_INFO, reason, retryAfter);
    said.ifPresent(message -> source.said(this, message));
  }

  @Override
  public void granted(final long seconds) {
    source.granted(this);
  }

  @Override
  public void parked() {
    if (!subscription.owner().shares()) {
      source.domain().complete(subscription);
    }
  }

  @Override
  public void changed() {
    if (begun) {
      source.notes().note(this);
    }
  }

  @Override
  public void ended() {
    source.over(this);
  }
}
