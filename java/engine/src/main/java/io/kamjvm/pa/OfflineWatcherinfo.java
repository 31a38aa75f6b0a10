// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.winfo.WatcherinfoDocument;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaTable;
import io.kamjvm.time.EngineClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watchers who came while nobody was there to decide about them (spec pa 1.16): kept until the
 * presentity asks who watches, and has answered the NOTIFY that says so. Engine thread only.
 */
final class OfflineWatcherinfo {
  private final PaParameters parameters;
  private final PaBackup backup;
  private final EngineClock clock;
  private final Map<String, Map<String, PaRow>> stored = new LinkedHashMap<>();

  OfflineWatcherinfo(
      final PaParameters parameters, final PaBackup backup, final EngineClock clock) {
    this.parameters = parameters;
    this.backup = backup;
    this.clock = clock;
  }

  /** One that the table has. */
  void adopt(final PaRow row) {
    put(row);
  }

  private void put(final PaRow row) {
    stored.computeIfAbsent(row.text("uid"), u -> new LinkedHashMap<>()).put(row.text("dbid"), row);
  }

  /**
   * Keeps a watcher.
   *
   * @return whether it is kept
   */
  boolean store(
      final Pdomain domain,
      final PresentityAddress presentity,
      final String watcher,
      final String status) {
    final long now = clock.epochSeconds();
    final String uid = uid(domain, presentity);
    final int others = stored.getOrDefault(uid, Map.of()).size();
    if (!parameters.offlineWatcherinfo()
        || others >= PaLimits.OFFLINE_WATCHERS
        || watcher.length() > PaLimits.URI) {
      return false;
    }
    final PaRow row =
        PaRows.row(
            PaTable.OFFLINE_WINFO,
            "ol" + Presentities.tupleId(uid + " " + watcher),
            uid,
            watcher,
            PaEvent.PRESENCE.packageName(),
            presentity.host(),
            status,
            now,
            now + parameters.offlineExpires());
    put(row);
    backup.write(List.of(new Change.PutPa(row)));
    return true;
  }

  private static String uid(final Pdomain domain, final PresentityAddress presentity) {
    return domain.name() + ":" + presentity.key();
  }

  /** The rows about somebody, as watcher information tells them; empty if there are none. */
  Optional<Dump> dump(final Pdomain domain, final PresentityAddress presentity) {
    final Map<String, PaRow> rows = stored.getOrDefault(uid(domain, presentity), Map.of());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    final List<WatcherinfoDocument.Watcher> watchers = new ArrayList<>();
    rows.values()
        .forEach(
            r ->
                watchers.add(
                    new WatcherinfoDocument.Watcher(
                        r.text("dbid"), "subscribe", r.text("status"), r.text("watcher"))));
    return Optional.of(new Dump(uid(domain, presentity), List.copyOf(rows.keySet()), watchers));
  }

  /** What a NOTIFY tells; forgotten when it has been answered. */
  record Dump(String uid, List<String> ids, List<WatcherinfoDocument.Watcher> watchers) {}

  void forget(final Dump dump) {
    final Map<String, PaRow> rows = stored.getOrDefault(dump.uid(), Map.of());
    final List<Change> changes = new ArrayList<>();
    for (final String id : dump.ids()) {
      Optional.ofNullable(rows.remove(id))
          .ifPresent(r -> changes.add(new Change.RemovePa(r.key())));
    }
    if (rows.isEmpty()) {
      stored.remove(dump.uid());
    }
    backup.write(changes);
  }

  /** Every {@code offline_winfo_timer}. */
  void expire() {
    final long now = clock.epochSeconds();
    final List<Change> changes = new ArrayList<>();
    for (final Map<String, PaRow> rows : stored.values()) {
      rows.values()
          .removeIf(
              row -> {
                final boolean over = row.number("expires_on") <= now;
                if (over) {
                  changes.add(new Change.RemovePa(row.key()));
                }
                return over;
              });
    }
    stored.values().removeIf(Map::isEmpty);
    backup.write(changes);
  }
}
