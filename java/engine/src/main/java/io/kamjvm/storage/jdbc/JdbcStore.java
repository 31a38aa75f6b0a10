// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.WatcherRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Event state in a database: loads stream over a connection of their own, writes are journalled,
 * questions have readers.
 */
final class JdbcStore implements EventStateStore, PuaStore, PaStore {
  private static final long HARD_STATE = -1;
  private static final int USUAL_FETCH_ROWS = 500;

  private final Target target;
  private final Tables tables;
  private final int fetchRows;
  private final GroupCommitJournal journal;
  private final Readers readers;

  /**
   * @param target for what is done at start
   */
  JdbcStore(
      final Target target,
      final Tables tables,
      final int fetchRows,
      final GroupCommitJournal journal,
      final Readers readers) {
    this.target = target;
    this.tables = tables;
    this.fetchRows = fetchRows > 0 ? fetchRows : USUAL_FETCH_ROWS;
    this.journal = journal;
    this.readers = readers;
  }

  @Override
  public void loadPublications(final long nowEpochSeconds, final Consumer<PublicationRow> consumer)
      throws StorageException {
    load(
        tables.publications(),
        " WHERE expires >= " + nowEpochSeconds + " OR expires = " + HARD_STATE,
        consumer);
  }

  @Override
  public void loadSubscriptions(
      final long nowEpochSeconds, final Consumer<SubscriptionRow> consumer)
      throws StorageException {
    load(tables.subscriptions(), " WHERE expires >= " + nowEpochSeconds, consumer);
  }

  @Override
  public void loadWatchers(final Consumer<WatcherRow> consumer) throws StorageException {
    load(tables.watchers(), "", consumer);
  }

  @Override
  public void loadPua(final Consumer<PuaRow> consumer) throws StorageException {
    load(tables.pua(), " ORDER BY id", consumer);
  }

  @Override
  public void loadPa(final PaTable table, final Consumer<PaRow> consumer) throws StorageException {
    load(tables.pa(table), " ORDER BY id", consumer);
  }

  private <R> void load(final Table<R> table, final String where, final Consumer<R> consumer)
      throws StorageException {
    final Optional<String> name = tables.nameOf(table);
    if (name.isEmpty()) {
      throw new StorageException("table " + table.stockName() + " is not in use");
    }
    try (Connection connection = target.connect()) {
      // PostgreSQL streams inside a transaction only.
      connection.setAutoCommit(false);
      try (Statement statement =
          connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
        statement.setFetchSize(fetchRows);
        try (ResultSet result = statement.executeQuery(Sql.select(name.get(), table) + where)) {
          while (result.next()) {
            consumer.accept(table.read(result));
          }
        }
      }
      connection.rollback();
    } catch (final SQLException e) {
      throw new StorageException(
          target + ": table " + name.get() + " can not be loaded: " + target.explain(e), e);
    }
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public TableReader reader() {
    return readers;
  }

  @Override
  public void close() {
    close(10_000);
  }

  @Override
  public void close(final long timeoutMillis) {
    readers.close();
    journal.close(Duration.ofMillis(timeoutMillis));
  }
}
