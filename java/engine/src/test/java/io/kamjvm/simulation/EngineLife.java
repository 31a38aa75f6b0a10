// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.presence.PresenceModule;
import io.kamjvm.presence.PresenceMwiModule;
import io.kamjvm.presence.PresenceXmlModule;
import io.kamjvm.presence.SimulatedInside;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One engine from its start to its death. Once dead it is a ghost: what its code still does reaches
 * nobody.
 */
final class EngineLife {
  private final VirtualTime time;
  private final Kamailio kamailio;
  private final Dice dice;
  private final Map<String, Object> given;
  private final ServerFacts facts;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PresenceModule presence;
  private boolean alive = true;
  private boolean serving;
  private int pendingTimers;

  EngineLife(
      final VirtualTime time,
      final Kamailio kamailio,
      final StoreFactory stores,
      final SharedLog log,
      final Dice dice,
      final Map<String, Object> given,
      final long startTime,
      final int epoch) {
    this.time = time;
    this.kamailio = kamailio;
    this.dice = dice;
    this.given = given;
    this.facts =
        new ServerFacts("5.6.3", startTime, epoch, List.of("udp:192.0.2.1:5060"), 30_000, 5_000);
    final EventPackages packages = new EventPackages();
    this.presence = new PresenceModule(context("presence"), stores, packages, log.of(() -> alive));
    final List<KamailioModule> modules =
        List.of(
            presence,
            new PresenceXmlModule(
                context("presence_xml"),
                presence,
                packages,
                (url, table) -> {
                  throw new StorageException("there are no rules");
                }),
            new PresenceMwiModule(context("presence_mwi"), packages));
    packages.register(new EveryStatePackage());
    try {
      for (final KamailioModule module : modules) {
        module.open();
      }
    } catch (final RuntimeException e) {
      throw e;
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
    serving = true;
    modules.forEach(KamailioModule::serve);
  }

  private ModuleContext context(final String module) {
    return new ModuleContext(
        parameters(module),
        Set.of(),
        facts,
        outgoing -> {
          if (alive) {
            kamailio.send(outgoing);
          }
        },
        time,
        this::schedule,
        tasks::add,
        this::background);
  }

  /** On a thread of its own: at once while the engine starts and waits for it, else later. */
  private void background(final Runnable task) {
    if (!serving) {
      task.run();
      return;
    }
    time.after(
        dice.between(0, 50),
        () -> {
          if (alive) {
            task.run();
          }
        });
  }

  private Parameters parameters(final String module) {
    return new Parameters() {
      @Override
      public String module() {
        return module;
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

  private Timers.Timer schedule(final long delayMillis, final Runnable task) {
    final LifeTimer timer = new LifeTimer(task);
    pendingTimers++;
    time.after(delayMillis, timer);
    return timer;
  }

  private final class LifeTimer implements Timers.Timer, Runnable {
    private final Runnable task;
    private boolean over;

    LifeTimer(final Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        pendingTimers--;
      }
    }

    @Override
    public void run() {
      if (alive && !over) {
        cancel();
        task.run();
      }
    }
  }

  KamailioModule module() {
    return presence;
  }

  SimulatedInside inside() {
    return new SimulatedInside(presence);
  }

  boolean alive() {
    return alive;
  }

  void die() {
    alive = false;
    tasks.clear();
  }

  /** The engine hears of something, in a turn of its own. */
  void hears(final Runnable news) {
    if (alive) {
      tasks.add(news);
    }
  }

  /** Runs at most so many of the turns that wait. */
  void turns(final int most) {
    for (int i = 0; i < most && !tasks.isEmpty(); i++) {
      tasks.poll().run();
    }
  }

  int waitingTurns() {
    return tasks.size();
  }

  /** Timers that would still run. */
  int pendingTimers() {
    return pendingTimers;
  }
}
