// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * {@code db_mode} 2: the table is the truth, and other servers may work on it. A record is in
 * memory only while something is under way with it.
 */
final class TableRecords implements Records {
  private static final int MOST_EXPIRING = 10_000;

  private final TableReader reader;
  private final Journal journal;
  private final RecordTable table;
  private final RecordNotes notes;
  private final Set<PuaRecord> live = new LinkedHashSet<>();

  TableRecords(
      final TableReader reader,
      final Journal journal,
      final RecordTable table,
      final RecordNotes notes) {
    this.reader = reader;
    this.journal = journal;
    this.table = table;
    this.notes = notes;
  }

  @Override
  public void of(final String presentityUri, final Consumer<Optional<List<PuaRecord>>> found) {
    ask(new Query.PuaOf(presentityUri), row -> row.presentityUri().equals(presentityUri), found);
  }

  @Override
  public void ofCall(final String callId, final Consumer<Optional<List<PuaRecord>>> found) {
    ask(new Query.PuaOfCall(callId), row -> row.callId().equals(callId), found);
  }

  @Override
  public void withId(final String id, final Consumer<Optional<List<PuaRecord>>> found) {
    ask(new Query.PuaWithId(id), row -> row.id().equals(id), found);
  }

  @Override
  public void ofSource(final int flag, final Consumer<Optional<List<PuaRecord>>> found) {
    ask(new Query.PuaOfFlag(flag), row -> row.flag() == flag, found);
  }

  @Override
  public void expiring(final long beforeEpochSeconds, final Consumer<List<PuaRecord>> found) {
    ask(
        new Query.ExpiringPua(beforeEpochSeconds, MOST_EXPIRING),
        row -> row.expires() < beforeEpochSeconds,
        records ->
            found.accept(
                records.orElse(List.of()).stream()
                    .filter(r -> r.established && r.idle() && !live.contains(r))
                    .toList()));
  }

  /** What is live, as it is in memory; of the rest what the table says. */
  private void ask(
      final Query<List<PuaRow>> query,
      final Predicate<PuaRow> meant,
      final Consumer<Optional<List<PuaRecord>>> found) {
    final boolean asked =
        reader.ask(
            query,
            result ->
                found.accept(
                    result instanceof Result.Found<List<PuaRow>> rows
                        ? Optional.of(merged(rows.value(), meant))
                        : Optional.empty()));
    if (!asked) {
      found.accept(Optional.empty());
    }
  }

  private List<PuaRecord> merged(final List<PuaRow> rows, final Predicate<PuaRow> meant) {
    final List<PuaRecord> records = new ArrayList<>();
    for (final PuaRecord record : live) {
      if (!record.gone && meant.test(record.row)) {
        records.add(0, record);
      }
    }
    for (final PuaRow row : rows) {
      final boolean known = live.stream().anyMatch(r -> isRowOf(row, r));
      if (!known && meant.test(row)) {
        records.add(fromTable(row));
      }
    }
    return records;
  }

  private static boolean isRowOf(final PuaRow row, final PuaRecord record) {
    return record.row.key().equals(row.key())
        || record.stored.filter(key -> key.equals(row.key())).isPresent();
  }

  static PuaRecord fromTable(final PuaRow row) {
    final PuaRecord record = new PuaRecord(row);
    record.stored = Optional.of(row.key());
    record.established = !row.subscription() || !row.toTag().isEmpty();
    return record;
  }

  @Override
  public void add(final PuaRecord record) {
    live.add(record);
    if (record.row.subscription()) {
      table.save(record, () -> rests(record));
    }
  }

  @Override
  public void changed(final PuaRecord record) {
    live.add(record);
    table.save(
        record,
        () -> {
          notes.forget(record);
          rests(record);
        });
  }

  @Override
  public void remove(final PuaRecord record) {
    record.gone = true;
    record.timer.cancel();
    live.add(record);
    table.remove(
        record,
        () -> {
          notes.forget(record);
          live.remove(record);
        });
  }

  @Override
  public void claim(final PuaRecord record, final long until, final Consumer<Boolean> claimed) {
    live.add(record);
    notes.note(record);
    final boolean taken =
        journal.submit(
            List.of(new Change.ClaimPua(record.row.key(), record.row.expires(), until)),
            outcome -> {
              final boolean ours = outcome instanceof Outcome.Committed;
              if (!ours) {
                release(record);
              }
              claimed.accept(ours);
            });
    if (!taken) {
      release(record);
      claimed.accept(false);
    }
  }

  private void release(final PuaRecord record) {
    notes.forget(record);
    rests(record);
  }

  @Override
  public void rests(final PuaRecord record) {
    if (record.idle() && !record.writing) {
      live.remove(record);
    }
  }
}
