// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.RequestListener;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** All event user agent clients, and what they share. Engine thread only. */
final class Euacs {
  private static final long SLOW_MICROS = 20_000;

  private record DialogKey(String callId, String localTag) {
    static DialogKey of(final EventDialog dialog) {
      return new DialogKey(dialog.callId(), dialog.localTag());
    }
  }

  private final ModuleContext context;
  private final B2bParameters parameters;
  private final RandomGenerator random;
  private final SubscribeMessages messages;
  private final B2bCounters counters = new B2bCounters();
  private final Set<Euac> all = new LinkedHashSet<>();
  private final Map<DialogKey, Euac> byDialog = new HashMap<>();

  Euacs(final ModuleContext context, final B2bParameters parameters, final RandomGenerator random) {
    this.context = context;
    this.parameters = parameters;
    this.random = random;
    this.messages = new SubscribeMessages(parameters);
  }

  ModuleContext context() {
    return context;
  }

  B2bParameters parameters() {
    return parameters;
  }

  B2bCounters counters() {
    return counters;
  }

  /** Makes one that does nothing yet. */
  Euac make(final SubKey key, final EuacClient client) {
    final Euac euac = new Euac(this, key, client);
    all.add(euac);
    counters.created++;
    return euac;
  }

  /** All that are not over. */
  Collection<Euac> all() {
    return Collections.unmodifiableSet(all);
  }

  /** Whose dialog it may be, whatever tag the other side has. */
  Optional<Euac> find(final String callId, final String localTag) {
    return Optional.ofNullable(byDialog.get(new DialogKey(callId, localTag)));
  }

  /** A random number of milliseconds, both ends included. */
  long between(final long least, final long most) {
    return random.nextLong(least, most + 1);
  }

  void indexed(
      final Euac euac, final Optional<EventDialog> before, final Optional<EventDialog> now) {
    if (before.map(DialogKey::of).equals(now.map(DialogKey::of))) {
      return;
    }
    before.ifPresent(d -> byDialog.remove(DialogKey.of(d)));
    now.ifPresent(d -> byDialog.put(DialogKey.of(d), euac));
  }

  void over(final Euac euac) {
    all.remove(euac);
    counters.destroyed++;
  }

  void send(
      final Euac euac,
      final EventDialog dialog,
      final long expires,
      final boolean redirected,
      final String authorization,
      final boolean slow,
      final int attempt) {
    // whoever comes after us must never use this CSeq again
    euac.client().changed();
    context
        .kamailio()
        .send(
            new Outgoing(
                messages.subscribe(euac.key(), dialog, expires, redirected, authorization, slow),
                new Attempt(euac, attempt)));
  }

  /** A SUBSCRIBE under way. */
  private record Attempt(Euac euac, int number) implements RequestListener {
    @Override
    public void sent(final long cseq, final long micros) {
      euac.sent(micros > SLOW_MICROS);
    }

    @Override
    public void dropped() {
      failed("event_route[tm:local-request] dropped it");
    }

    @Override
    public void failed(final String reason) {
      euac.ended(number, FinalReply.silence(reason));
    }

    @Override
    public void completed(final int code, final String reason, final Map<String, Long> xavps) {
      throw new IllegalStateException("the reply is wanted as a whole");
    }

    @Override
    public void completed(final FinalReply reply) {
      euac.ended(number, reply);
    }

    @Override
    public void lost() {
      failed("Request Timeout");
    }
  }
}
