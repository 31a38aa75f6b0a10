// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.FN_MAY_DEFER;
import static io.kamjvm.bridge.Messages.FN_REPLIES;
import static io.kamjvm.bridge.Messages.FN_TAKEN;
import static io.kamjvm.bridge.Messages.FN_TRANSACTION;
import static io.kamjvm.bridge.Messages.T_ANSWER_ROUTE_DEF;
import static io.kamjvm.bridge.Messages.T_FUNCTION_FLAGS;
import static io.kamjvm.bridge.Messages.T_ID;
import static io.kamjvm.bridge.Messages.T_NAME;
import static io.kamjvm.bridge.Messages.T_NUMBER;
import static io.kamjvm.bridge.Messages.T_VALUE;
import static io.kamjvm.bridge.Messages.T_XAVP_WISH;

import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.link.Functions;
import io.kamjvm.link.KamailioConfig;
import io.kamjvm.link.ModuleParameters;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules that the cfg loads, through the steps of their lives; one after those it builds on.
 */
final class LoadedModules {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModules.class);
  private static final String RPC = "rpc:";
  private static final String KEMI = "kemi:";

  /** What every module is given. */
  record Surroundings(
      ServerFacts facts,
      Kamailio kamailio,
      EngineClock clock,
      Timers timers,
      Executor engine,
      Executor background) {}

  private record Loaded(KamailioModule module, KamailioConfig.Module config) {}

  private final List<Loaded> loaded = new ArrayList<>();
  private final Deque<KamailioModule> open = new ArrayDeque<>();

  /** Makes the Java side of each. */
  void make(
      final List<KamailioConfig.Module> configs,
      final Modules makers,
      final Surroundings surroundings)
      throws StartFailure {
    final Map<String, KamailioConfig.Module> byName = new LinkedHashMap<>();
    for (final KamailioConfig.Module config : configs) {
      if (!makers.names().contains(config.name())) {
        throw new StartFailure(
            Stage.MODULES, "module " + config.name() + " has no Java side in this build");
      }
      byName.put(config.name(), config);
    }
    for (final String name : makers.names()) {
      final Optional<KamailioConfig.Module> config = Optional.ofNullable(byName.get(name));
      config.ifPresent(c -> loaded.add(make(c, makers, surroundings)));
    }
  }

  private static Loaded make(
      final KamailioConfig.Module config, final Modules makers, final Surroundings surroundings) {
    return new Loaded(makers.make(config.name(), context(config, surroundings)), config);
  }

  static ModuleContext context(
      final KamailioConfig.Module config, final Surroundings surroundings) {
    return new ModuleContext(
        new ModuleParameters(config.name(), config.parameters()),
        config.functions().stream()
            .filter(KamailioConfig.Function::called)
            .map(KamailioConfig.Function::name)
            .collect(Collectors.toUnmodifiableSet()),
        surroundings.facts(),
        surroundings.kamailio(),
        surroundings.clock(),
        surroundings.timers(),
        surroundings.engine(),
        surroundings.background());
  }

  /** Compares what the cfg sets with what the modules declare. */
  void checkParameters() {
    for (final Loaded each : loaded) {
      new ModuleParameters(each.config().name(), each.config().parameters())
          .check(each.module().params());
    }
  }

  /** Finds the body of everything the shims' tables name. */
  void bind(final Functions functions) throws StartFailure {
    for (final Loaded each : loaded) {
      for (final KamailioConfig.Function function : each.config().functions()) {
        bind(functions, each, function);
      }
    }
  }

  private static void bind(
      final Functions functions, final Loaded loaded, final KamailioConfig.Function function)
      throws StartFailure {
    final String name = function.name();
    final KamailioModule module = loaded.module();
    if (name.startsWith(RPC)) {
      final String command = name.substring(RPC.length());
      final Optional<RpcMethod> body = Optional.ofNullable(module.rpcs().get(command));
      functions.rpc(function.id(), command, body.orElseThrow(() -> missing(loaded, name)));
    } else {
      final Optional<ScriptFunction> body =
          Optional.ofNullable(module.functions().get(name))
              .or(() -> Optional.ofNullable(module.functions().get(plain(name))));
      functions.script(
          function.id(), module.name() + "." + name, body.orElseThrow(() -> missing(loaded, name)));
    }
  }

  private static StartFailure missing(final Loaded loaded, final String name) {
    return new StartFailure(
        Stage.MODULES,
        "module "
            + loaded.config().name()
            + " offers "
            + name
            + ", which this build does not have: modules and jars are not from one build");
  }

  private static String plain(final String name) {
    return name.startsWith(KEMI) ? name.substring(KEMI.length()) : name;
  }

  /** Opens them; {@code before} hears of each one first. */
  void open(final Runnable before) throws Exception {
    for (final Loaded each : loaded) {
      before.run();
      open.push(each.module());
      each.module().open();
    }
  }

  void warmUp() {
    loaded.forEach(each -> each.module().warmUp());
  }

  void serve() {
    loaded.forEach(each -> each.module().serve());
  }

  /** What Kamailio's processes must know of the functions. */
  void manifest(final TlvWriter fields) {
    for (final Loaded each : loaded) {
      for (final KamailioConfig.Function function : each.config().functions()) {
        final int flags =
            (names(each.module().mayDefer(), function) ? FN_MAY_DEFER : 0)
                | (names(each.module().replies(), function) ? FN_REPLIES : 0)
                | (names(each.module().taken(), function) ? FN_TAKEN : 0)
                | (names(each.module().transactions(), function) ? FN_TRANSACTION : 0);
        if (flags != 0) {
          final int mark = fields.begin(T_FUNCTION_FLAGS);
          fields.integer(T_ID, function.id());
          fields.integer(T_NUMBER, flags);
          fields.end(mark);
        }
      }
      each.module().xavps().forEach(xavp -> wish(fields, xavp));
      each.module().answerRoutes().forEach((route, xavps) -> answerRoute(fields, route, xavps));
    }
  }

  private static void answerRoute(
      final TlvWriter fields, final String route, final List<String> xavps) {
    final int mark = fields.begin(T_ANSWER_ROUTE_DEF);
    fields.string(T_NAME, route);
    xavps.forEach(xavp -> wish(fields, xavp));
    fields.end(mark);
  }

  private static boolean names(
      final List<String> functions, final KamailioConfig.Function function) {
    return functions.contains(function.name()) || functions.contains(plain(function.name()));
  }

  private static void wish(final TlvWriter fields, final String xavp) {
    final int arrow = xavp.indexOf("=>");
    final int mark = fields.begin(T_XAVP_WISH);
    fields.string(T_NAME, xavp.substring(0, arrow));
    fields.string(T_VALUE, xavp.substring(arrow + 2));
    fields.end(mark);
  }

  /** Age of the oldest uncommitted change of all of them, nanoseconds; 0: none. */
  long uncommittedAgeNanos() {
    long age = 0;
    for (final Loaded each : loaded) {
      age = Math.max(age, each.module().uncommittedAgeNanos());
    }
    return age;
  }

  /** Has them submit what is not stored yet. */
  void flush() {
    each("flush", KamailioModule::flush);
  }

  /** Closes those that were opened, the last first. */
  void close() {
    while (!open.isEmpty()) {
      guarded("close", open.pop(), KamailioModule::close);
    }
  }

  private void each(final String what, final Consumer<KamailioModule> step) {
    loaded.forEach(each -> guarded(what, each.module(), step));
  }

  private static void guarded(
      final String what, final KamailioModule module, final Consumer<KamailioModule> step) {
    try {
      step.accept(module);
    } catch (final RuntimeException e) {
      LOG.error("module {}: {} failed", module.name(), what, e);
    }
  }
}
