// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests on their way out, and what becomes of them. A courier's credit is held until the request
 * is answered, but at most {@link Limits#CREDIT_MILLIS} after tm has taken it: live watchers pace a
 * fan-out, dead ones do not stop it.
 */
public final class Couriers implements Kamailio {
  private static final Logger LOG = LoggerFactory.getLogger(Couriers.class);

  private record Lent(long until, Runnable credit) {}

  private final Lane requests;
  private final Lane slow;
  private final UserLocation location;
  private final Timers timers;
  private final Executor engine;
  private final LongSupplier millis;
  private final long watchdogMillis;
  private final CommandIds ids;
  private final Map<Long, InFlight> inFlight = new HashMap<>();
  private final Deque<Lent> lent = new ArrayDeque<>();

  /**
   * @param requests the lane for requests whose next hop is an address
   * @param slow the lane for the others
   * @param location what is known of the location table
   * @param engine runs a task in a later turn of the engine
   * @param millis a monotonic clock
   * @param frTimerMillis tm's fr_timer
   */
  Couriers(
      final Lane requests,
      final Lane slow,
      final UserLocation location,
      final CommandIds ids,
      final Timers timers,
      final Executor engine,
      final LongSupplier millis,
      final int frTimerMillis) {
    this.requests = requests;
    this.slow = slow;
    this.location = location;
    this.ids = ids;
    this.timers = timers;
    this.engine = engine;
    this.millis = millis;
    this.watchdogMillis = (long) frTimerMillis + Limits.WATCHDOG_MILLIS;
  }

  @Override
  public void send(final Outgoing outgoing) {
    final Lane preferred = isSlow(outgoing) ? slow : requests;
    final Lane other = preferred == slow ? requests : slow;
    final Lane lane = preferred.isEmpty() ? other : preferred;
    if (!lane.offer(new Request(ids.next(), outgoing))) {
      failLater(outgoing, "too many requests wait for a courier");
    }
  }

  /** One courier runs them all, the one that may be held up, so they stay in order. */
  @Override
  public void run(final EventRoute route) {
    final Lane lane = slow.isEmpty() ? requests : slow;
    if (!lane.offer(new Route(ids.next(), route))) {
      LOG.warn("event_route[{}] is not run: too much waits for its courier", route.name());
    }
  }

  @Override
  public UserLocation location() {
    return location;
  }

  /** Whether sending may block: such a request never leaves inside a worker's call. */
  static boolean isSlow(final Outgoing outgoing) {
    return outgoing.request().slow() || NextHop.needsLookup(outgoing.request());
  }

  /** Enters a request that a worker will send itself; returns the id for its results. */
  long enterInline(final Outgoing outgoing) {
    final long id = ids.next();
    enter(new InFlight(id, outgoing, () -> {}));
    return id;
  }

  /** Takes back an entry whose command never left. */
  void forget(final long id) {
    Optional.ofNullable(inFlight.remove(id)).ifPresent(entry -> entry.watchdog.cancel());
  }

  void failLater(final Outgoing outgoing, final String why) {
    engine.execute(() -> outgoing.listener().failed(why));
  }

  /** Requests handed over whose end is not known yet. */
  public int inFlight() {
    return inFlight.size();
  }

  /** Requests that wait for a courier. */
  public int queued() {
    return requests.queued() + slow.queued();
  }

  /** Returns credits that were held long enough and hands over what waits. */
  void pump() {
    final long now = millis.getAsLong();
    while (!lent.isEmpty() && lent.peekFirst().until() <= now) {
      lent.removeFirst().credit().run();
    }
    requests.pump();
    slow.pump();
  }

  /** {@code KW_EV_SENT}. */
  void sent(final long id, final TlvReader fields) {
    long status = STATUS_FAILED;
    long cseq = 0;
    long micros = 0;
    String text = "not sent";
    while (fields.next()) {
      switch (fields.tag()) {
        case T_STATUS -> status = fields.integer();
        case T_CSEQ -> cseq = fields.integer();
        case T_MICROS -> micros = fields.integer();
        case T_TEXT -> text = fields.string();
        default -> {
          // a newer courier may say more
        }
      }
    }
    final InFlight entry = inFlight.get(id);
    if (entry == null) {
      LOG.debug("result of request {} which nobody waits for", id);
      return;
    }
    if (status == STATUS_SENT) {
      taken(entry, cseq, micros);
      return;
    }
    end(entry);
    if (status == STATUS_DROPPED) {
      entry.outgoing.listener().dropped();
    } else {
      entry.outgoing.listener().failed(text);
    }
  }

  private void taken(final InFlight entry, final long cseq, final long micros) {
    if (entry.sent) {
      return;
    }
    entry.sent = true;
    if (entry.completed) {
      end(entry);
    } else {
      lent.addLast(new Lent(millis.getAsLong() + Limits.CREDIT_MILLIS, entry.credit));
      watch(entry);
    }
    entry.outgoing.listener().sent(cseq, micros);
  }

  /** {@code KW_EV_COMPLETED}. */
  void completed(final long id, final TlvReader fields) {
    final FinalReply reply = ReplyCodec.decode(fields);
    final InFlight entry = inFlight.get(id);
    if (entry == null || entry.completed) {
      LOG.debug("answer to request {} which nobody waits for", id);
      return;
    }
    entry.completed = true;
    if (entry.sent) {
      end(entry);
    }
    entry.outgoing.listener().completed(reply);
  }

  private void enter(final InFlight entry) {
    inFlight.put(entry.id, entry);
    watch(entry);
  }

  private void watch(final InFlight entry) {
    entry.watchdog.cancel();
    entry.watchdog = timers.schedule(watchdogMillis, () -> lost(entry));
  }

  private void lost(final InFlight entry) {
    LOG.warn(
        "no result of {} {} for {} ms",
        entry.outgoing.request().method(),
        entry.id,
        watchdogMillis);
    end(entry);
    entry.outgoing.listener().lost();
  }

  private void end(final InFlight entry) {
    inFlight.remove(entry.id);
    entry.watchdog.cancel();
    entry.credit.run();
    // what waits is handed over in a later turn, not inside somebody's result
    if (queued() > 0) {
      engine.execute(this::pump);
    }
  }

  private record Route(long id, EventRoute route) implements Lane.Command {
    @Override
    public int type() {
      return CMD_ROUTE;
    }

    @Override
    public void encode(final TlvWriter fields) {
      AnswerCodec.route(fields, route);
    }

    @Override
    public void handedOver(final Runnable credit) {
      // nothing comes back
      credit.run();
    }

    @Override
    public void tooLong() {
      LOG.warn("event_route[{}] is not run: its variables are too long", route.name());
    }
  }

  private final class Request implements Lane.Command {
    private final long id;
    private final Outgoing outgoing;

    Request(final long id, final Outgoing outgoing) {
      this.id = id;
      this.outgoing = outgoing;
    }

    @Override
    public int type() {
      return CMD_REQUEST;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public void encode(final TlvWriter fields) {
      AnswerCodec.request(fields, outgoing.request());
    }

    @Override
    public void handedOver(final Runnable credit) {
      enter(new InFlight(id, outgoing, credit));
    }

    @Override
    public void tooLong() {
      failLater(outgoing, "the request is longer than a courier's ring can carry");
    }
  }
}
