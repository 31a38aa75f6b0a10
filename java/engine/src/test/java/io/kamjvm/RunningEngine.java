// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.bridge.RegionLayout;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.SystemClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** An engine with one {@link ProbeModule} on a thread of its own, and Kamailio's side of it. */
final class RunningEngine implements AutoCloseable {
  static final int PROBE = 10;
  static final int LIST = 11;
  private static final long PATIENCE_MILLIS = 10_000;

  final KamailioDouble kamailio = new KamailioDouble();
  final ProbeModule module = new ProbeModule();
  final List<String> log = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final EngineClock clock;

  RunningEngine(final EngineClock clock) {
    this.clock = clock;
    kamailio.config(RunningEngine::standardConfig);
  }

  /** Started, and ready. */
  static RunningEngine started() {
    return started(new SystemClock());
  }

  static RunningEngine started(final EngineClock clock) {
    final RunningEngine engine = new RunningEngine(clock);
    engine.start();
    engine.await(() -> engine.kamailio.state() == RegionLayout.ENGINE_READY);
    return engine;
  }

  static void standardConfig(final TlvWriter fields) {
    fields.string(T_VERSION, "5.6.3");
    fields.integer(T_FR_TIMER_MS, 30_000);
    fields.integer(T_WT_TIMER_MS, 5_000);
    fields.integer(T_LOG_LEVEL, 3);
    final int module = fields.begin(T_MODULE);
    fields.string(T_NAME, "probe");
    function(fields, PROBE, "probe");
    function(fields, LIST, "rpc:probe.list");
    fields.end(module);
  }

  static void function(final TlvWriter fields, final int id, final String name) {
    final int mark = fields.begin(T_FUNCTION_DEF);
    fields.integer(T_ID, id);
    fields.string(T_NAME, name);
    fields.integer(T_STATUS, 1);
    fields.end(mark);
  }

  void start() {
    final LinkedHashMap<String, Function<ModuleContext, KamailioModule>> makers =
        new LinkedHashMap<>();
    makers.put("probe", module::in);
    start(new Modules(makers));
  }

  void start(final Modules modules) {
    final Engine engine = new Engine(kamailio.region(), modules, clock);
    final Thread thread =
        new Thread(
            () -> {
              try {
                exit.complete(engine.run((level, facility, line) -> log.add(line)));
              } catch (final RuntimeException | Error e) {
                exit.completeExceptionally(e);
              }
            },
            "engine");
    thread.setDaemon(true);
    thread.start();
  }

  int exitStatus() {
    return exit.orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  /** Gives the script function its behaviour. */
  RunningEngine probe(final ScriptFunction function) {
    module.probe.set(function);
    return this;
  }

  RunningEngine list(final RpcMethod method) {
    module.list.set(method);
    return this;
  }

  /** Calls the script function from process 0. */
  KamailioDouble.Outcome call() {
    return call(fields -> {});
  }

  KamailioDouble.Outcome call(final Consumer<TlvWriter> more) {
    return kamailio.call(
        0,
        PATIENCE_MILLIS,
        fields -> {
          fields.integer(T_FUNCTION, PROBE);
          more.accept(fields);
        });
  }

  KamailioDouble.Outcome rpc() {
    return kamailio.call(1, PATIENCE_MILLIS, fields -> fields.integer(T_FUNCTION, LIST));
  }

  void await(final BooleanSupplier condition) {
    final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for a condition").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() {
    kamailio.requestStop();
    exitStatus();
  }
}
