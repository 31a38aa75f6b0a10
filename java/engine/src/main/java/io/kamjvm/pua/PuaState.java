// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's parts, joined, with what earlier engines and servers have left. Made on the starting
 * thread; engine thread only from {@link #serve} on.
 */
final class PuaState {
  private static final Logger LOG = LoggerFactory.getLogger(PuaState.class);

  private final PuaParameters parameters;
  private final ModuleContext context;
  private final RecordTable table;
  private final RecordNotes notes;
  private final Records records;
  private final Upkeep upkeep;
  private final Publisher publisher;
  private final Subscriber subscriber;
  private final PuaClient client;
  private final List<PuaRecord> left = new ArrayList<>();
  private final List<PuaRecord> gone = new ArrayList<>();

  PuaState(
      final ModuleContext context,
      final PuaParameters parameters,
      final PuaEvents events,
      final PuaStore store,
      final RecoveryLog log)
      throws StorageException {
    this.context = context;
    this.parameters = parameters;
    this.table = new RecordTable(store.journal(), context.timers());
    this.notes = new RecordNotes(log);
    this.records =
        parameters.tableOnly()
            ? new TableRecords(store.reader(), store.journal(), table, notes)
            : new MemoryRecords(table, notes);
    this.upkeep = new Upkeep(context, parameters, records);
    this.publisher = new Publisher(context, parameters, events, records, notes, upkeep);
    this.subscriber = new Subscriber(context, parameters, events, records, notes, upkeep);
    this.client = new PuaClient(events, records, publisher, subscriber, upkeep);
    load(store, log);
  }

  private void load(final PuaStore store, final RecoveryLog log) throws StorageException {
    final Map<PuaRow.Key, PuaRecord> rows = new HashMap<>();
    if (!parameters.tableOnly()) {
      store.loadPua(
          row -> {
            final PuaRecord record = TableRecords.fromTable(row);
            rows.put(row.key(), record);
            left.add(record);
          });
    }
    log.replay(RecordNotes.FIRST, RecordNotes.LAST, noted -> restore(noted, rows));
    left.removeIf(r -> r.gone);
  }

  /** What is noted is newer than what the table says. */
  private void restore(final RecoveryLog.Left noted, final Map<PuaRow.Key, PuaRecord> rows) {
    final PuaRecord record;
    try {
      record = RecordCodec.decode(noted.value());
    } catch (final IllegalArgumentException e) {
      LOG.error("a record of an earlier engine can not be read: {}", e.getMessage());
      noted.entry().remove();
      return;
    }
    record.note = Optional.of(noted.entry());
    supersede(rows, record.row.key(), record);
    record.stored.ifPresent(key -> supersede(rows, key, record));
    if (noted.kind() == RecordNotes.GONE) {
      gone.add(record);
    } else {
      left.add(record);
    }
  }

  private static void supersede(
      final Map<PuaRow.Key, PuaRecord> rows, final PuaRow.Key key, final PuaRecord by) {
    Optional.ofNullable(rows.get(key))
        .ifPresent(
            row -> {
              row.gone = true;
              by.stored = Optional.of(key);
            });
  }

  /** Begins with what was left. */
  void serve() {
    gone.forEach(r -> table.remove(r, () -> notes.forget(r)));
    left.forEach(this::adopt);
    if (!left.isEmpty()) {
      LOG.info("{} publications and subscriptions go on", left.size());
    }
    gone.clear();
    left.clear();
    upkeep.begin(this::refresh, table::removeExpired);
  }

  private void adopt(final PuaRecord record) {
    if (parameters.tableOnly()) {
      // the table says that this server refreshes it, but nobody does any more
      records.changed(record);
    } else if (record.row.expires() + Upkeep.GRACE < context.clock().epochSeconds()) {
      records.remove(record);
    } else {
      ((MemoryRecords) records).restore(record);
      if (record.note.isPresent() && record.established) {
        table.save(record);
      } else {
        notes.note(record);
      }
      upkeep.plan(record);
    }
  }

  private void refresh(final PuaRecord record) {
    if (record.row.subscription()) {
      subscriber.refresh(record);
    } else {
      publisher.refresh(record);
    }
  }

  Records records() {
    return records;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  Pua client() {
    return client;
  }

  /** What the database has not taken yet is submitted once more. */
  void flush() {
    table.again();
  }
}
