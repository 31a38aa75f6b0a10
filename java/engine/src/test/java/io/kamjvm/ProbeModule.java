// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A module whose functions a test gives. */
final class ProbeModule implements KamailioModule {

  /** May throw whatever a module's opening may. */
  interface Opening {
    void open() throws Exception;
  }

  final AtomicReference<ScriptFunction> probe = new AtomicReference<>(call -> call.busy());
  final AtomicReference<RpcMethod> list = new AtomicReference<>(rpc -> rpc.finish());
  final AtomicReference<Opening> opening = new AtomicReference<>(() -> {});
  final AtomicReference<ModuleContext> context = new AtomicReference<>();
  final AtomicLong uncommitted = new AtomicLong();
  final List<String> life = new CopyOnWriteArrayList<>();

  ProbeModule in(final ModuleContext given) {
    context.set(given);
    return this;
  }

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.string("db_url"), ModParam.integer("max_expires"));
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return Map.of("probe", call -> probe.get().call(call));
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return Map.of("probe.list", rpc -> list.get().call(rpc));
  }

  @Override
  public List<String> mayDefer() {
    return List.of("probe");
  }

  @Override
  public List<String> replies() {
    return List.of("probe");
  }

  @Override
  public Map<String, List<String>> answerRoutes() {
    return Map.of("probe:answered", List.of("root=>wish"));
  }

  @Override
  public void open() throws Exception {
    life.add("open");
    opening.get().open();
  }

  @Override
  public void warmUp() {
    life.add("warmUp");
  }

  @Override
  public void serve() {
    life.add("serve");
  }

  @Override
  public long uncommittedAgeNanos() {
    return uncommitted.get();
  }

  @Override
  public void flush() {
    life.add("flush");
  }

  @Override
  public void close() {
    life.add("close");
  }
}
