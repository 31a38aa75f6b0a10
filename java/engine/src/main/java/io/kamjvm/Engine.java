// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.bridge.Futex;
import io.kamjvm.bridge.Messages;
import io.kamjvm.bridge.NativeDoor;
import io.kamjvm.bridge.Region;
import io.kamjvm.bridge.RegionLayout;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.link.EngineLoop;
import io.kamjvm.link.Functions;
import io.kamjvm.link.KamailioConfig;
import io.kamjvm.link.Link;
import io.kamjvm.ops.JavaLogging;
import io.kamjvm.ops.KamailioLoggerFactory;
import io.kamjvm.ops.LogSink;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.SystemClock;
import io.kamjvm.time.TimerWheel;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the engine: it starts in named {@link Stage}s, serves until the keeper asks it to
 * stop, flushes and ends. The thread that starts it is the engine thread.
 *
 * <p>It never outlives a fault of its own: whatever goes wrong outside a call ends the process, and
 * the keeper starts the next one.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** How long a stop waits for answers and commits. */
  private static final long STOP_MILLIS = 3_000;

  private static final long WARM_UP_MILLIS = 300;

  private final Region region;
  private final Modules makers;
  private final EngineClock clock;
  private final TimerWheel timers;
  private final EngineLoop loop;
  private final LoadedModules modules = new LoadedModules();

  Engine(final Region region, final Modules makers, final EngineClock clock) {
    this.region = region;
    this.makers = makers;
    this.clock = clock;
    this.timers = new TimerWheel(clock);
    this.loop = new EngineLoop(region, timers, Runtime.getRuntime().availableProcessors());
  }

  /** Called by the C main once the JNI door is open. Ends the process. */
  public static void main(final String[] arguments) {
    int status = 1;
    try {
      connect(NativeDoor::log, LogSink.INFO);
      final Region region = new Region(NativeDoor.region(), Futex.nativeDoor());
      final RecoveryLog recovery = new SharedRecoveryLog(NativeDoor.recovery());
      status =
          new Engine(region, Modules.standard(recovery), new SystemClock()).run(NativeDoor::log);
    } catch (final RuntimeException | Error e) {
      LOG.error("the engine ends: {}", e.getMessage(), e);
    } finally {
      // shutdown hooks of libraries must not keep a dead engine alive
      Runtime.getRuntime().halt(status);
    }
  }

  /**
   * Lives.
   *
   * @return the exit status of the process: 0 after a stop that was asked for
   */
  int run(final LogSink log) {
    try (Background background = new Background()) {
      final Link link;
      try {
        link = start(log, background);
      } catch (final StartFailure e) {
        LOG.debug("the start failed", e);
        modules.close();
        region.fail(e.getMessage());
        return 1;
      }
      serve(link);
      modules.close();
      region.state(RegionLayout.ENGINE_STOPPED);
      return 0;
    }
  }

  private Link start(final LogSink log, final Background background) throws StartFailure {
    final Functions functions = new Functions();
    try (StartProgress progress = new StartProgress(region)) {
      final KamailioConfig config =
          stage(progress, Stage.REGION, () -> KamailioConfig.decode(region.config()));
      connect(log, config.logLevel());
      final Link link = new Link(region, config, functions, clock, timers, loop);
      stage(
          progress,
          Stage.MODULES,
          () -> {
            modules.make(
                config.modules(),
                makers,
                new LoadedModules.Surroundings(
                    facts(config),
                    new LoggingKamailio(link.kamailio(), log, config.logLevel()),
                    clock,
                    timers,
                    loop,
                    background));
            makers.loadPackages(config.packageDir());
            return modules;
          });
      stage(progress, Stage.PARAMETERS, modules::checkParameters);
      stage(progress, Stage.MODULES, () -> modules.bind(functions));
      stage(progress, Stage.LOAD, () -> modules.open(progress::step));
      stage(
          progress,
          Stage.WARM_UP,
          () -> {
            new PresenceRehearsal(clock, facts(config)).run(config.modules(), WARM_UP_MILLIS);
            modules.warmUp();
          });
      stage(progress, Stage.READY, () -> ready(link));
      return link;
    }
  }

  private void ready(final Link link) {
    modules.serve();
    region.manifest(
        fields -> {
          modules.manifest(fields);
          if (link.wantsLocation()) {
            fields.integer(Messages.T_UL_LISTEN, 1);
          }
        });
    region.heartbeat(System.nanoTime());
    region.state(RegionLayout.ENGINE_READY);
    LOG.info("engine {} serves", region.epoch());
  }

  private void serve(final Link link) {
    loop.run(link.events(), modules::uncommittedAgeNanos, link::onBeat, new Stop(link)::isOver);
  }

  private ServerFacts facts(final KamailioConfig config) {
    return new ServerFacts(
        config.version(),
        config.startTime(),
        region.epoch(),
        config.listen(),
        config.frTimerMillis(),
        config.wtTimerMillis(),
        config.eventRoutes());
  }

  private static void connect(final LogSink log, final int level) {
    if (LoggerFactory.getILoggerFactory() instanceof KamailioLoggerFactory factory) {
      factory.connect(log, level);
      JavaLogging.redirect(factory);
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private void stage(final StartProgress progress, final Stage stage, final Step step)
      throws StartFailure {
    stage(
        progress,
        stage,
        () -> {
          step.run();
          return stage;
        });
  }

  private <T> T stage(final StartProgress progress, final Stage stage, final Callable<T> step)
      throws StartFailure {
    if (region.stopRequested()) {
      throw new StartFailure(stage, "Kamailio stops");
    }
    LOG.debug("stage {}", stage);
    progress.step();
    try {
      return step.call();
    } catch (final Exception | LinkageError | StackOverflowError e) {
      throw StartFailure.of(stage, e);
    }
  }

  /** From the wish to stop until everybody has an answer and every change is committed. */
  private final class Stop {
    private final Link link;
    private final BooleanSupplier quiet;
    private boolean begun;
    private long deadline;

    Stop(final Link link) {
      this.link = link;
      this.quiet = () -> this.link.quiet() && modules.uncommittedAgeNanos() == 0;
    }

    boolean isOver() {
      if (!begun && region.stopRequested()) {
        begun = true;
        deadline = clock.monotonicMillis() + STOP_MILLIS;
        region.state(RegionLayout.ENGINE_STOPPING);
        modules.flush();
        return false;
      }
      return begun && (quiet.getAsBoolean() || clock.monotonicMillis() >= deadline);
    }
  }
}
