// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.EuacEvent.Accepted;
import io.kamjvm.b2b.EuacEvent.Heard;
import io.kamjvm.b2b.EuacEvent.Hurried;
import io.kamjvm.b2b.EuacEvent.Redirected;
import io.kamjvm.b2b.EuacEvent.Refused;
import io.kamjvm.b2b.EuacEvent.Released;
import io.kamjvm.b2b.EuacEvent.Ticked;
import io.kamjvm.b2b.EuacState.Confirmed;
import io.kamjvm.b2b.EuacState.Destroyed;
import io.kamjvm.b2b.EuacState.Predestroyed;
import io.kamjvm.b2b.EuacState.Resubscription;
import io.kamjvm.b2b.EuacState.ResubscriptionDestroy;
import io.kamjvm.b2b.EuacState.Unconfirmed;
import io.kamjvm.b2b.EuacState.UnconfirmedDestroy;
import io.kamjvm.b2b.EuacState.Waiting;
import io.kamjvm.b2b.EuacState.WaitingForTermination;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state machine of an event user agent client as a table (spec pa-and-b2b 2.6, 2.11): in which
 * state what is done about which event, and where that may lead. What is not in the table changes
 * nothing.
 */
final class Transitions {
  private static final Map<Class<? extends EuacState>, Map<Class<? extends EuacEvent>, Row<?, ?>>>
      TABLE = new HashMap<>();

  /** What is done; the answer is the state that follows, or the same one. */
  @FunctionalInterface
  interface Deed<S extends EuacState, E extends EuacEvent> {
    EuacState of(Euac euac, S state, E event);
  }

  private record Row<S extends EuacState, E extends EuacEvent>(
      Class<S> state, Class<E> event, Deed<S, E> deed, Set<Class<? extends EuacState>> to) {

    EuacState apply(final Euac euac, final EuacState from, final EuacEvent what) {
      final EuacState next = deed.of(euac, state.cast(from), event.cast(what));
      if (!to.contains(next.getClass())) {
        throw new IllegalStateException(
            from.title() + " does not lead to " + next.title() + " by " + event.getSimpleName());
      }
      return next;
    }
  }

  static {
    on(Unconfirmed.class, Accepted.class, (e, s, v) -> e.established(s, v), Confirmed.class);
    on(
        Unconfirmed.class,
        Redirected.class,
        (e, s, v) -> e.follow(v),
        Unconfirmed.class,
        Waiting.class);
    on(
        Unconfirmed.class,
        Refused.class,
        (e, s, v) -> e.refused(v, () -> new Unconfirmed(e.failover())),
        Unconfirmed.class,
        Waiting.class);
    on(Unconfirmed.class, Ticked.class, (e, s, v) -> e.unreachable(), Waiting.class);
    on(
        Unconfirmed.class,
        Heard.class,
        (e, s, v) -> e.firstHeard(s, v),
        Confirmed.class,
        Waiting.class);
    on(
        Unconfirmed.class,
        Released.class,
        (e, s, v) -> new UnconfirmedDestroy(e.failover()),
        UnconfirmedDestroy.class);

    on(
        UnconfirmedDestroy.class,
        Accepted.class,
        (e, s, v) -> e.endEstablished(v),
        Predestroyed.class);
    on(
        UnconfirmedDestroy.class,
        Redirected.class,
        (e, s, v) -> e.endIfKnown(),
        Predestroyed.class,
        Destroyed.class);
    on(
        UnconfirmedDestroy.class,
        Refused.class,
        (e, s, v) -> e.endIfKnown(),
        Predestroyed.class,
        Destroyed.class);
    on(
        UnconfirmedDestroy.class,
        Ticked.class,
        (e, s, v) -> e.endIfKnown(),
        Predestroyed.class,
        Destroyed.class);
    on(
        UnconfirmedDestroy.class,
        Heard.class,
        (e, s, v) -> e.heardInVain(s, v),
        UnconfirmedDestroy.class,
        Destroyed.class);

    // a NOTIFY has made the dialog before the answer came; no other answer can unmake it
    on(Confirmed.class, Accepted.class, (e, s, v) -> e.acceptedLate(s, v), Confirmed.class);
    on(Confirmed.class, Ticked.class, (e, s, v) -> e.renew(), Resubscription.class);
    on(Confirmed.class, Hurried.class, (e, s, v) -> e.renew(), Resubscription.class);
    on(Confirmed.class, Heard.class, (e, s, v) -> e.heard(s, v), Confirmed.class, Waiting.class);
    on(Confirmed.class, Released.class, (e, s, v) -> e.end(), Predestroyed.class);

    on(Waiting.class, Ticked.class, (e, s, v) -> e.begin(), Unconfirmed.class);
    on(Waiting.class, Hurried.class, (e, s, v) -> e.begin(), Unconfirmed.class);
    on(Waiting.class, Released.class, (e, s, v) -> new Destroyed(), Destroyed.class);

    on(Resubscription.class, Accepted.class, (e, s, v) -> e.renewed(v), Confirmed.class);
    on(
        Resubscription.class,
        Redirected.class,
        (e, s, v) -> e.follow(v),
        Unconfirmed.class,
        Waiting.class);
    on(
        Resubscription.class,
        Refused.class,
        (e, s, v) -> e.renewalRefused(v),
        Resubscription.class,
        Unconfirmed.class,
        Waiting.class);
    on(Resubscription.class, Ticked.class, (e, s, v) -> e.unreachable(), Waiting.class);
    on(
        Resubscription.class,
        Heard.class,
        (e, s, v) -> e.heardWhileRenewing(s, v),
        Resubscription.class,
        Waiting.class);
    on(
        Resubscription.class,
        Released.class,
        (e, s, v) -> new ResubscriptionDestroy(e.failover()),
        ResubscriptionDestroy.class);

    on(ResubscriptionDestroy.class, Accepted.class, (e, s, v) -> e.end(), Predestroyed.class);
    on(
        ResubscriptionDestroy.class,
        Redirected.class,
        (e, s, v) -> new Destroyed(),
        Destroyed.class);
    on(
        ResubscriptionDestroy.class,
        Refused.class,
        (e, s, v) -> e.endUnlessGone(v),
        Predestroyed.class,
        Destroyed.class);
    on(ResubscriptionDestroy.class, Ticked.class, (e, s, v) -> new Destroyed(), Destroyed.class);
    on(
        ResubscriptionDestroy.class,
        Heard.class,
        (e, s, v) -> e.heardInVain(s, v),
        ResubscriptionDestroy.class,
        Destroyed.class);

    on(
        WaitingForTermination.class,
        Heard.class,
        (e, s, v) -> e.heardInVain(s, v),
        WaitingForTermination.class,
        Destroyed.class);
    on(
        WaitingForTermination.class,
        Ticked.class,
        (e, s, v) -> e.neverTerminated(),
        Destroyed.class);

    on(
        Predestroyed.class,
        Accepted.class,
        (e, s, v) -> e.endAgreed(),
        WaitingForTermination.class,
        Destroyed.class);
    on(Predestroyed.class, Redirected.class, (e, s, v) -> new Destroyed(), Destroyed.class);
    on(
        Predestroyed.class,
        Refused.class,
        (e, s, v) -> e.endRefused(v),
        Predestroyed.class,
        Destroyed.class);
    on(Predestroyed.class, Ticked.class, (e, s, v) -> new Destroyed(), Destroyed.class);
    on(
        Predestroyed.class,
        Heard.class,
        (e, s, v) -> e.heardInVain(s, v),
        Predestroyed.class,
        Destroyed.class);
  }

  private Transitions() {}

  @SafeVarargs
  private static <S extends EuacState, E extends EuacEvent> void on(
      final Class<S> state,
      final Class<E> event,
      final Deed<S, E> deed,
      final Class<? extends EuacState>... to) {
    TABLE
        .computeIfAbsent(state, s -> new HashMap<>())
        .put(event, new Row<>(state, event, deed, Set.of(to)));
  }

  /** The state that follows; the same one where the table says nothing. */
  static EuacState next(final Euac euac, final EuacState from, final EuacEvent event) {
    final Optional<Row<?, ?>> row =
        Optional.ofNullable(TABLE.getOrDefault(from.getClass(), Map.of()).get(event.getClass()));
    return row.isEmpty() ? from : row.get().apply(euac, from, event);
  }

  /** Where the table lets this event lead from there. */
  static Set<Class<? extends EuacState>> targets(
      final Class<? extends EuacState> state, final Class<? extends EuacEvent> event) {
    return Optional.<Row<?, ?>>ofNullable(TABLE.getOrDefault(state, Map.of()).get(event))
        .<Set<Class<? extends EuacState>>>map(Row::to)
        .orElse(Set.of(state));
  }
}
