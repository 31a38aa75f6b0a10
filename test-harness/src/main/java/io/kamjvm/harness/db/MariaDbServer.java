// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import java.sql.Connection;
import java.sql.SQLException;

/** A MariaDB server of our own, reachable on loopback only. */
public final class MariaDbServer implements AutoCloseable {
  private final io.kamjvm.storage.servers.MariaDbServer server =
      new io.kamjvm.storage.servers.MariaDbServer();

  private MariaDbServer() {}

  /** Starts a server; some seconds. */
  public static MariaDbServer start() {
    return new MariaDbServer();
  }

  /** A new database with the stock tables. */
  public Database create() {
    return new Named(this, server.createStockDatabase());
  }

  private record Named(MariaDbServer owner, String name) implements Database {
    @Override
    public String kamailioUrl() {
      return owner.server.dbUrl(name);
    }

    @Override
    public Connection connect() throws SQLException {
      return owner.server.connect(name);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
