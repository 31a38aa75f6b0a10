// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.GivenParameters;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The client, its table and the servers it publishes to, in one thread under virtual time: tasks
 * run when {@link #settle} is called, timers when {@link #advance} passes them.
 */
final class ClientWorld implements Kamailio {
  static final long START = 1_700_000_000L;

  final FakePuaStore store;
  final RemoteServer server = new RemoteServer(this);
  private final VirtualTime time;
  final ArrayDeque<Runnable> tasks;
  RecoveryLog log = new MemoryRecoveryLog();
  private final Map<String, Object> given = new HashMap<>();
  private PuaModule module;
  private int epoch = 1;

  ClientWorld() {
    this(new FakePuaStore());
  }

  /** A server on a table that an earlier one has left. */
  ClientWorld(final FakePuaStore store) {
    this.store = store;
    this.time = new VirtualTime(START);
    this.tasks = time.tasks;
    store.world(this);
    param("update_period", 10);
  }

  ClientWorld param(final String name, final Object value) {
    given.put(name, value);
    return this;
  }

  ClientWorld start() {
    try {
      module = new PuaModule(context(), store, log);
      module.open();
    } catch (final RuntimeException e) {
      throw e;
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
    module.serve();
    settle();
    return this;
  }

  /** The engine dies with what it was about to do; the next one starts. */
  ClientWorld kill() {
    time.forget();
    server.forget();
    epoch++;
    return start();
  }

  /** Kamailio stops in good order, or is killed, and starts again: the recovery log is empty. */
  ClientWorld restart(final long millisLater) {
    final ClientWorld next = new ClientWorld(store);
    next.given.putAll(given);
    next.time.advanceMillis(time.monotonicMillis() + millisLater);
    next.server.reaction = server.reaction;
    return next.start();
  }

  PuaModule module() {
    return module;
  }

  Pua pua() {
    return module.pua();
  }

  private ModuleContext context() {
    return new ModuleContext(
        new GivenParameters("pua", given),
        Set.of(),
        new ServerFacts("5.6.3", START, epoch, List.of("udp:192.0.2.1:5060"), 30_000, 5_000),
        this,
        time,
        time,
        tasks::add,
        tasks::add);
  }

  long now() {
    return time.epochSeconds();
  }

  void settle() {
    time.settle();
  }

  void advance(final long seconds) {
    time.advance(seconds);
  }

  @Override
  public void send(final Outgoing outgoing) {
    server.arrive(outgoing);
  }

  /** Publishes and lets it settle. */
  Told publish(final PublishOrder order) {
    final Told told = new Told();
    pua().publish(order, told);
    settle();
    return told;
  }

  Told subscribe(final SubscribeOrder order) {
    final Told told = new Told();
    pua().subscribe(order, told);
    settle();
    return told;
  }
}
