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

  /**
   * What it was answered.
   *
   * @param forgotten runs when it is not remembered any more
   */
  private record Answered(SipReply reply, long atMillis, Runnable forgotten) {}

  private final EngineClock clock;
  private final Recovery recovery;
  private final Map<Request, Answered> answered = new LinkedHashMap<>();

  RecentAnswers(final EngineClock clock, final Recovery recovery) {
    this.clock = clock;
    this.recovery = recovery;
  }

  /**
   * Remembers an answer.
   *
   * @param request empty when it lacks what identifies it
   */
  void add(final Optional<Request> request, final SipReply reply) {
    request.ifPresent(r -> add(r, reply, recovery.answered(r, reply)));
  }

  /** An earlier engine has given this answer; {@code forgotten} as in {@link Recovery}. */
  void resume(final Request request, final SipReply reply, final Runnable forgotten) {
    add(request, reply, forgotten);
  }

  private void add(final Request request, final SipReply reply, final Runnable forgotten) {
    final long now = clock.monotonicMillis();
    Optional.ofNullable(answered.remove(request)).ifPresent(a -> a.forgotten().run());
    answered.put(request, new Answered(reply, now, forgotten));
    final Iterator<Answered> oldest = answered.values().iterator();
    boolean surplus = true;
    while (surplus && oldest.hasNext()) {
      final Answered next = oldest.next();
      final long age = now - next.atMillis();
      surplus =
          answered.size() > PresenceLimits.RECENT_ANSWERS || age >= PresenceLimits.RECENT_MILLIS;
      if (surplus) {
        oldest.remove();
        next.forgotten().run();
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
