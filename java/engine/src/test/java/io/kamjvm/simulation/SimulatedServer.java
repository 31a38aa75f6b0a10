// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.presence.SimulatedTables;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kamailio with its couriers, an engine that may die and come back, and its database. */
final class SimulatedServer implements Kamailio {
  private static final long PATIENCE_MILLIS = 35_000;

  private final VirtualTime time;
  private final Dice dice;
  private final Network network;
  private final Mutation mutation;
  private final Map<String, Object> given = new LinkedHashMap<>();
  private final SharedLog log = new SharedLog();
  private final SimulatedTables tables = new SimulatedTables();
  private final Set<SimulatedCall> open = new LinkedHashSet<>();
  private long startTime = VirtualTime.START;
  private int epoch = 1;
  private EngineLife life;
  private boolean pumping;
  private final int idleTimers;
  private boolean stalled;
  private boolean down;
  private boolean full;
  private long troubledUntil;

  /** How much goes wrong, from 0 to 1. */
  double trouble;

  private long commitMillis;
  private boolean lazy;

  SimulatedServer(
      final VirtualTime time,
      final Dice dice,
      final Network network,
      final Storage storage,
      final Mutation mutation) {
    this.time = time;
    this.dice = dice;
    this.network = network;
    this.mutation = mutation;
    given.put("db_url", "h2://memory");
    given.put("publ_cache", storage.publCache());
    given.put("subs_db_mode", storage.subsDbMode());
    given.put("force_active", 1);
    given.put("db_update_period", 5);
    given.put("clean_period", 5);
    given.put("max_expires", 100_000);
    given.put("notifier_processes", 0);
    live();
    idleTimers = life.pendingTimers();
  }

  /** How many timers a server has set that has nothing to do. */
  int idleTimers() {
    return idleTimers;
  }

  private void live() {
    life = new EngineLife(time, this::send, tables.factory(), log, dice, given, startTime, epoch);
    settle();
  }

  VirtualTime time() {
    return time;
  }

  EngineLife life() {
    return life;
  }

  SimulatedTables tables() {
    return tables;
  }

  @Override
  public void send(final Outgoing outgoing) {
    network.arrive(outgoing, life);
  }

  // --- calls

  void call(final String function, final SimulatedCall.Asker asker) {
    final SimulatedCall call = new SimulatedCall(this, life, asker);
    open.add(call);
    life.module().functions().get(function).call(call);
    settle();
  }

  void over(final SimulatedCall call) {
    open.remove(call);
  }

  int openCalls() {
    return open.size();
  }

  /** What becomes of the next reply. */
  Delivery fate() {
    if (dice.chance(trouble * 0.04)) {
      return dice.chance(0.7) ? Delivery.TOO_LATE : Delivery.GONE;
    }
    return Delivery.SENT;
  }

  Mutation mutation() {
    return mutation;
  }

  long courierDelay() {
    return trouble > 0 ? dice.between(0, dice.chance(0.1) ? 200 : 3) : 0;
  }

  /** The courier reports what became of a reply. */
  void newsOfReply(final EngineLife of, final Runnable news) {
    time.after(trouble > 0 && dice.chance(0.2) ? dice.between(0, 500) : 0, () -> of.hears(news));
  }

  /** Whether the courier's report gets lost. */
  boolean losesNews() {
    return dice.chance(trouble * 0.004);
  }

  /** The engine's patience with such a report ends. */
  void patienceEnds(final EngineLife of, final long askedMillis, final Runnable news) {
    time.firstAfter(
        askedMillis + PATIENCE_MILLIS - time.monotonicMillis(),
        () -> {
          if (of.alive()) {
            news.run();
          }
        });
  }

  // --- time

  /** Lets what can happen now happen. */
  void settle() {
    life.turns(lazy ? dice.below(4) : Integer.MAX_VALUE);
    pump();
  }

  void pass(final long millis) {
    time.pass(millis, this::settle);
    settle();
  }

  // --- the database

  private void pump() {
    if (!pumping && !stalled && tables.waiting() > 0) {
      pumping = true;
      time.after(commitMillis == 0 ? 0 : dice.between(0, commitMillis), this::commit);
    }
  }

  private void commit() {
    pumping = false;
    if (stalled) {
      return;
    }
    final EngineLife of = life;
    final int many = tables.waiting();
    final int batch = many == 0 ? 0 : trouble > 0 ? 1 + dice.below(many) : many;
    for (int i = 0; i < batch; i++) {
      of.hears(() -> tables.work(down));
    }
    // what one batch has done is known before the next begins
    of.turns(Integer.MAX_VALUE);
  }

  /**
   * Changes what it is like.
   *
   * @param behind whether the engine runs behind what it hears
   * @param most milliseconds that a transaction takes
   */
  void pace(final boolean behind, final long most) {
    if (!databaseWell() || lazy) {
      trouble();
    }
    lazy = behind;
    commitMillis = most;
  }

  void stall(final boolean now) {
    trouble();
    stalled = now;
    pump();
  }

  void full(final boolean now) {
    trouble();
    full = now;
    tables.full(now);
  }

  void down(final boolean now) {
    trouble();
    down = now;
  }

  boolean databaseWell() {
    return !stalled && !down && !full && commitMillis < 1_000;
  }

  private void trouble() {
    troubledUntil = Math.max(troubledUntil, time.monotonicMillis() + 5_000);
  }

  /** Whether the database was well for the last seconds, so that write-back has kept up. */
  boolean keptUp() {
    return databaseWell() && !lazy && time.monotonicMillis() > troubledUntil;
  }

  // --- the end and the beginning

  /** The engine dies; some of what it had submitted is committed all the same. */
  void kill() {
    life.die();
    final int committed = dice.below(tables.waiting() + 1);
    for (int i = 0; i < committed && !stalled && tables.waiting() > 0; i++) {
      tables.work(down);
    }
    bury();
    if (mutation == Mutation.LOSE_DOCUMENT) {
      tables.loseNewestDocument();
    } else if (mutation == Mutation.FORGET_COUNTERS) {
      tables.rewriteSubscriptions(r -> r.withCounters(0, 0));
    }
  }

  /** The engine is asked to stop, and does when the database lets it. */
  void stop() {
    pass(300);
    life.module().flush();
    life.turns(Integer.MAX_VALUE);
    if (databaseWell()) {
      while (tables.waiting() > 0) {
        tables.work(false);
        life.turns(Integer.MAX_VALUE);
      }
    }
    life.die();
    bury();
  }

  private void bury() {
    tables.drop();
    final List<SimulatedCall> orphans = List.copyOf(open);
    open.clear();
    orphans.forEach(SimulatedCall::orphaned);
    network.dialogs().forEach(Dialog::orphaned);
  }

  /** Another engine begins; with Kamailio itself, or under the one that is there. */
  void begin(final boolean withKamailio) {
    if (withKamailio) {
      pass(1_100);
      startTime = Math.max(startTime + 1, time.epochSeconds());
      epoch = 1;
      log.forget();
    } else {
      pass(dice.between(1, 1_500));
      epoch++;
    }
    live();
  }
}
