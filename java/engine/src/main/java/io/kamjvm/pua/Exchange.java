// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.RequestListener;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of a record on its way, until it has ended. Engine thread only. */
abstract class Exchange implements RequestListener {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final long SLOW_MICROS = 20_000;

  private final PuaRecord record;
  private final OrderListener listener;
  private boolean decided;
  private boolean ended;

  Exchange(final PuaRecord record, final OrderListener listener) {
    this.record = record;
    this.listener = listener;
    record.busy = true;
  }

  /** What has become of it; the record is not busy any more. */
  abstract void ended(FinalReply reply);

  /** Whether the order counts as carried out even if it can not be sent. */
  boolean forgivesFailure() {
    return false;
  }

  final PuaRecord record() {
    return record;
  }

  /** Who has asked for it. */
  final OrderListener listener() {
    return listener;
  }

  @Override
  public final void sent(final long cseq, final long micros) {
    record.slow = micros > SLOW_MICROS;
    decide(new Decision.Sent());
  }

  @Override
  public final void dropped() {
    notSent("event_route[tm:local-request] dropped it");
  }

  @Override
  public final void failed(final String reason) {
    notSent(reason);
  }

  private void notSent(final String why) {
    LOG.warn("a request for {} could not be sent: {}", record.row.presentityUri(), why);
    decide(forgivesFailure() ? new Decision.Sent() : new Decision.Refused(why));
    end(FinalReply.silence(why));
  }

  @Override
  public final void completed(final int code, final String reason, final Map<String, Long> xavps) {
    throw new IllegalStateException("the reply is wanted as a whole");
  }

  @Override
  public final void completed(final FinalReply reply) {
    decide(new Decision.Sent());
    end(reply);
  }

  @Override
  public final void lost() {
    decide(new Decision.Sent());
    end(FinalReply.silence("Request Timeout"));
  }

  private void decide(final Decision decision) {
    if (!decided) {
      decided = true;
      listener.decided(decision);
    }
  }

  private void end(final FinalReply reply) {
    if (ended) {
      return;
    }
    ended = true;
    record.busy = false;
    ended(reply);
    record.proceed();
  }
}
