// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The servers of a test run: each is started at its first use and stopped after the last test. */
public final class DatabaseServers implements AutoCloseable {
  private PostgresServer postgres;
  private MariaDbServer mariaDb;

  /** Hands the one instance to tests that ask for it by parameter. */
  public static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(
        final ParameterContext parameter, final ExtensionContext context) {
      return parameter.getParameter().getType() == DatabaseServers.class;
    }

    @Override
    public Object resolveParameter(
        final ParameterContext parameter, final ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(DatabaseServers.class))
          .computeIfAbsent(
              DatabaseServers.class, key -> new DatabaseServers(), DatabaseServers.class);
    }
  }

  public synchronized PostgresServer postgres() {
    if (postgres == null) {
      postgres = new PostgresServer();
    }
    return postgres;
  }

  public synchronized MariaDbServer mariaDb() {
    if (mariaDb == null) {
      mariaDb = new MariaDbServer();
    }
    return mariaDb;
  }

  @Override
  public synchronized void close() {
    if (postgres != null) {
      postgres.close();
    }
    if (mariaDb != null) {
      mariaDb.close();
    }
  }
}
