// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.PuaStoreFactory;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Module {@code pua}: the event-state client. Other modules publish and subscribe through it. */
public final class PuaModule implements KamailioModule {
  private static final long CLOSE_MILLIS = 10_000;

  private final ModuleContext context;
  private final PuaStoreFactory stores;
  private final RecoveryLog log;
  private final PuaParameters parameters;
  private final PuaEvents events;
  private Optional<PuaStore> store = Optional.empty();
  private Optional<PuaState> state = Optional.empty();

  /**
   * Reads the parameters.
   *
   * @param log what earlier engines of this Kamailio have noted, and where this one does
   * @throws io.kamjvm.kamailio.ParameterException when one of them stops the start
   */
  public PuaModule(
      final ModuleContext context, final PuaStoreFactory stores, final RecoveryLog log) {
    this.context = context;
    this.stores = stores;
    this.log = log;
    this.parameters = PuaParameters.read(context.parameters());
    this.events = new PuaEvents(parameters.countsDialogs(), parameters.countsRegistrations());
  }

  @Override
  public String name() {
    return PuaParameters.MODULE;
  }

  @Override
  public List<ModParam> params() {
    return PuaParameters.accepted();
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return Map.of("pua_update_contact", new ContactUpdate(() -> state().records()));
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return Map.of("pua.cleanup", this::cleanup);
  }

  private void cleanup(final RpcCall call) {
    state().upkeep().pass(call::finish);
  }

  /** For modules in front of this one; once this one is open. */
  public Pua pua() {
    return state().client();
  }

  private PuaState state() {
    return state.orElseThrow(() -> new IllegalStateException("module pua is not open yet"));
  }

  @Override
  public void open() throws StorageException {
    try {
      final PuaStore opened =
          stores.openPua(parameters.dbUrl(), parameters.dbTable(), parameters.fetchRows());
      store = Optional.of(opened);
      state = Optional.of(new PuaState(context, parameters, events, opened, log));
    } catch (final StorageException e) {
      throw new StorageException("modparam(\"pua\", \"db_url\"): " + e.getMessage(), e);
    }
  }

  @Override
  public void serve() {
    state().serve();
  }

  @Override
  public void flush() {
    state.ifPresent(PuaState::flush);
  }

  @Override
  public void close() {
    store.ifPresent(s -> s.close(CLOSE_MILLIS));
  }
}
