// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.time.Timers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies on their way out: deferred ones (bridge.md section 6), where the record in the region
 * decides who answers and here is only told what the courier found; and those that a worker sends
 * itself, when something must not leave before them.
 */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private static final class Waiting {
    private final Consumer<Delivery> delivered;
    private Runnable credit = () -> {};
    private Timers.Timer watchdog = () -> {};

    Waiting(final Consumer<Delivery> delivered) {
      this.delivered = delivered;
    }
  }

  private final Lane lane;
  private final CommandIds ids;
  private final Timers timers;
  private final Executor engine;
  private final long watchdogMillis;
  private final Map<Long, Waiting> waiting = new HashMap<>();

  /**
   * @param longestMillis after which no deferral record is open any more
   */
  Replies(
      final Lane lane,
      final CommandIds ids,
      final Timers timers,
      final Executor engine,
      final long longestMillis) {
    this.lane = lane;
    this.ids = ids;
    this.timers = timers;
    this.engine = engine;
    this.watchdogMillis = longestMillis + Limits.WATCHDOG_MILLIS;
  }

  /**
   * Has the record answered; an empty reply means the busy answer.
   *
   * @param delivered called in a later turn
   */
  void reply(
      final long record,
      final long generation,
      final Optional<SipReply> reply,
      final Consumer<Delivery> delivered) {
    final long id = ids.next();
    final Waiting entry = new Waiting(delivered);
    waiting.put(id, entry);
    entry.watchdog = timers.schedule(watchdogMillis, () -> lost(id));
    if (!lane.offer(new Reply(id, record, generation, reply))) {
      // the record's deadline answers it
      LOG.error("no room for a deferred reply, the busy answer will leave instead");
      later(id, Delivery.TOO_LATE);
    }
  }

  /**
   * Waits for a worker's word that the reply of its call has left.
   *
   * @param delivered called on that word; {@code GONE} when the reply could not be sent
   * @return the id by which the worker says it
   */
  long byWorker(final Consumer<Delivery> delivered) {
    final long id = ids.next();
    final Waiting entry = new Waiting(delivered);
    waiting.put(id, entry);
    entry.watchdog = timers.schedule(watchdogMillis, () -> lost(id));
    return id;
  }

  /** Takes back a {@link #byWorker} whose answer nobody took. */
  void forget(final long id) {
    Optional.ofNullable(waiting.remove(id)).ifPresent(entry -> entry.watchdog.cancel());
  }

  /** {@code KW_EV_REPLIED}. */
  void replied(final long id, final TlvReader fields) {
    long status = REPLIED_GONE;
    while (fields.next()) {
      if (fields.tag() == T_STATUS) {
        status = fields.integer();
      }
    }
    if (status == REPLIED_SENT) {
      end(id, Delivery.SENT);
    } else if (status == REPLIED_BUSY) {
      end(id, Delivery.TOO_LATE);
    } else {
      end(id, Delivery.GONE);
    }
  }

  /** Replies whose fate is not known yet. */
  int waiting() {
    return waiting.size();
  }

  void pump() {
    lane.pump();
  }

  private void lost(final long id) {
    LOG.warn("no result of reply {} for {} ms", id, watchdogMillis);
    end(id, Delivery.GONE);
  }

  private void later(final long id, final Delivery delivery) {
    engine.execute(() -> end(id, delivery));
  }

  private void end(final long id, final Delivery delivery) {
    final Waiting entry = waiting.remove(id);
    if (entry == null) {
      LOG.debug("result of reply {} which nobody waits for", id);
      return;
    }
    entry.watchdog.cancel();
    entry.credit.run();
    if (lane.queued() > 0) {
      engine.execute(this::pump);
    }
    entry.delivered.accept(delivery);
  }

  private final class Reply implements Lane.Command {
    private final long id;
    private final long record;
    private final long generation;
    private final Optional<SipReply> reply;

    Reply(final long id, final long record, final long generation, final Optional<SipReply> reply) {
      this.id = id;
      this.record = record;
      this.generation = generation;
      this.reply = reply;
    }

    @Override
    public int type() {
      return CMD_REPLY;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public void encode(final TlvWriter fields) {
      fields.integer(T_DEFERRAL, record);
      fields.integer(T_GENERATION, generation);
      reply.ifPresent(r -> AnswerCodec.reply(fields, r));
    }

    @Override
    public void handedOver(final Runnable credit) {
      Optional.ofNullable(waiting.get(id)).ifPresentOrElse(w -> w.credit = credit, credit);
    }

    @Override
    public void tooLong() {
      later(id, Delivery.TOO_LATE);
    }
  }
}
