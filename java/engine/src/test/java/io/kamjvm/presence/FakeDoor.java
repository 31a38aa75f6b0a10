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
import java.util.List;
import java.util.function.Consumer;

/** One server's way to tables that others may use too. */
final class FakeDoor implements StoreFactory, EventStateStore, Journal, TableReader {
  private final FakeStore store;
  private final World world;

  FakeDoor(final FakeStore store, final World world) {
    this.store = store;
    this.world = world;
  }

  @Override
  public EventStateStore open(final StoreSettings settings) throws StorageException {
    store.open(settings);
    return this;
  }

  @Override
  public void loadPublications(final long now, final Consumer<PublicationRow> consumer) {
    store.loadPublications(now, consumer);
  }

  @Override
  public void loadSubscriptions(final long now, final Consumer<SubscriptionRow> consumer) {
    store.loadSubscriptions(now, consumer);
  }

  @Override
  public void loadWatchers(final Consumer<WatcherRow> consumer) {
    store.loadWatchers(consumer);
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
  public <T> boolean ask(final Query<T> query, final Consumer<Result<T>> done) {
    return store.ask(world, query, done);
  }

  @Override
  public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
    return store.submit(world, changes, done);
  }

  @Override
  public int depth() {
    return store.depth();
  }

  @Override
  public void close(final long timeoutMillis) {}
}
