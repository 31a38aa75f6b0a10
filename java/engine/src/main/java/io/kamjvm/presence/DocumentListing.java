// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists documents for commands (spec presence 4): from memory, or from the table where that is the
 * truth. Engine thread only; the table is read in the background.
 */
final class DocumentListing {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentListing.class);
  private static final String ADDING = "Internal error adding item";

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventState state;
  private final Optional<WholeTable> table;

  /**
   * @param table present where the table is the truth
   */
  DocumentListing(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventState state,
      final Optional<WholeTable> table) {
    this.context = context;
    this.parameters = parameters;
    this.state = state;
    this.table = table;
  }

  /** Whose documents are listed: {@code *} stands for all; case does not matter. */
  static Predicate<PublicationRow> of(final String user, final String domain) {
    return row -> matches(user, row.user()) && matches(domain, row.domain());
  }

  private static boolean matches(final String wanted, final String name) {
    return wanted.equals("*") || wanted.equalsIgnoreCase(name);
  }

  /** Lists the live ones and ends the command. */
  void list(final RpcCall call, final boolean full, final Predicate<PublicationRow> of) {
    final long now = context.clock().epochSeconds();
    final Predicate<PublicationRow> which =
        row -> (row.expires() == Publication.HARD_STATE || row.expires() > now) && of.test(row);
    if (table.isEmpty()) {
      state.afterReplies(() -> slice(call, full, which, state.presentities().all(), 0));
      return;
    }
    try {
      context.background().execute(() -> read(call, full, which));
    } catch (final RejectedExecutionException e) {
      call.fault(500, "Internal error creating rpc");
    }
  }

  private void read(final RpcCall call, final boolean full, final Predicate<PublicationRow> which) {
    final List<Map<String, Object>> records = new ArrayList<>();
    try {
      table
          .orElseThrow()
          .load(
              row -> {
                if (which.test(row)) {
                  records.add(record(row, full));
                }
                return records.size() < PresenceLimits.LISTED;
              });
      context.engine().execute(() -> print(call, records, 0));
    } catch (final StorageException | RuntimeException e) {
      LOG.warn("the table of documents can not be listed: {}", e.getMessage());
      context.engine().execute(() -> call.fault(500, "Internal error creating rpc"));
    }
  }

  private void print(final RpcCall call, final List<Map<String, Object>> records, final int from) {
    if (records.size() >= PresenceLimits.LISTED) {
      call.fault(500, ADDING);
      return;
    }
    final int to = Math.min(records.size(), from + PresenceLimits.SLICE);
    if (!add(call, records.subList(from, to))) {
      return;
    }
    if (to < records.size()) {
      context.engine().execute(() -> print(call, records, to));
    } else {
      call.finish();
    }
  }

  private void slice(
      final RpcCall call,
      final boolean full,
      final Predicate<PublicationRow> which,
      final List<Presentity> all,
      final int from) {
    final int to = Math.min(all.size(), from + PresenceLimits.SLICE);
    final List<Map<String, Object>> records = new ArrayList<>();
    for (final Presentity presentity : all.subList(from, to)) {
      presentity.publications().stream()
          .map(Publication::row)
          .filter(which)
          .forEach(row -> records.add(record(row, full)));
    }
    if (!add(call, records)) {
      return;
    }
    if (to < all.size()) {
      context.engine().execute(() -> slice(call, full, which, all, to));
    } else {
      call.finish();
    }
  }

  /** False when the answer has become too long: then the command has ended. */
  private static boolean add(final RpcCall call, final List<Map<String, Object>> records) {
    try {
      records.forEach(call::struct);
      return true;
    } catch (final IllegalStateException e) {
      LOG.warn("a list of documents is too long");
      call.fault(500, ADDING);
      return false;
    }
  }

  private Map<String, Object> record(final PublicationRow row, final boolean full) {
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
      fields.put("hashid", slot(row));
    }
    return fields;
  }

  private int slot(final PublicationRow row) {
    final String uri = SipUri.presentity(row.user(), row.domain());
    final String key = parameters.ignoreCase() ? uri.toLowerCase(Locale.ROOT) : uri;
    return new PresentityKey(key, row.event()).hashCode() & (parameters.documentSlots() - 1);
  }
}
