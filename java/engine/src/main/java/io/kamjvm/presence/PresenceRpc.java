// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.storage.PublicationRow;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The RPC commands of module {@code presence} (spec presence 4). */
final class PresenceRpc {
  private final Supplier<Optional<EventState>> state;
  private final PresenceParameters parameters;
  private final ModuleContext context;

  /**
   * @param state empty in library mode
   */
  PresenceRpc(
      final Supplier<Optional<EventState>> state,
      final PresenceParameters parameters,
      final ModuleContext context) {
    this.state = state;
    this.parameters = parameters;
    this.context = context;
  }

  Map<String, RpcMethod> byName() {
    final Map<String, RpcMethod> all = new HashMap<>(new WatcherFunctions(state).rpcs());
    all.put("presence.cleanup", this::cleanup);
    all.put("presence.presentity_list", this::list);
    all.put("presence.presentity_show", PresenceRpc::unavailable);
    all.put("presence.watcher_list", PresenceRpc::unavailable);
    all.put("presence.publish_cache_sync", PresenceRpc::unavailable);
    return all;
  }

  private static void unavailable(final RpcCall call) {
    call.fault(500, "Execution failed");
  }

  private void cleanup(final RpcCall call) {
    if (state.get().isEmpty()) {
      call.fault(500, "Not a presence server: db_url is not set");
      return;
    }
    state.get().get().sweep();
    call.string("Reload OK");
    call.finish();
  }

  private void list(final RpcCall call) {
    final boolean full = call.arguments().stream().findFirst().map("full"::equals).orElse(false);
    state
        .get()
        .ifPresentOrElse(
            s -> s.afterReplies(() -> slice(call, full, s.presentities().all(), 0)), call::finish);
  }

  private void slice(
      final RpcCall call, final boolean full, final List<Presentity> all, final int from) {
    final int to = Math.min(all.size(), from + PresenceLimits.SLICE);
    for (final Presentity presentity : all.subList(from, to)) {
      presentity.publications().forEach(p -> call.struct(record(presentity, p.row(), full)));
    }
    if (to < all.size()) {
      context.engine().execute(() -> slice(call, full, all, to));
    } else {
      call.finish();
    }
  }

  private Map<String, Object> record(
      final Presentity presentity, final PublicationRow row, final boolean full) {
    final Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("user", row.user());
    fields.put("domain", row.domain());
    fields.put("event", row.event());
    fields.put("etag", row.etag());
    fields.put("sender", row.sender());
    fields.put("expires", row.expires());
    if (full) {
      fields.put("received_time", row.receivedTime());
      fields.put("priority", row.priority());
      fields.put("ruid", row.ruid());
      fields.put("body", new String(row.body(), StandardCharsets.UTF_8));
      fields.put("hashid", presentity.key().hashCode() & (parameters.documentSlots() - 1));
    }
    return fields;
  }
}
