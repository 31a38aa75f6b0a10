// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.WatcherRow;
import io.kamjvm.storage.servers.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A store open on a test's database, with the engine thread that it serves. */
final class OpenStore implements AutoCloseable {
  static final Outcome COMMITTED = new Outcome.Committed();

  final EngineThread engine = new EngineThread();
  final TestDatabase database;
  EventStateStore store;

  OpenStore(final TestDatabase database) throws StorageException {
    this(database, database.settings());
  }

  OpenStore(final TestDatabase database, final Limits limits) throws StorageException {
    this(database, database.settings(), limits);
  }

  OpenStore(final TestDatabase database, final StoreSettings settings) throws StorageException {
    this(database, settings, Limits.standard());
  }

  OpenStore(final TestDatabase database, final StoreSettings settings, final Limits limits)
      throws StorageException {
    this.database = database;
    try {
      this.store = new JdbcStoreFactory(engine, limits).open(settings);
    } catch (final StorageException e) {
      engine.close();
      throw e;
    }
  }

  void reopen() throws StorageException {
    store = new JdbcStoreFactory(engine).open(database.settings());
  }

  Outcome settle(final Change... changes) {
    return engine.settle(store.journal(), changes);
  }

  CompletableFuture<Outcome> submit(final Change... changes) {
    return engine.submit(store.journal(), List.of(changes));
  }

  <T> T ask(final Query<T> query) {
    return engine.found(store.reader(), query);
  }

  List<PublicationRow> publications() throws StorageException {
    final List<PublicationRow> rows = new ArrayList<>();
    store.loadPublications(Rows.NOW, rows::add);
    return rows;
  }

  List<SubscriptionRow> subscriptions() throws StorageException {
    final List<SubscriptionRow> rows = new ArrayList<>();
    store.loadSubscriptions(Rows.NOW, rows::add);
    return rows;
  }

  List<WatcherRow> watchers() throws StorageException {
    final List<WatcherRow> rows = new ArrayList<>();
    store.loadWatchers(rows::add);
    return rows;
  }

  int count(final String query) throws SQLException {
    try (Connection connection = database.in().connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getInt(1);
    }
  }

  @Override
  public void close() {
    store.close(5_000);
    engine.close();
  }
}
