// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.RequestListener;
import java.util.Map;
import java.util.Optional;

/** Waits for what becomes of one NOTIFY. Whatever is reported first ends it. */
final class NotifyResult implements RequestListener {
  private final Notifier notifier;
  private final Subscription subscription;
  private final boolean last;
  private final Optional<byte[]> body;
  private final Optional<String> deletionWish;
  private final Optional<String> logLine;
  private final long remoteCseq;
  private boolean open = true;
  private int code;
  private boolean unwanted;

  /**
   * @param deletionWish the XAVP by which the script asks for the end, if there is one
   * @param logLine for the log when it has left, if anybody reads that
   */
  NotifyResult(
      final Notifier notifier,
      final Subscription subscription,
      final boolean last,
      final Optional<byte[]> body,
      final Optional<String> deletionWish,
      final Optional<String> logLine) {
    this.notifier = notifier;
    this.subscription = subscription;
    this.last = last;
    this.body = body;
    this.deletionWish = deletionWish;
    this.logLine = logLine;
    this.remoteCseq = subscription.row().remoteCseq();
  }

  Subscription subscription() {
    return subscription;
  }

  /** Whether it was a terminating NOTIFY. */
  boolean last() {
    return last;
  }

  Optional<byte[]> body() {
    return body;
  }

  Optional<String> logLine() {
    return logLine;
  }

  /** The final answer; 0 if none has come. */
  int code() {
    return code;
  }

  /** Whether the watcher knows no such subscription, or the script wants it to end. */
  boolean ends() {
    return code == 404 || code == 481 || unwanted;
  }

  /** Whether the watcher has not refreshed since it was sent. */
  boolean ofThisRefresh() {
    return remoteCseq == subscription.row().remoteCseq();
  }

  @Override
  public void sent(final long cseq, final long micros) {
    notifier.left(this);
    if (micros > PresenceLimits.SLOW_SEND_MICROS) {
      subscription.outbox().slow = true;
    }
  }

  @Override
  public void dropped() {
    if (close()) {
      notifier.dropped(this);
    }
  }

  @Override
  public void failed(final String reason) {
    if (close()) {
      notifier.unsent(this, reason);
    }
  }

  @Override
  public void completed(final int finalCode, final String reason, final Map<String, Long> set) {
    if (close()) {
      code = finalCode;
      unwanted = deletionWish.map(set::get).orElse(0L) != 0;
      notifier.answered(this);
    }
  }

  @Override
  public void lost() {
    if (close()) {
      notifier.unsent(this, "its result got lost");
    }
  }

  private boolean close() {
    final boolean was = open;
    open = false;
    return was;
  }
}
