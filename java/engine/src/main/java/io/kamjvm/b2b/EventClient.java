// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.EuacEvent.Accepted;
import io.kamjvm.b2b.EuacEvent.Redirected;
import io.kamjvm.b2b.EuacEvent.Refused;
import io.kamjvm.b2b.EuacState.Destroyed;
import io.kamjvm.b2b.EuacState.Waiting;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event user agent client is made of: its state with the one timer, its dialog, the request
 * under way, and who is told. What is done with them is {@link Euac}. Engine thread only.
 */
abstract class EventClient {
  private static final Logger LOG = LoggerFactory.getLogger(EventClient.class);

  /** Nothing that came back after so many seconds counts as refused; tm speaks earlier, usually. */
  private static final long FAILOVER = 60;

  private final Euacs home;
  private final SubKey key;
  private final EuacClient client;
  private final List<Runnable> toTell = new ArrayList<>(1);
  private final DeliveryOrder deliveries;
  private final Negotiation negotiation;
  private EuacState state = new Waiting(() -> {}, true);
  private Optional<EventDialog> dialog = Optional.empty();
  private int attempt;
  private boolean slow;
  private long nextAt;
  private long grantedUntil;
  private String peer = "";
  private int lastCode;
  private long notifies;

  EventClient(final Euacs home, final SubKey key, final EuacClient client) {
    this.home = home;
    this.key = key;
    this.client = client;
    this.deliveries = new DeliveryOrder(home.context());
    this.negotiation = new Negotiation(home.parameters());
  }

  /** The client with its deeds. */
  abstract Euac self();

  /** Whether the dialog is begun where another server has sent us. */
  abstract boolean redirected();

  /** Something has happened to it. */
  void happen(final EuacEvent event) {
    final Optional<EventDialog> before = dialog;
    move(Transitions.next(self(), state, event));
    if (!dialog.equals(before) && !(state instanceof Destroyed)) {
      client.changed();
    }
    final List<Runnable> due = List.copyOf(toTell);
    toTell.clear();
    due.forEach(Runnable::run);
  }

  final void move(final EuacState next) {
    final EuacState before = state;
    if (next == before) {
      return;
    }
    before.timer().cancel();
    state = next;
    if (next instanceof Destroyed) {
      drop();
      home.over(self());
      toTell.add(() -> deliveries.tell(client::ended));
    } else {
      client.changed();
    }
  }

  EuacState state() {
    return state;
  }

  SubKey key() {
    return key;
  }

  EuacClient client() {
    return client;
  }

  Optional<EventDialog> dialog() {
    return dialog;
  }

  /** Seconds until something happens by itself; -1: nothing does. */
  long nextIn() {
    final boolean idle = state instanceof Destroyed || state instanceof Waiting w && w.parked();
    return idle ? -1 : Math.max(0, nextAt - home.context().clock().monotonicMillis()) / 1000;
  }

  /** Seconds that are left of the grant; 0 if there is none. */
  long expiresIn() {
    return dialog.isEmpty()
        ? 0
        : Math.max(0, grantedUntil - home.context().clock().monotonicMillis()) / 1000;
  }

  /** Where the last NOTIFY came from, as in {@link SipRequest#source}; empty string if none. */
  String peer() {
    return peer;
  }

  /** Of the last answer to a SUBSCRIBE; 0 if there was none. */
  int lastCode() {
    return lastCode;
  }

  /** NOTIFYs that were delivered. */
  long notifies() {
    return notifies;
  }

  final void dialog(final Optional<EventDialog> next) {
    home.indexed(self(), dialog, next);
    dialog = next;
  }

  final EventDialog known() {
    return dialog.orElseThrow(() -> new IllegalStateException(state.title() + " has no dialog"));
  }

  /** Whatever comes in it from now on is nobody's. */
  final void drop() {
    dialog(Optional.empty());
    grantedUntil = 0;
    attempt++;
  }

  final Timers.Timer ticking(final long millis) {
    nextAt = home.context().clock().monotonicMillis() + millis;
    return home.context().timers().schedule(millis, () -> happen(new EuacEvent.Ticked()));
  }

  Timers.Timer failover() {
    return ticking(1_000 * FAILOVER);
  }

  // Requests

  final void send(final long expires) {
    dialog(Optional.of(known().nextCseq()));
    attempt++;
    home.send(self(), known(), expires, redirected(), negotiation.authorization(), slow, attempt);
  }

  final void ask() {
    send(negotiation.expires());
  }

  /** How a request has ended. Only the last one counts. */
  void ended(final int which, final FinalReply reply) {
    if (which != attempt) {
      LOG.debug("a late {} to a SUBSCRIBE to {}", reply.code(), key.record());
      return;
    }
    lastCode = reply.code();
    if (reply.code() < 300) {
      final boolean usable =
          (known().confirmed() || reply.toTag().filter(NameAddress::isWord).isPresent())
              && reply.recordRoute().length() <= EventDialog.LONGEST_ROUTE_SET;
      happen(usable ? new Accepted(reply) : new Refused(reply));
    } else if (reply.code() < 400) {
      happen(new Redirected(reply.contact().filter(NameAddress::isUri)));
    } else {
      happen(new Refused(reply));
    }
  }

  /** How long sending took is remembered for the next request. */
  void sent(final boolean slowly) {
    slow = slowly;
  }

  // Telling

  /** Whoever watches is told, after the change of state. */
  final void tell(
      final Status status,
      final Optional<EuacClient.Body> body,
      final Optional<String> reason,
      final OptionalLong retryAfter) {
    toTell.add(
        () ->
            deliveries.tell(
                body,
                () -> home.counters().parseErrors++,
                doc -> client.heard(status, doc, reason, retryAfter)));
  }

  /** As {@link #tell(Status, Optional, Optional, OptionalLong)}, behind what is told already. */
  final void tell(final Runnable what) {
    toTell.add(() -> deliveries.tell(what));
  }

  /** The grant is told. */
  final void tellGrant(final long seconds) {
    toTell.add(() -> client.granted(seconds));
  }

  // Grants

  /** Has the timer shown that was planned before, after another plan has been given up. */
  final void keepsPlan(final long millis) {
    nextAt = millis;
  }

  /** When the timer ticks, monotonic milliseconds. */
  final long nextAt() {
    return nextAt;
  }

  /** The grant ends then, monotonic milliseconds. */
  final void grantedUntil(final long millis) {
    grantedUntil = millis;
  }

  final void heardFrom(final String source) {
    peer = source;
  }

  final void countNotify() {
    notifies++;
  }

  final Euacs home() {
    return home;
  }

  final Negotiation negotiation() {
    return negotiation;
  }
}
