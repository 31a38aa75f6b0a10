// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The servers of a test run: each is started at its first use and stopped after the last test. */
public final class DatabaseServers implements AutoCloseable {
  private PostgresServer postgres;
  private MariaDbServer mariaDb;
  private final Map<TestDatabase.Kind, TestDatabase> shared =
      new EnumMap<>(TestDatabase.Kind.class);
  private final List<Path> directories = new ArrayList<>();
  private Optional<Connection> held = Optional.empty();

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

  /**
   * A database that tests share and find as others have left it: H2 in memory, SQLite in a file,
   * and the servers.
   */
  public synchronized TestDatabase shared(final TestDatabase.Kind kind) {
    return shared.computeIfAbsent(
        kind,
        k -> {
          if (k == TestDatabase.Kind.H2) {
            final TestDatabase memory = TestDatabase.inMemory("shared");
            try {
              held = Optional.of(memory.in().connect());
            } catch (final SQLException e) {
              throw new IllegalStateException(e);
            }
            return memory;
          }
          return TestDatabase.fresh(k, this, directory());
        });
  }

  private Path directory() {
    try {
      final Path memory = Path.of("/dev/shm");
      final Path made =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "kamjvm")
              : Files.createTempDirectory("kamjvm");
      directories.add(made);
      return made;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
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
    try {
      if (held.isPresent()) {
        held.get().close();
      }
      for (final Path directory : directories) {
        try (Stream<Path> files = Files.walk(directory)) {
          files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
      }
    } catch (final SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
