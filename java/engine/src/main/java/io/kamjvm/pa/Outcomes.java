// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.time.EngineClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the requests of the last seconds: for the script that asks, and for
 * retransmissions that no transaction absorbs. Engine thread only.
 */
final class Outcomes {
  private final EngineClock clock;
  private final Map<Key, Outcome> outcomes = new LinkedHashMap<>();

  private record Key(String method, String callId, String fromTag, long cseq) {}

  /**
   * One request's.
   *
   * @param status of the subscription: {@code pending}, {@code active}, {@code rejected}, {@code
   *     terminated}; empty for a PUBLISH
   * @param reply what a retransmission is answered; empty while that is not known
   */
  record Outcome(String status, Optional<SipReply> reply, long millis) {}

  Outcomes(final EngineClock clock) {
    this.clock = clock;
  }

  void subscribed(final SipRequest request, final String status) {
    put(request, new Outcome(status, Optional.empty(), clock.monotonicMillis()));
  }

  void replied(final SipRequest request, final SipReply reply) {
    put(request, new Outcome("", Optional.of(reply), clock.monotonicMillis()));
  }

  private void put(final SipRequest request, final Outcome outcome) {
    outcomes.put(key(request), outcome);
    final var oldest = outcomes.values().iterator();
    while (outcomes.size() > PaLimits.OUTCOMES || isOver(outcomes.values().iterator().next())) {
      oldest.next();
      oldest.remove();
    }
  }

  private boolean isOver(final Outcome outcome) {
    return clock.monotonicMillis() - outcome.millis() > PaLimits.OUTCOME_MILLIS;
  }

  Optional<Outcome> of(final SipRequest request) {
    return Optional.ofNullable(outcomes.get(key(request))).filter(o -> !isOver(o));
  }

  private static Key key(final SipRequest request) {
    return new Key(
        request.method(),
        request.callId().orElse(""),
        request.from().tag().orElse(""),
        request.cseq().orElse(0));
  }
}
