// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The client, its table and the servers it publishes to, in one thread under virtual time: tasks
 * run when {@link #settle} is called, timers when {@link #advance} passes them.
 */
final class ClientWorld implements Kamailio {
  static final long START = 1_700_000_000L;

  final FakePuaStore store;
  final RemoteServer server = new RemoteServer(this);
  final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  RecoveryLog log = new MemoryRecoveryLog();
  private final Map<String, Object> given = new HashMap<>();
  private final PriorityQueue<FakeTimer> timers =
      new PriorityQueue<>(
          Comparator.<FakeTimer>comparingLong(t -> t.due).thenComparingLong(t -> t.order));
  private PuaModule module;
  private long millis;
  private long order;
  private int epoch = 1;

  ClientWorld() {
    this(new FakePuaStore());
  }

  /** A server on a table that an earlier one has left. */
  ClientWorld(final FakePuaStore store) {
    this.store = store;
    store.world(this);
    param("update_period", 10);
  }

  ClientWorld param(final String name, final Object value) {
    given.put(name, value);
    return this;
  }

  private static final class FakeTimer implements Timers.Timer {
    private final long due;
    private final long order;
    private final Runnable task;
    private boolean cancelled;

    FakeTimer(final long due, final long order, final Runnable task) {
      this.due = due;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
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
    tasks.clear();
    timers.clear();
    server.forget();
    epoch++;
    return start();
  }

  /** Kamailio stops in good order, or is killed, and starts again: the recovery log is empty. */
  ClientWorld restart(final long millisLater) {
    final ClientWorld next = new ClientWorld(store);
    next.given.putAll(given);
    next.millis = millis + millisLater;
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
        parameters(),
        Set.of(),
        new ServerFacts("5.6.3", START, epoch, List.of("udp:192.0.2.1:5060"), 30_000, 5_000),
        this,
        new EngineClock() {
          @Override
          public long epochSeconds() {
            return now();
          }

          @Override
          public long monotonicMillis() {
            return millis;
          }
        },
        this::schedule,
        tasks::add,
        tasks::add);
  }

  Timers.Timer schedule(final long delayMillis, final Runnable task) {
    final FakeTimer timer = new FakeTimer(millis + delayMillis, order++, task);
    timers.add(timer);
    return timer;
  }

  private Parameters parameters() {
    return new Parameters() {
      @Override
      public String module() {
        return "pua";
      }

      @Override
      public Optional<String> string(final String name) {
        return Optional.ofNullable(given.get(name)).map(Object::toString);
      }

      @Override
      public List<String> strings(final String name) {
        return string(name).stream().toList();
      }

      @Override
      public OptionalLong integer(final String name) {
        return given.get(name) instanceof Number n
            ? OptionalLong.of(n.longValue())
            : OptionalLong.empty();
      }
    };
  }

  long now() {
    return START + millis / 1000;
  }

  void settle() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  void advance(final long seconds) {
    settle();
    final long end = millis + 1000 * seconds;
    while (!timers.isEmpty() && timers.peek().due <= end) {
      final FakeTimer timer = timers.poll();
      millis = Math.max(millis, timer.due);
      if (!timer.cancelled) {
        timer.task.run();
        settle();
      }
    }
    millis = end;
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
