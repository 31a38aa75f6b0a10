// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Module {@code presence}: the event-state server. The packages that it serves are registered by
 * other modules while they are constructed, that is before {@link #open}.
 */
public final class PresenceModule implements KamailioModule {
  private static final String NAME = "presence";
  private static final String PRESENCE = "presence";
  private static final String PUBLISH = "handle_publish";
  private static final String SUBSCRIBE = "handle_subscribe";

  private final ModuleContext context;
  private final StoreFactory stores;
  private final EventPackages packages;
  private final PackageCode code;
  private final PresenceParameters parameters;
  private final PresenceFunctions functions;
  private final PresenceRpc rpcs;
  private final Restore restore;
  private final RecoveryLog recovery;
  private Optional<EventStateStore> store = Optional.empty();
  private Optional<EventState> state = Optional.empty();

  /**
   * Reads the parameters.
   *
   * @param recovery what earlier engines of this Kamailio have noted, and where this one does
   * @throws ParameterException when one of them stops the start
   */
  public PresenceModule(
      final ModuleContext context,
      final StoreFactory stores,
      final EventPackages packages,
      final RecoveryLog recovery) {
    this.context = context;
    this.stores = stores;
    this.packages = packages;
    this.recovery = recovery;
    this.parameters = PresenceParameters.read(context.parameters(), context.facts());
    refuseWhatIsMissing();
    this.functions = new PresenceFunctions(() -> state, packages, context);
    this.rpcs = new PresenceRpc(() -> state, this::table, parameters, packages, context);
    this.code = new PackageCode(packages, context.engine());
    this.restore =
        new Restore(context, packages, code, new Resumption(context, packages, parameters));
    if (!parameters.serves()) {
      refuseCallsInLibraryMode();
    }
  }

  private void refuseWhatIsMissing() {
    if (parameters.publCache() == PublCache.DATABASE_AND_MEMORY
        && !DocumentOrder.of(parameters).interpreted()) {
      throw new ParameterException(
          NAME,
          "retrieve_order_by",
          "\""
              + parameters.orderBy()
              + "\" is more than a list of presentity's columns with ASC or DESC, which is all that"
              + " documents in memory can be ordered by; simplify it, or use publ_cache 0");
    }
  }

  private void refuseCallsInLibraryMode() {
    for (final String function : context.calledFunctions()) {
      if (function.equals(PUBLISH) || function.equals(SUBSCRIBE)) {
        throw new ParameterException(
            NAME,
            "db_url",
            "not set, but the cfg calls " + function + "(); set db_url, or publ_cache to 2");
      }
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<ModParam> params() {
    return PresenceParameters.accepted();
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return functions.byName();
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return rpcs.byName();
  }

  @Override
  public List<String> mayDefer() {
    final List<String> deferring = new ArrayList<>();
    if (parameters.serves() && parameters.publCache().stored()) {
      deferring.add(PUBLISH);
    }
    if (parameters.serves()
        && (parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH
            || parameters.subsDbMode() == SubsDbMode.DATABASE)) {
      deferring.add(SUBSCRIBE);
    }
    return deferring;
  }

  @Override
  public List<String> replies() {
    return List.of(PUBLISH, SUBSCRIBE);
  }

  @Override
  public List<String> xavps() {
    return parameters.xavpRoot().map(root -> List.of(root + "=>priority")).orElse(List.of());
  }

  @Override
  public Map<String, List<String>> answerRoutes() {
    return Map.of(NotifyMessage.ANSWER_ROUTE, parameters.deletionWish().stream().toList());
  }

  @Override
  public void open() throws StorageException {
    if (!parameters.serves()) {
      return;
    }
    if (parameters.needsDatabase()) {
      openStore();
    }
    restore.load(recovery);
    state =
        Optional.of(
            new EventState(
                context,
                parameters,
                packages,
                code,
                store.map(EventStateStore::journal),
                store.map(EventStateStore::reader),
                recovery));
  }

  private Optional<WholeTable> table() {
    return store.filter(s -> parameters.publCache().stored()).map(WholeTable::new);
  }

  private void openStore() throws StorageException {
    try {
      final EventStateStore opened = stores.open(settings());
      store = Optional.of(opened);
      restore.load(opened, parameters);
    } catch (final StorageException e) {
      throw new StorageException("modparam(\"" + NAME + "\", \"db_url\"): " + e.getMessage(), e);
    }
  }

  private StoreSettings settings() {
    return new StoreSettings(
        parameters.dbUrl().orElseThrow(),
        parameters.presentityTable(),
        parameters.activeWatchersTable(),
        parameters.watchersTable(),
        parameters.publCache().stored(),
        parameters.subsDbMode().stored(),
        parameters.fetchRows(),
        parameters.byPriority() ? Optional.of(parameters.orderBy()) : Optional.empty());
  }

  /**
   * The presence document of a presentity as a watcher would see it, without authorisation.
   *
   * @param uri as stored, {@code sip:user@host}
   * @param found hears it, in this turn or a later one; empty too when the table does not answer
   */
  void document(final String uri, final Consumer<Optional<byte[]>> found) {
    final Optional<EventPackage> presence = packages.find(PRESENCE);
    if (presence.isEmpty() || state.isEmpty()) {
      found.accept(Optional.empty());
      return;
    }
    state.get().document(uri, presence.get(), found);
  }

  /**
   * Publishes for another module of this engine. Once this one is open.
   *
   * @param heard what became of it, in this turn or a later one
   */
  public void publish(
      final OwnPublication publication, final Consumer<OwnPublication.Outcome> heard) {
    final OwnCall call = new OwnCall(context, publication, heard);
    state.ifPresentOrElse(s -> s.publishHandler().handle(call), call::busy);
  }

  @Override
  public void warmUp() {
    if (parameters.serves()) {
      packages
          .find(PRESENCE)
          .filter(code::inline)
          .ifPresent(
              p ->
                  new Rehearsal(context, parameters, packages, p)
                      .play(PresenceLimits.REHEARSAL_MILLIS));
    }
  }

  /** What it serves from; empty before {@link #open} and in library mode. */
  Optional<EventState> state() {
    return state;
  }

  /** As {@link EventState#afterReplies}. */
  void afterReplies(final Runnable reader) {
    state.ifPresentOrElse(s -> s.afterReplies(reader), reader);
  }

  @Override
  public void serve() {
    state.ifPresent(restore::into);
    state.ifPresent(EventState::serve);
  }

  @Override
  public long uncommittedAgeNanos() {
    return state.map(s -> s.uncommittedMillis() * 1_000_000).orElse(0L);
  }

  @Override
  public void flush() {
    state.ifPresent(s -> s.writeBack().flush());
  }

  @Override
  public void close() {
    store.ifPresent(s -> s.close(PresenceLimits.CLOSE_MILLIS));
  }
}
