// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.GivenParameters;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An engine and the Kamailio around it in one thread under virtual time: tasks run when {@link
 * #settle} is called, timers when {@link #advance} passes them.
 */
final class World implements Kamailio {
  static final long START = 1_700_000_000L;

  final FakeStore store;
  private final StoreFactory door;
  final Map<String, Map<String, Object>> given = new HashMap<>();
  final VirtualTime time;
  final ArrayDeque<Runnable> tasks;
  final List<Runnable> news = new ArrayList<>();
  boolean newsComesLate;
  final Peers peers = new Peers(this);
  Set<String> calledFunctions = Set.of();
  boolean packagesLoaded = true;
  int epoch = 1;
  List<String> listen = List.of("udp:192.0.2.1:5060", "tcp:192.0.2.1:5060");
  private final List<KamailioModule> modules = new ArrayList<>();
  final FakeThreads threads = new FakeThreads(this);
  final FakeXcap xcap = new FakeXcap();
  RecoveryLog recovery = new MemoryRecoveryLog();
  private EventPackages packages = new EventPackages(threads);
  private final List<EventPackage> external = new ArrayList<>();
  private final Map<String, BiFunction<ModuleContext, EventPackages, KamailioModule>> further =
      new LinkedHashMap<>();
  private boolean serving;

  World() {
    this(new FakeStore());
  }

  /** A server on tables that an earlier one has left. */
  World(final FakeStore store) {
    this.store = store;
    this.time = new VirtualTime(START);
    this.tasks = time.tasks;
    this.door = store.door(this);
    param("presence", "db_url", "h2://memory");
    param("presence_xml", "force_active", 1);
  }

  /** A server on real tables, whose work is done by threads of their own. */
  World(final StoreFactory door, final VirtualTime.Outside outside) {
    this.store = new FakeStore();
    this.time = new VirtualTime(START, outside);
    this.tasks = time.tasks;
    this.door = door;
    param("presence_xml", "force_active", 1);
  }

  /** The engine hears now that the replies have left. */
  void hearNews() {
    newsComesLate = false;
    tasks.addAll(news);
    news.clear();
    settle();
  }

  World param(final String module, final String name, final Object value) {
    given.computeIfAbsent(module, m -> new LinkedHashMap<>()).put(name, value);
    return this;
  }

  World param(final String name, final Object value) {
    return param("presence", name, value);
  }

  World without(final String name) {
    given.get("presence").remove(name);
    return this;
  }

  /** Loads a package that is not built in. */
  World with(final EventPackage eventPackage) {
    external.add(eventPackage);
    return this;
  }

  /** Loads a module beside the usual ones. */
  World load(
      final String module, final BiFunction<ModuleContext, EventPackages, KamailioModule> maker) {
    further.put(module, maker);
    return this;
  }

  /** Whether the engine thread runs. */
  boolean serving() {
    return serving;
  }

  World start() {
    try {
      final PresenceModule presence =
          new PresenceModule(context("presence"), door, packages, recovery);
      modules.add(presence);
      if (packagesLoaded) {
        modules.add(
            new PresenceXmlModule(context("presence_xml"), presence, packages, (url, t) -> xcap));
        modules.add(new PresenceMwiModule(context("presence_mwi"), packages));
        further.forEach((name, maker) -> modules.add(maker.apply(context(name), packages)));
      }
      external.forEach(packages::add);
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
    settle();
    return this;
  }

  /** The engine ends without having been asked to. */
  void crash() {
    modules.forEach(KamailioModule::close);
  }

  void stop() {
    modules.forEach(KamailioModule::flush);
    settle();
    modules.forEach(KamailioModule::close);
  }

  EventPackages packages() {
    return packages;
  }

  /**
   * The engine dies, with all that it was about to do and to hear; Kamailio, the watchers, the
   * recovery log and what is committed stay, and the next engine starts.
   */
  World kill() {
    die();
    return start();
  }

  /** As {@link #kill}, without another engine. */
  void die() {
    time.forget();
    news.clear();
    modules.clear();
    packages = new EventPackages(threads);
    serving = false;
    peers.forgetWhatIsUnderWay();
    store.forgetWhatIsWaiting();
    epoch++;
  }

  KamailioModule module(final String name) {
    return modules.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  ModuleContext context(final String module) {
    return new ModuleContext(
        new GivenParameters(module, given.getOrDefault(module, Map.of())),
        calledFunctions,
        new ServerFacts("5.6.3", START, epoch, listen, 30_000, 5_000),
        this,
        time,
        time,
        tasks::add,
        tasks::add);
  }

  long now() {
    return time.epochSeconds();
  }

  /** Runs what is ready, without letting time pass. */
  void settle() {
    time.settle();
  }

  /** Lets time pass. */
  void advance(final long seconds) {
    time.advance(seconds);
  }

  void advanceMillis(final long by) {
    time.advanceMillis(by);
  }

  /** Timers that would still run. */
  long pendingTimers() {
    return time.pendingTimers();
  }

  @Override
  public void send(final Outgoing outgoing) {
    peers.arrive(outgoing);
  }

  FakeCall call(final String function, final Optional<SipRequest> request, final String... args) {
    final FakeCall call = new FakeCall(this, request, List.of(args));
    final KamailioModule module =
        modules.stream().filter(m -> m.functions().containsKey(function)).findFirst().orElseThrow();
    module.functions().get(function).call(call);
    return call;
  }

  FakeCall publish(final Requests request, final String... args) {
    final FakeCall call = call("handle_publish", Optional.of(request.build()), args);
    settle();
    return call;
  }

  FakeCall subscribe(final Requests request, final String... args) {
    final FakeCall call = call("handle_subscribe", Optional.of(request.build()), args);
    settle();
    return call;
  }

  int function(final String function, final String... args) {
    final FakeCall call = call(function, Optional.empty(), args);
    settle();
    return call.returnCode();
  }

  FakeRpc rpc(final String name, final String... args) {
    final FakeRpc rpc = new FakeRpc(List.of(args));
    module("presence").rpcs().get(name).call(rpc);
    settle();
    return rpc;
  }
}
