// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.b2b.LocalPresence;
import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaStoreFactory;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import io.kamjvm.storage.XcapDocumentsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Module {@code pa}: SER's presence agent. */
public final class PaModule implements KamailioModule {
  private static final long CLOSE_MILLIS = 10_000;
  private static final int UNAVAILABLE = 503;
  private static final List<String> REPLYING =
      List.of(
          "handle_subscription", "pa_handle_subscription", "handle_publish", "pa_handle_publish");
  private static final List<String> OTHERS =
      List.of(
          "pa_handle_registration",
          "target_online",
          "check_subscription_status",
          "store_winfo",
          "dump_stored_winfo",
          "authorize_message",
          "pa_inject");
  private static final List<String> COMMANDS =
      List.of("pa.authorize", "pa.trace", "pa.publish", "pa.watched", "pa.inject", "pa.list");

  private final ModuleContext context;
  private final PaStoreFactory stores;
  private final XcapDocumentsFactory documents;
  private final Optional<StatusDomain> internal;
  private final RecoveryLog log;
  private final ContactSource contacts;
  private final PaParameters parameters;
  private Optional<PaStore> store = Optional.empty();
  private Optional<XcapDocuments> xcap = Optional.empty();
  private Optional<PaState> state = Optional.empty();

  /**
   * Reads the parameters.
   *
   * @param documents opens table {@code xcap}
   * @param internal where internal subscriptions are made, if module presence_b2b is loaded
   * @param log what earlier engines of this Kamailio have noted, and where this one does
   * @throws io.kamjvm.kamailio.ParameterException when one of them stops the start
   */
  public PaModule(
      final ModuleContext context,
      final PaStoreFactory stores,
      final XcapDocumentsFactory documents,
      final RecoveryLog log,
      final Optional<StatusDomain> internal) {
    this(context, stores, documents, log, internal, Optional.empty());
  }

  PaModule(
      final ModuleContext context,
      final PaStoreFactory stores,
      final XcapDocumentsFactory documents,
      final RecoveryLog log,
      final Optional<StatusDomain> internal,
      final Optional<ContactSource> contacts) {
    this.context = context;
    this.stores = stores;
    this.documents = documents;
    this.internal = internal;
    this.log = log;
    this.parameters = PaParameters.read(context.parameters());
    this.contacts = contacts.orElseGet(this::location);
  }

  private ContactSource location() {
    if (!parameters.sources() || !context.kamailio().location().bound()) {
      return ContactSource.none();
    }
    final LocationContacts location =
        new LocationContacts(
            context.kamailio().location(), parameters.usrlocDomain(), context.clock());
    context.kamailio().location().listen(location);
    return location;
  }

  /** Where others show what they hear of somebody: as published in domain {@code registrar}. */
  public LocalPresence publishing() {
    return (publication, heard) ->
        state
            .map(PaState::publisher)
            .ifPresentOrElse(
                p -> p.publish(publication, heard),
                () -> heard.accept(LocalPresence.Outcome.of(UNAVAILABLE)));
  }

  @Override
  public String name() {
    return PaParameters.MODULE;
  }

  @Override
  public List<ModParam> params() {
    return PaParameters.accepted();
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    final Map<String, ScriptFunction> functions = new HashMap<>();
    for (final List<String> names : List.of(REPLYING, OTHERS)) {
      for (final String name : names) {
        functions.put(
            name,
            call ->
                state
                    .flatMap(s -> s.function(name))
                    .ifPresentOrElse(f -> f.call(call), () -> call.answer(Answer.of(-1))));
      }
    }
    return functions;
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    final Map<String, RpcMethod> rpcs = new HashMap<>();
    for (final String name : COMMANDS) {
      rpcs.put(
          name,
          call ->
              state
                  .flatMap(s -> s.command(name))
                  .ifPresentOrElse(c -> c.call(call), () -> call.fault(503, "not open yet")));
    }
    return rpcs;
  }

  @Override
  public List<String> replies() {
    return REPLYING;
  }

  @Override
  public List<String> transactions() {
    return REPLYING;
  }

  @Override
  public List<String> mayDefer() {
    return parameters.dbUrl().isPresent() ? REPLYING : List.of();
  }

  @Override
  public void open() throws StorageException {
    if (parameters.dbUrl().isPresent()) {
      try {
        store = Optional.of(stores.openPa(parameters.dbUrl().get(), parameters.names()));
      } catch (final StorageException e) {
        throw new StorageException("modparam(\"pa\", \"db_url\"): " + e.getMessage(), e);
      }
    }
    state = Optional.of(new PaState(context, parameters, contacts, rules(), internal, store, log));
  }

  private RulesSource rules() throws StorageException {
    if (parameters.rules().root().isPresent()) {
      return RulesSource.http(parameters.rules().root().get());
    }
    if (parameters.auth() != PaParameters.Auth.XCAP) {
      return RulesSource.none();
    }
    try {
      final XcapDocuments opened =
          documents.open(parameters.dbUrl().orElseThrow(), parameters.rules().table());
      xcap = Optional.of(opened);
      return RulesSource.of(opened);
    } catch (final StorageException e) {
      throw new StorageException("modparam(\"pa\", \"xcap_table\"): " + e.getMessage(), e);
    }
  }

  @Override
  public void serve() {
    state.ifPresent(PaState::serve);
  }

  @Override
  public long uncommittedAgeNanos() {
    return state.map(PaState::uncommittedAgeNanos).orElse(0L);
  }

  @Override
  public void flush() {
    state.ifPresent(PaState::flush);
  }

  @Override
  public void close() {
    xcap.ifPresent(XcapDocuments::close);
    store.ifPresent(s -> s.close(CLOSE_MILLIS));
  }
}
