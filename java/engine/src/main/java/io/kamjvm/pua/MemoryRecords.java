// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** {@code db_mode} 0: memory is the truth, the table follows, the recovery log outlives us. */
final class MemoryRecords implements Records {
  private final RecordTable table;
  private final RecordNotes notes;
  private final Set<PuaRecord> established = new LinkedHashSet<>();
  private final RecordIndex byPresentity = new RecordIndex(r -> r.row.presentityUri());
  private final RecordIndex byCall = new RecordIndex(r -> r.row.callId());
  private final RecordIndex byId = new RecordIndex(r -> r.row.id());

  MemoryRecords(final RecordTable table, final RecordNotes notes) {
    this.table = table;
    this.notes = notes;
  }

  /** One that an earlier engine or server has left; table and notes have it already. */
  void restore(final PuaRecord record) {
    add(record);
    established.add(record);
  }

  @Override
  public void of(final String presentityUri, final Consumer<Optional<List<PuaRecord>>> found) {
    found.accept(Optional.of(byPresentity.find(presentityUri)));
  }

  @Override
  public void ofCall(final String callId, final Consumer<Optional<List<PuaRecord>>> found) {
    found.accept(Optional.of(byCall.find(callId)));
  }

  @Override
  public void withId(final String id, final Consumer<Optional<List<PuaRecord>>> found) {
    found.accept(Optional.of(byId.find(id)));
  }

  @Override
  public void ofSource(final int flag, final Consumer<Optional<List<PuaRecord>>> found) {
    found.accept(Optional.of(byPresentity.all().filter(r -> r.row.flag() == flag).toList()));
  }

  @Override
  public void expiring(final long beforeEpochSeconds, final Consumer<List<PuaRecord>> found) {
    found.accept(established.stream().filter(r -> r.row.expires() < beforeEpochSeconds).toList());
  }

  @Override
  public void add(final PuaRecord record) {
    byPresentity.add(record);
    byCall.add(record);
    byId.add(record);
  }

  @Override
  public void changed(final PuaRecord record) {
    if (record.established) {
      established.add(record);
      table.save(record);
    }
    notes.note(record);
  }

  @Override
  public void remove(final PuaRecord record) {
    record.gone = true;
    record.timer.cancel();
    established.remove(record);
    byPresentity.remove(record);
    byCall.remove(record);
    byId.remove(record);
    notes.over(record);
    table.remove(record, () -> notes.forget(record));
  }

  @Override
  public void claim(final PuaRecord record, final long until, final Consumer<Boolean> claimed) {
    claimed.accept(true);
  }

  @Override
  public void rests(final PuaRecord record) {
    // it stays where it is
  }
}
