// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import java.sql.Connection;
import java.sql.SQLException;

/** A PostgreSQL server of our own, reachable on loopback only; in a hurry, so not durable. */
public final class PostgresServer implements AutoCloseable {
  private final io.kamjvm.storage.servers.PostgresServer server =
      new io.kamjvm.storage.servers.PostgresServer(false);

  private PostgresServer() {}

  /** Starts a server; about two seconds. */
  public static PostgresServer start() {
    return new PostgresServer();
  }

  /** A new database with the stock tables. */
  public Database create() {
    return new Named(this, server.createStockDatabase());
  }

  private record Named(PostgresServer owner, String name) implements Database {
    @Override
    public String kamailioUrl() {
      return owner.server.dbUrl(name);
    }

    @Override
    public Connection connect() throws SQLException {
      return owner.server.connect(name);
    }
  }

  /** Pid of the postmaster. */
  public long pid() {
    return server.pid();
  }

  @Override
  public void close() {
    server.close();
  }
}
