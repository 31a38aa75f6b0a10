// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.EuacEvent.Accepted;
import io.kamjvm.b2b.EuacEvent.Heard;
import io.kamjvm.b2b.EuacEvent.Redirected;
import io.kamjvm.b2b.EuacEvent.Refused;
import io.kamjvm.b2b.EuacState.Confirmed;
import io.kamjvm.b2b.EuacState.Destroyed;
import io.kamjvm.b2b.EuacState.Predestroyed;
import io.kamjvm.b2b.EuacState.Resubscription;
import io.kamjvm.b2b.EuacState.Unconfirmed;
import io.kamjvm.b2b.EuacState.Waiting;
import io.kamjvm.b2b.EuacState.WaitingForTermination;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.DeltaSeconds;
import io.kamjvm.sip.RouteSet;
import io.kamjvm.sip.SubscriptionState;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event user agent client: one SIP subscription that is kept alive for one internal one. What
 * happens to it goes through {@link Transitions}; the deeds that the table names are here. Engine
 * thread only.
 */
final class Euac extends EventClient {
  private static final Logger LOG = LoggerFactory.getLogger(Euac.class);
  private static final int MOST_REDIRECTS = 5;

  /** How soon a dialog is made anew that was ended without blame: random milliseconds below. */
  private static final int SOON_MILLIS = 900;

  private boolean redirected;
  private int redirects;
  private int revivals;

  Euac(final Euacs home, final SubKey key, final EuacClient client) {
    super(home, key, client);
  }

  @Override
  Euac self() {
    return this;
  }

  @Override
  boolean redirected() {
    return redirected;
  }

  /** Begins, now or within {@code max_subscribe_delay}. */
  void start() {
    final long most = home().parameters().maxSubscribeDelay();
    move(most == 0 ? begin() : new Waiting(ticking(home().between(1_000, 1_000 * most)), false));
  }

  /**
   * Goes on with what an earlier engine has left.
   *
   * @param left its dialog, if it had one
   * @param parked whether it wanted no further attempt
   */
  void resume(final Optional<EventDialog> left, final boolean parked, final long delayMillis) {
    if (left.filter(EventDialog::confirmed).isPresent()) {
      dialog(left);
      final long now = home().context().clock().monotonicMillis();
      move(new Confirmed(ticking(delayMillis), now + delayMillis, now + delayMillis));
    } else {
      move(new Waiting(parked ? () -> {} : ticking(delayMillis), parked));
    }
  }

  // Deeds: the beginning

  EuacState begin() {
    redirected = false;
    redirects = 0;
    return beginAt(key().record());
  }

  private EuacState beginAt(final String target) {
    negotiation().reset();
    dialog(Optional.of(EventDialog.fresh(target)));
    ask();
    return new Unconfirmed(failover());
  }

  EuacState established(final Unconfirmed from, final Accepted event) {
    adopt(event.reply());
    redirects = 0;
    negotiation().reset();
    return grantedFor(granted(event.reply()));
  }

  private Confirmed grantedFor(final long seconds) {
    tellGrant(seconds);
    return confirmedFor(seconds);
  }

  private void adopt(final FinalReply reply) {
    if (!known().confirmed()) {
      dialog(
          Optional.of(
              known()
                  .confirmed(
                      reply.toTag().orElseThrow(),
                      reply.contact().filter(NameAddress::isUri).orElse(known().target()),
                      RouteSet.reversed(reply.recordRoute()))));
    }
  }

  EuacState acceptedLate(final Confirmed from, final Accepted event) {
    if (!event.reply().toTag().equals(known().remoteTag())) {
      return from;
    }
    negotiation().reset();
    refreshTarget(event.reply());
    final Confirmed planned = grantedFor(granted(event.reply()));
    if (planned.renewAt() < from.renewAt()) {
      return planned;
    }
    planned.timer().cancel();
    keepsPlan(from.renewAt());
    return from;
  }

  private void refreshTarget(final FinalReply reply) {
    reply
        .contact()
        .filter(NameAddress::isUri)
        .ifPresent(contact -> dialog(Optional.of(known().withTarget(contact))));
  }

  private static long granted(final FinalReply reply) {
    return reply.expires().map(DeltaSeconds::parse).orElse(OptionalLong.empty()).orElse(0);
  }

  private Confirmed confirmedFor(final long granted) {
    final long now = home().context().clock().monotonicMillis();
    final long delay =
        1_000
            * Math.max(
                granted - home().parameters().resubscribeDelta(),
                home().parameters().minResubscribeTime());
    final long until = now + 1_000 * granted;
    grantedUntil(until);
    return new Confirmed(ticking(delay), now + delay, until);
  }

  EuacState follow(final Redirected event) {
    if (event.contact().isEmpty() || redirects >= MOST_REDIRECTS) {
      return unreachable();
    }
    redirects++;
    redirected = true;
    drop();
    return beginAt(event.contact().get());
  }

  EuacState refused(final Refused event, final Supplier<EuacState> again) {
    if (!negotiation().answers(event.reply(), known().target())) {
      return unreachable();
    }
    ask();
    return again.get();
  }

  /** No dialog can be had now: whoever watches learns that what he knows is stale. */
  EuacState unreachable() {
    LOG.info("{} can not be watched for {} now", key().record(), key().subscriber());
    tell(Status.PENDING, Optional.empty(), Optional.of("unreachable"), OptionalLong.empty());
    return retryAfter(1_000 * home().parameters().onErrorRetryTime());
  }

  private Waiting retryAfter(final long millis) {
    drop();
    home().counters().retries++;
    return new Waiting(ticking(millis), false);
  }

  // Deeds: what is heard

  EuacState firstHeard(final Unconfirmed from, final Heard event) {
    hear(event);
    if (event.state().terminated()) {
      return terminated(event);
    }
    tell(event);
    return confirmedFor(event.state().expires().orElse(negotiation().expires()));
  }

  EuacState heard(final Confirmed from, final Heard event) {
    hear(event);
    if (event.state().terminated()) {
      return terminated(event);
    }
    tell(event);
    return sooner(from, event.state().expires());
  }

  private EuacState sooner(final Confirmed from, final OptionalLong expires) {
    final long now = home().context().clock().monotonicMillis();
    if (expires.isEmpty() || now + 1_000 * expires.getAsLong() >= from.until()) {
      return from;
    }
    final long before = nextAt();
    final Confirmed planned = confirmedFor(expires.getAsLong());
    if (planned.renewAt() < from.renewAt()) {
      return planned;
    }
    // never later than planned, whatever min_resubscribe_time would make of it
    planned.timer().cancel();
    keepsPlan(before);
    return from;
  }

  EuacState heardWhileRenewing(final Resubscription from, final Heard event) {
    hear(event);
    if (event.state().terminated()) {
      return terminated(event);
    }
    tell(event);
    return from;
  }

  EuacState heardInVain(final EuacState from, final Heard event) {
    hear(event);
    return event.state().terminated() ? new Destroyed() : from;
  }

  /** The first NOTIFY makes the dialog as an answer would (RFC 6665 section 4.1.2.4). */
  private void hear(final Heard event) {
    final SipRequest notify = event.request();
    heardFrom(notify.source());
    final Optional<String> contact = notify.contact().filter(NameAddress::isUri);
    final EventDialog before = known();
    final EventDialog confirmed =
        before.confirmed()
            ? before.withTarget(contact.orElse(before.target()))
            : before.confirmed(
                notify.from().tag().orElseThrow(),
                contact.orElse(before.target()),
                notify.recordRoute());
    dialog(Optional.of(confirmed.heard(notify.cseq().orElseThrow())));
  }

  private EuacState terminated(final Heard event) {
    final SubscriptionState said = event.state();
    final String reason = said.reason().orElse("");
    tell(event);
    drop();
    return switch (reason) {
      case "deactivated", "timeout" -> revive();
      case "rejected", "noresource", "invariant" -> park();
      default ->
          retryAfter(1_000 * said.retryAfter().orElse(home().parameters().onErrorRetryTime()));
    };
  }

  private EuacState revive() {
    revivals++;
    return revivals == 1
        ? retryAfter(home().between(1, SOON_MILLIS))
        : retryAfter(1_000 * home().parameters().onErrorRetryTime());
  }

  private EuacState park() {
    final long after = home().parameters().retryAfterReject();
    if (after > 0) {
      return retryAfter(1_000 * after);
    }
    tell(client()::parked);
    return new Waiting(() -> {}, true);
  }

  private void tell(final Heard event) {
    final SubscriptionState said = event.state();
    final Status status =
        said.terminated()
            ? said.reason().equals(Optional.of("rejected")) ? Status.REJECTED : Status.TERMINATED
            : said.active() ? Status.ACTIVE : Status.PENDING;
    countNotify();
    tell(
        status,
        event.request().body().length == 0
            ? Optional.empty()
            : Optional.of(
                new EuacClient.Body(
                    event.request().body(), event.request().contentType().orElse(""))),
        said.reason(),
        said.retryAfter());
  }

  // Deeds: renewal and end

  EuacState renew() {
    ask();
    return new Resubscription(failover());
  }

  EuacState renewed(final Accepted event) {
    revivals = 0;
    negotiation().reset();
    refreshTarget(event.reply());
    return grantedFor(granted(event.reply()));
  }

  EuacState renewalRefused(final Refused event) {
    final boolean unknown = !event.reply().local() && event.reply().code() == 481;
    if (unknown && revivals == 0) {
      revivals++;
      drop();
      return begin();
    }
    return refused(event, () -> new Resubscription(failover()));
  }

  EuacState end() {
    negotiation().reset();
    send(0);
    return new Predestroyed(failover());
  }

  EuacState endEstablished(final Accepted event) {
    adopt(event.reply());
    return end();
  }

  EuacState endIfKnown() {
    return known().confirmed() ? end() : new Destroyed();
  }

  EuacState endUnlessGone(final Refused event) {
    return Negotiation.negotiable(event.reply()) ? end() : new Destroyed();
  }

  EuacState endRefused(final Refused event) {
    if (event.reply().code() == 423 || !negotiation().answers(event.reply(), known().target())) {
      return new Destroyed();
    }
    send(0);
    return new Predestroyed(failover());
  }

  EuacState endAgreed() {
    final long wait = home().parameters().waitForTermNotify();
    return wait == 0 ? new Destroyed() : new WaitingForTermination(ticking(1_000 * wait));
  }

  EuacState neverTerminated() {
    LOG.warn("no last NOTIFY of {} for {}", key().record(), key().subscriber());
    return new Destroyed();
  }
}
