// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the subscriptions to a presentity for commands (spec presence 4). Engine thread only. */
final class WatcherListing {
  private static final Logger LOG = LoggerFactory.getLogger(WatcherListing.class);

  /** Columns of the notifier and of stock's receiver that say nothing about us. */
  private static final int UNMARKED = -1;

  private final ModuleContext context;
  private final EventState state;

  WatcherListing(final ModuleContext context, final EventState state) {
    this.context = context;
    this.state = state;
  }

  /** Lists the watchers of all packages and ends the command; case does not matter. */
  void list(final RpcCall call, final boolean full, final String uri) {
    state.afterReplies(
        () -> {
          final List<Subscription> watching = new ArrayList<>();
          find(call, full, uri, state.presentities().all(), 0, watching);
        });
  }

  private void find(
      final RpcCall call,
      final boolean full,
      final String uri,
      final List<Presentity> all,
      final int from,
      final List<Subscription> watching) {
    final int to = Math.min(all.size(), from + PresenceLimits.COMPARED);
    for (final Presentity presentity : all.subList(from, to)) {
      if (presentity.uri().equalsIgnoreCase(uri)) {
        watching.addAll(presentity.subscriptions());
      }
    }
    context
        .engine()
        .execute(
            () -> {
              if (to < all.size()) {
                find(call, full, uri, all, to, watching);
              } else {
                print(call, full, watching, 0);
              }
            });
  }

  private void print(
      final RpcCall call, final boolean full, final List<Subscription> watching, final int from) {
    final int to = Math.min(watching.size(), from + PresenceLimits.SLICE);
    try {
      watching.subList(from, to).stream()
          .filter(Subscription::live)
          .forEach(s -> call.struct(record(s, full)));
    } catch (final IllegalStateException e) {
      LOG.warn("a list of watchers is too long");
      call.fault(
          500,
          full ? "Internal error adding extra attributes" : "Internal error adding attributes");
      return;
    }
    if (to < watching.size()) {
      context.engine().execute(() -> print(call, full, watching, to));
    } else {
      call.finish();
    }
  }

  private static Map<String, Object> record(final Subscription subscription, final boolean full) {
    final SubscriptionRow row = subscription.row();
    final Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("pres_uri", row.presentityUri());
    fields.put("to_user", row.toUser());
    fields.put("to_domain", row.toDomain());
    fields.put("from_user", row.fromUser());
    fields.put("from_domain", row.fromDomain());
    fields.put("watcher_user", row.watcherUser());
    fields.put("watcher_domain", row.watcherDomain());
    fields.put("contact", row.contact());
    fields.put("event_id", row.eventId());
    fields.put("callid", row.callId());
    fields.put("user_agent", row.userAgent());
    fields.put("expires", row.expires());
    fields.put("status", row.status());
    fields.put("version", subscription.version());
    fields.put("flags", row.flags());
    if (full) {
      fields.put("reason", row.reason());
      fields.put("to_tag", row.toTag());
      fields.put("from_tag", row.fromTag());
      fields.put("socket", row.socketInfo());
      fields.put("local_contact", row.localContact());
      fields.put("record_route", row.recordRoute());
      fields.put("auth_rules", "");
      fields.put("remote_cseq", row.remoteCseq());
      fields.put("local_cseq", subscription.localCseq());
      fields.put("recv_event", 1);
      fields.put("updated", UNMARKED);
      fields.put("updated_winfo", UNMARKED);
    }
    return fields;
  }
}
