// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaStoreFactory;
import io.kamjvm.storage.PaTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The tables in memory. */
final class FakeTables implements PaStoreFactory, PaStore, Journal {
  final Map<PaRow.Key, PaRow> rows = new LinkedHashMap<>();
  boolean down;
  boolean stuck;
  private Deque<Runnable> tasks = new ArrayDeque<>();
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  void tasks(final Deque<Runnable> now) {
    tasks = now;
  }

  @Override
  public PaStore openPa(final String dbUrl, final PaNames names) {
    return this;
  }

  @Override
  public void loadPa(final PaTable table, final Consumer<PaRow> consumer) {
    of(table).forEach(consumer);
  }

  List<PaRow> of(final PaTable table) {
    return rows.values().stream().filter(r -> r.table() == table).toList();
  }

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public void close(final long timeoutMillis) {}

  @Override
  public int depth() {
    return 0;
  }

  @Override
  public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
    final Runnable work =
        () -> {
          if (down) {
            done.accept(new Outcome.Unavailable("down"));
            return;
          }
          for (final Change change : changes) {
            if (change instanceof Change.PutPa put) {
              rows.put(put.row().key(), put.row());
            } else if (change instanceof Change.RemovePa remove) {
              rows.remove(remove.key());
            }
          }
          done.accept(new Outcome.Committed());
        };
    if (stuck) {
      waiting.add(work);
    } else {
      tasks.add(work);
    }
    return true;
  }

  /** What was stuck goes on. */
  void release() {
    stuck = false;
    tasks.addAll(waiting);
    waiting.clear();
  }
}
