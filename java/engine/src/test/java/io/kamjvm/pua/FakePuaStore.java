// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.PuaStoreFactory;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Table {@code pua} in a list, oldest row first. */
final class FakePuaStore implements PuaStoreFactory, PuaStore, Journal, TableReader {
  final List<PuaRow> rows = new ArrayList<>();
  private final Set<PuaRow.Key> keys = new HashSet<>();
  boolean down;

  /** Writes are committed, but nothing is kept. */
  boolean forgetful;

  /** Writes are taken, but nothing becomes of them. */
  boolean stuck;

  private ClientWorld world;

  void world(final ClientWorld now) {
    world = now;
  }

  @Override
  public PuaStore openPua(final String dbUrl, final String table, final int fetchRows) {
    return this;
  }

  @Override
  public void loadPua(final Consumer<PuaRow> consumer) {
    List.copyOf(rows).forEach(consumer);
  }

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public TableReader reader() {
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
    if (stuck) {
      return true;
    }
    final ClientWorld then = world;
    then.tasks.add(
        () -> {
          if (down) {
            done.accept(new Outcome.Unavailable("down"));
            return;
          }
          boolean holds = true;
          for (final Change change : changes) {
            holds &= carryOut(change);
          }
          done.accept(holds ? new Outcome.Committed() : new Outcome.Conflict());
        });
    return true;
  }

  private boolean carryOut(final Change change) {
    if (forgetful) {
      return true;
    }
    if (change instanceof Change.PutPua put) {
      final int at = Math.max(indexOf(put.before()), indexOf(put.row().key()));
      if (at < 0) {
        rows.add(put.row());
      } else {
        rows.set(at, put.row());
      }
      keys.add(put.row().key());
    } else if (change instanceof Change.RemovePua remove) {
      rows.removeIf(r -> r.key().equals(remove.key()));
    } else if (change instanceof Change.ClaimPua claim) {
      final int at = indexOf(claim.key());
      if (at < 0 || rows.get(at).expires() != claim.expires()) {
        return false;
      }
      final PuaRow row = rows.get(at);
      rows.set(at, PuaRows.until(row, claim.newExpires(), row.desiredExpires()));
    } else if (change instanceof Change.RemoveExpiredPua expired) {
      rows.removeIf(r -> r.expires() < expired.beforeEpochSeconds());
    }
    return true;
  }

  private int indexOf(final PuaRow.Key key) {
    if (!keys.contains(key)) {
      return -1;
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).key().equals(key)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> boolean ask(final Query<T> query, final Consumer<Result<T>> done) {
    world.tasks.add(
        () ->
            done.accept(
                down ? new Result.Unavailable<>("down") : new Result.Found<>((T) answer(query))));
    return true;
  }

  private List<PuaRow> answer(final Query<?> query) {
    final List<PuaRow> found = new ArrayList<>();
    for (final PuaRow row : rows) {
      if (query instanceof Query.PuaOf of && of.presentityUri().equals(row.presentityUri())
          || query instanceof Query.PuaOfCall call && call.callId().equals(row.callId())
          || query instanceof Query.PuaWithId with && with.id().equals(row.id())
          || query instanceof Query.PuaOfFlag flagged && flagged.flag() == row.flag()
          || query instanceof Query.ExpiringPua expiring
              && row.expires() < expiring.beforeEpochSeconds()) {
        found.add(0, row);
      }
    }
    return found;
  }
}
