// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.WatcherRow;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A database behind a server under virtual time: the journal's and the readers' threads are real,
 * and the world stands still until they have done what they were given.
 */
final class RealTables implements StoreFactory, World.Outside {
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<Runnable> arrived = new LinkedBlockingQueue<>();
  private int expected;

  @Override
  public EventStateStore open(final StoreSettings settings) throws StorageException {
    return new Counted(new JdbcStoreFactory(arrived::add).open(settings));
  }

  @Override
  public Optional<Runnable> next() {
    if (expected == 0 && arrived.isEmpty()) {
      return Optional.empty();
    }
    try {
      final Runnable task = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError(expected + " answers of the database are missing");
      }
      return Optional.of(task);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Counts what is under way. */
  private final class Counted implements EventStateStore, Journal, TableReader {
    private final EventStateStore store;

    Counted(final EventStateStore store) {
      this.store = store;
    }

    @Override
    public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
      return counted(store.journal().submit(changes, outcome -> heard(done, outcome)));
    }

    @Override
    public <T> boolean ask(final Query<T> query, final Consumer<Result<T>> done) {
      return counted(store.reader().ask(query, result -> heard(done, result)));
    }

    private boolean counted(final boolean taken) {
      if (taken) {
        expected++;
      }
      return taken;
    }

    private <R> void heard(final Consumer<R> done, final R result) {
      expected--;
      done.accept(result);
    }

    @Override
    public int depth() {
      return store.journal().depth();
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
    public void loadPublications(final long now, final Consumer<PublicationRow> consumer)
        throws StorageException {
      store.loadPublications(now, consumer);
    }

    @Override
    public void loadSubscriptions(final long now, final Consumer<SubscriptionRow> consumer)
        throws StorageException {
      store.loadSubscriptions(now, consumer);
    }

    @Override
    public void loadWatchers(final Consumer<WatcherRow> consumer) throws StorageException {
      store.loadWatchers(consumer);
    }

    @Override
    public void close(final long timeoutMillis) {
      store.close(timeoutMillis);
    }
  }
}
