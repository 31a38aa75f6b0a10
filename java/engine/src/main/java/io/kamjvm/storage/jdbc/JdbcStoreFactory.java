// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaStoreFactory;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.PuaStoreFactory;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.StoreSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens PostgreSQL, MariaDB and MySQL, SQLite, and the embedded H2. */
public final class JdbcStoreFactory implements StoreFactory, PuaStoreFactory, PaStoreFactory {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcStoreFactory.class);

  private final Executor engine;
  private final Limits limits;

  /**
   * @param engine runs the outcomes of the journal and the answers to questions: the engine thread.
   *     Must not block.
   */
  public JdbcStoreFactory(final Executor engine) {
    this(engine, Limits.standard());
  }

  JdbcStoreFactory(final Executor engine, final Limits limits) {
    this.engine = engine;
    this.limits = limits;
  }

  @Override
  public EventStateStore open(final StoreSettings settings) throws StorageException {
    return open(settings.dbUrl(), new Tables(settings), settings.fetchRows(), settings.orderBy());
  }

  @Override
  public PuaStore openPua(final String dbUrl, final String table, final int fetchRows)
      throws StorageException {
    return open(dbUrl, Tables.ofPua(table), fetchRows, Optional.empty());
  }

  @Override
  public PaStore openPa(final String dbUrl, final PaNames names) throws StorageException {
    return open(dbUrl, Tables.ofPa(names), 0, Optional.empty());
  }

  private JdbcStore open(
      final String dbUrl, final Tables tables, final int fetchRows, final Optional<String> orderBy)
      throws StorageException {
    final Target target = Target.of(dbUrl, limits);
    final Target starting = Target.of(dbUrl, limits.atStart());
    try {
      final Connection connection = starting.connect();
      try {
        final RowCheck check = inspect(target, tables, connection);
        if (orderBy.isPresent()) {
          DocumentOrder.check(target, connection, tables, orderBy.get());
        }
        final Session session = Session.on(connection, target, tables);
        final Readers readers =
            new Readers(target, tables, new Selections(tables, target.dialect(), orderBy), engine);
        readers.warmUp();
        return new JdbcStore(
            starting,
            tables,
            fetchRows,
            new GroupCommitJournal(target, tables, check, session, engine),
            readers);
      } catch (final SQLException | StorageException e) {
        connection.close();
        throw e;
      }
    } catch (final SQLException e) {
      throw new StorageException("db_url: cannot open " + target + ": " + target.explain(e), e);
    }
  }

  private static RowCheck inspect(
      final Target target, final Tables tables, final Connection connection)
      throws SQLException, StorageException {
    target.dialect().createTables(connection, tables);
    final SchemaCheck schema = new SchemaCheck(target, connection);
    final RowCheck check = schema.check(tables);
    schema.checkWritable(tables);
    for (final String doubt : target.dialect().durabilityDoubts(connection, tables)) {
      LOG.warn("{}: {}; an acknowledged change may be lost in a power failure", target, doubt);
    }
    return check;
  }
}
