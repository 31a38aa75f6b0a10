// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The RPC commands of module {@code presence} (spec presence 4). */
final class PresenceRpc {
  private static final int FAULT = 500;
  private static final String FULL = "full";
  private static final String FEW = "Not enough parameters";

  private final Supplier<Optional<EventState>> state;
  private final Supplier<Optional<WholeTable>> table;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final ModuleContext context;
  private Optional<CacheSync> sync = Optional.empty();

  /**
   * @param state empty in library mode
   * @param table empty where documents are in memory only
   */
  PresenceRpc(
      final Supplier<Optional<EventState>> state,
      final Supplier<Optional<WholeTable>> table,
      final PresenceParameters parameters,
      final EventPackages packages,
      final ModuleContext context) {
    this.state = state;
    this.table = table;
    this.parameters = parameters;
    this.packages = packages;
    this.context = context;
  }

  Map<String, RpcMethod> byName() {
    final Map<String, RpcMethod> all = new HashMap<>(new WatcherFunctions(state).rpcs());
    all.put("presence.cleanup", serving(this::cleanup));
    all.put("presence.presentity_list", this::list);
    all.put("presence.presentity_show", this::show);
    all.put("presence.watcher_list", this::watchers);
    all.put("presence.publish_cache_sync", this::sync);
    return all;
  }

  private RpcMethod serving(final BiConsumer<EventState, RpcCall> command) {
    return call ->
        state
            .get()
            .ifPresentOrElse(
                s -> command.accept(s, call),
                () -> call.fault(FAULT, "Not a presence server: db_url is not set"));
  }

  private void cleanup(final EventState from, final RpcCall call) {
    from.sweep();
    call.string("Reload OK");
    call.finish();
  }

  private void list(final RpcCall call) {
    final boolean full = call.arguments().stream().findFirst().map(FULL::equals).orElse(false);
    listing().ifPresentOrElse(l -> l.list(call, full, row -> true), call::finish);
  }

  private void show(final RpcCall call) {
    final List<String> arguments = call.arguments();
    if (arguments.size() < 3) {
      call.fault(FAULT, FEW);
    } else if (known(arguments.get(0), call)) {
      final boolean full = arguments.get(0).equals(FULL);
      listing()
          .ifPresentOrElse(
              l -> l.list(call, full, DocumentListing.of(arguments.get(1), arguments.get(2))),
              call::finish);
    }
  }

  private Optional<DocumentListing> listing() {
    return state
        .get()
        .map(
            s ->
                new DocumentListing(
                    context,
                    parameters,
                    s,
                    table.get().filter(t -> parameters.publCache() == PublCache.DATABASE)));
  }

  private static boolean known(final String mode, final RpcCall call) {
    final boolean known = mode.equals("basic") || mode.equals(FULL);
    if (!known) {
      call.fault(FAULT, "Unknown output mode");
    }
    return known;
  }

  /** Subscriptions that only the table knows are not listed (D-39). */
  private void watchers(final RpcCall call) {
    final List<String> arguments = call.arguments();
    if (arguments.size() < 2) {
      call.fault(FAULT, FEW);
    } else if (known(arguments.get(0), call)) {
      state
          .get()
          .filter(s -> parameters.subsDbMode() != SubsDbMode.DATABASE)
          .ifPresentOrElse(
              s ->
                  new WatcherListing(context, s)
                      .list(call, arguments.get(0).equals(FULL), arguments.get(1)),
              call::finish);
    }
  }

  private void sync(final RpcCall call) {
    if (state.get().isEmpty()
        || table.get().isEmpty()
        || parameters.publCache() != PublCache.DATABASE_AND_MEMORY) {
      notSynced(call);
      return;
    }
    if (sync.isEmpty()) {
      sync = Optional.of(new CacheSync(context, packages, state.get().get(), table.get().get()));
    }
    sync.get()
        .sync(
            worked -> {
              if (worked) {
                call.string("OK");
                call.finish();
              } else {
                notSynced(call);
              }
            });
  }

  private static void notSynced(final RpcCall call) {
    // as stock spells it
    call.fault(FAULT, "Failed to sync presinity table with the publish cache.");
  }
}
