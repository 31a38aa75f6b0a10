// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.SubscriptionState;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code handle_notify()}: 1 when the NOTIFY belongs to a subscription of ours, and then it has
 * been replied to; -1 when it does not, and then nothing was sent (spec pa-and-b2b 2.7, 2.11).
 */
final class NotifyHandler implements ScriptFunction {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyHandler.class);
  private static final String PRESENCE = "presence";
  private static final long WARN_EVERY_MILLIS = 1_000;

  private final Euacs euacs;
  private long warned = Long.MIN_VALUE / 2;

  NotifyHandler(final Euacs euacs) {
    this.euacs = euacs;
  }

  @Override
  public void call(final Call call) {
    final Optional<SipRequest> request = call.request().filter(r -> r.method().equals("NOTIFY"));
    final Optional<Euac> euac = request.flatMap(this::owner);
    if (euac.isEmpty()) {
      request.ifPresent(this::unmatched);
      call.answer(Answer.of(-1));
      return;
    }
    final SipRequest notify = request.get();
    final Optional<SubscriptionState> state =
        notify.subscriptionState().flatMap(SubscriptionState::parse);
    final Optional<SipReply> refusal = refusal(notify, euac.get(), state.isPresent());
    if (refusal.isPresent()) {
      LOG.info("NOTIFY of {} refused: {}", euac.get().key().record(), refusal.get().reason());
      call.answer(Answer.reply(1, refusal.get()));
      return;
    }
    euacs.counters().notifyOk++;
    call.answer(Answer.reply(1, new SipReply(200, "OK", contact(notify))));
    euac.get().happen(new EuacEvent.Heard(notify, state.get()));
  }

  private Optional<Euac> owner(final SipRequest notify) {
    if (notify.callId().isEmpty() || notify.to().tag().isEmpty() || notify.from().tag().isEmpty()) {
      return Optional.empty();
    }
    if (!NameAddress.isWord(notify.from().tag().get())) {
      return Optional.empty();
    }
    return euacs
        .find(notify.callId().get(), notify.to().tag().get())
        .filter(
            e ->
                e.dialog()
                    .flatMap(EventDialog::remoteTag)
                    .map(tag -> tag.equals(notify.from().tag().get()))
                    .orElse(true));
  }

  private static Optional<SipReply> refusal(
      final SipRequest notify, final Euac euac, final boolean stated) {
    if (notify.event().filter(e -> e.name().equals(PRESENCE)).isEmpty()) {
      return Optional.of(new SipReply(489, "Bad Event", List.of("Allow-Events: " + PRESENCE)));
    }
    if (!stated) {
      return Optional.of(new SipReply(400, "Subscription-State Missing"));
    }
    if (notify.recordRoute().length() > EventDialog.LONGEST_ROUTE_SET) {
      return Optional.of(new SipReply(400, "Record-Route Too Long"));
    }
    if (notify.cseq().isEmpty()) {
      return Optional.of(new SipReply(400, "Bad CSeq"));
    }
    final boolean old =
        euac.dialog()
            .filter(d -> d.remoteCseq().isPresent())
            .filter(d -> notify.cseq().getAsLong() <= d.remoteCseq().getAsLong())
            .isPresent();
    return old ? Optional.of(new SipReply(500, "CSeq Out Of Order")) : Optional.empty();
  }

  /** Where we are reached, for the other side's target (RFC 3261 section 12.2.2). */
  private static List<String> contact(final SipRequest notify) {
    if (notify.socketUri().isEmpty()) {
      return List.of();
    }
    final String transport =
        switch (notify.proto()) {
          case "tcp", "tls", "sctp" -> ";transport=" + notify.proto();
          default -> "";
        };
    return List.of("Contact: <" + notify.socketUri() + transport + ">");
  }

  private void unmatched(final SipRequest notify) {
    euacs.counters().notifyUnmatched++;
    final long now = euacs.context().clock().monotonicMillis();
    if (now - warned >= WARN_EVERY_MILLIS) {
      warned = now;
      LOG.warn("a NOTIFY from {} belongs to no subscription", notify.source());
    }
  }
}
