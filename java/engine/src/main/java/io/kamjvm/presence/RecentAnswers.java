// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.time.EngineClock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answers to the last PUBLISH requests that changed something: one that is transmitted again,
 * and was not absorbed by a transaction, gets the same answer and is not carried out twice. Engine
 * thread only.
 */
final class RecentAnswers {

  /** What makes two transmissions the same request. */
  record Request(
      String presentity, String event, String callId, String fromTag, long cseq, String ifMatch) {}

  private record Answered(SipReply reply, long atMillis) {}

  private final EngineClock clock;
  private final Map<Request, Answered> answered = new LinkedHashMap<>();

  RecentAnswers(final EngineClock clock) {
    this.clock = clock;
  }

  /**
   * Remembers an answer.
   *
   * @param request empty when it lacks what identifies it
   */
  void add(final Optional<Request> request, final SipReply reply) {
    if (request.isEmpty()) {
      return;
    }
    final long now = clock.monotonicMillis();
    answered.remove(request.get());
    answered.put(request.get(), new Answered(reply, now));
    final Iterator<Answered> oldest = answered.values().iterator();
    boolean surplus = true;
    while (surplus && oldest.hasNext()) {
      final long age = now - oldest.next().atMillis();
      surplus =
          answered.size() > PresenceLimits.RECENT_ANSWERS || age >= PresenceLimits.RECENT_MILLIS;
      if (surplus) {
        oldest.remove();
      }
    }
  }

  /** The answer that the request got before. */
  Optional<SipReply> find(final Optional<Request> request) {
    return request
        .map(answered::get)
        .filter(a -> clock.monotonicMillis() - a.atMillis() < PresenceLimits.RECENT_MILLIS)
        .map(Answered::reply);
  }
}
