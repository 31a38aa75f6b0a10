// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier engines and servers have left. The recovery log, where there is one, knows all that
 * the tables know and is newer; the tables are read by the first engine of a Kamailio. Read on the
 * starting thread, taken over on the engine thread.
 */
final class Restoration {
  private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

  private final Presentities presentities;
  private final Publications publications;
  private final Watchers watchers;
  private final Injection injection;
  private final PaBackup backup;
  private final Identifiers ids;
  private final List<Runnable> left = new ArrayList<>();

  Restoration(
      final Presentities presentities,
      final Publications publications,
      final Watchers watchers,
      final Injection injection,
      final PaBackup backup,
      final Identifiers ids) {
    this.presentities = presentities;
    this.publications = publications;
    this.watchers = watchers;
    this.injection = injection;
    this.backup = backup;
    this.ids = ids;
  }

  /** Takes over what was read; those whose time is over go in the next round. */
  void takeOver() {
    left.forEach(Runnable::run);
    if (!left.isEmpty()) {
      LOG.info("{} publications and subscriptions go on", left.size());
    }
    left.clear();
  }

  // --- the recovery log

  void read(final RecoveryLog log) {
    log.replay(PaNotes.PUBLICATION, PaNotes.INJECTED, this::noted);
  }

  private void noted(final RecoveryLog.Left noted) {
    try {
      final PaNotes.Found found = PaNotes.decode(noted.value());
      switch (noted.kind()) {
        case PaNotes.PUBLICATION -> {
          final Publication publication =
              PaRows.publication(
                  found.texts().get(0), found.texts().get(1), found.expires(), found.rows());
          left.add(
              () ->
                  presentity(found.presentity())
                      .ifPresent(
                          p -> adopt(p, publication, found.rows(), Optional.of(noted.entry()))));
        }
        case PaNotes.WATCHER -> left.add(() -> watcher(found, noted));
        default ->
            left.add(
                () ->
                    presentity(found.presentity())
                        .ifPresent(p -> injection.restore(p, found, noted.entry())));
      }
    } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
      LOG.error("what an earlier engine has noted can not be read: {}", e.getMessage());
      noted.entry().remove();
    }
  }

  private void watcher(final PaNotes.Found found, final RecoveryLog.Left noted) {
    presentity(found.presentity())
        .ifPresent(
            presentity -> {
              final Watcher watcher = PaRows.watcher(found.rows().get(0), presentity);
              watcher.count(PaNotes.cseq(noted.counter()), watcher.version() + 1);
              watcher.shown(PaNotes.shown(noted.counter()));
              watcher.note(Optional.of(noted.entry()));
              watchers.adopt(watcher);
            });
  }

  private Optional<Presentity> presentity(final PaRow row) {
    return presentities
        .domain(row.text("pdomain"))
        .flatMap(
            domain ->
                PresentityAddress.parse(row.text("uri"))
                    .map(
                        address -> {
                          final Presentity presentity = presentities.obtain(domain, address);
                          presentity.stored(backup.kept());
                          return presentity;
                        }));
  }

  private void adopt(
      final Presentity presentity,
      final Publication publication,
      final List<PaRow> rows,
      final Optional<RecoveryLog.Entry> note) {
    final Held held = new Held(publication, backup.kept() ? PaRows.byKey(rows) : Map.of());
    held.note(note);
    publications.adopt(presentity, held);
  }

  // --- the tables

  private record Published(String presentity, String etag) {}

  /**
   * Reads the tables.
   *
   * @throws StorageException when they can not be read
   */
  void read(final PaStore store) throws StorageException {
    final Map<String, PaRow> rows = new LinkedHashMap<>();
    store.loadPa(PaTable.PRESENTITY, row -> rows.put(row.text("pres_id"), row));
    final Map<Published, List<PaRow>> published = new LinkedHashMap<>();
    final Map<String, Published> tuples = new HashMap<>();
    for (final PaTable table : List.of(PaTable.CONTACT, PaTable.NOTES, PaTable.EXTENSIONS)) {
      store.loadPa(
          table,
          row -> {
            final Published of = new Published(row.text("pres_id"), row.text("etag"));
            published.computeIfAbsent(of, p -> new ArrayList<>()).add(row);
            if (table == PaTable.CONTACT) {
              tuples.put(row.text("tupleid"), of);
            }
          });
    }
    for (final PaTable table : List.of(PaTable.TUPLE_NOTES, PaTable.TUPLE_EXTENSIONS)) {
      store.loadPa(
          table,
          row ->
              Optional.ofNullable(tuples.get(row.text("tupleid")))
                  .ifPresent(of -> published.get(of).add(row)));
    }
    published.forEach(
        (of, found) ->
            Optional.ofNullable(rows.get(of.presentity()))
                .ifPresent(row -> left.add(() -> stored(row, of.etag(), found))));
    store.loadPa(
        PaTable.WATCHERINFO,
        row ->
            Optional.ofNullable(rows.get(row.text("pres_id")))
                .ifPresent(presentity -> left.add(() -> stored(presentity, row))));
  }

  private void stored(final PaRow presentityRow, final String etag, final List<PaRow> rows) {
    final long expires =
        rows.stream()
            .filter(r -> r.table() != PaTable.TUPLE_NOTES && r.table() != PaTable.TUPLE_EXTENSIONS)
            .mapToLong(r -> r.number("expires"))
            .max()
            .orElse(0);
    presentity(presentityRow)
        .ifPresent(
            p ->
                adopt(
                    p,
                    PaRows.publication(ids.next(), etag, expires, rows),
                    rows,
                    Optional.empty()));
  }

  private void stored(final PaRow presentityRow, final PaRow row) {
    presentity(presentityRow)
        .ifPresent(
            presentity -> {
              try {
                final Watcher watcher = PaRows.watcher(row, presentity);
                watcher.count(watcher.localCseq() + PaLimits.CSEQ_BLOCK, watcher.version() + 1);
                watchers.adopt(watcher);
                backup.write(watchers.storing(watcher));
              } catch (final IllegalArgumentException e) {
                LOG.error("a row of table pa_watcherinfo can not be used: {}", e.getMessage());
              }
            });
  }
}
