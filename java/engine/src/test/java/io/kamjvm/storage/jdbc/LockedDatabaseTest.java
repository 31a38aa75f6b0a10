// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another session holds a lock that a transaction of ours needs. */
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class LockedDatabaseTest {
  private static final int DEPTH = 20;
  private static final Limits SHORT =
      new Limits(
          DEPTH,
          1,
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          new Limits.Reading(2, 64, Duration.ofMillis(800)));

  @ParameterizedTest
  @EnumSource(TestDatabase.Kind.class)
  @DisplayName(
      "locked: all are answered Unavailable in bounded time, the journal has a limit, then"
          + " work goes on")
  void shouldFailFastAndRecover(
      final TestDatabase.Kind kind, final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException, SQLException {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    final EngineThread engine = new EngineThread();
    try (engine;
        EventStateStore store = new JdbcStoreFactory(engine, SHORT).open(database.settings())) {
      final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
      final CompletableFuture<Outcome> tooMany;
      try (Connection other = database.in().connect();
          Statement statement = other.createStatement()) {
        lock(kind, other, statement);
        for (int i = 0; i < DEPTH; i++) {
          outcomes.add(
              engine.submit(
                  store.journal(),
                  List.of(new Change.PutWatcher(Rows.watcher(i == 0 ? "locked" : "w" + i, 1)))));
        }
        tooMany = engine.submit(store.journal(), List.of());
        final long began = System.nanoTime();
        outcomes.forEach(
            outcome ->
                assertThat(outcome.orTimeout(10, TimeUnit.SECONDS).join())
                    .isInstanceOf(Outcome.Unavailable.class));
        assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
        unlock(kind, other, statement);
      }
      assertThat(tooMany).isCompletedExceptionally();
      assertThat(store.journal().depth()).isZero();

      assertThat(engine.settle(store.journal(), new Change.PutWatcher(Rows.watcher("locked", 1))))
          .isInstanceOf(Outcome.Committed.class);

      final List<String> stored = new ArrayList<>();
      store.loadWatchers(row -> stored.add(row.watcherUser()));
      assertThat(stored).containsExactly("locked");
    }
  }

  private static void lock(
      final TestDatabase.Kind kind, final Connection other, final Statement statement)
      throws SQLException {
    switch (kind) {
      case H2 -> {
        other.setAutoCommit(false);
        statement.execute(
            "INSERT INTO watchers"
                + " (presentity_uri, watcher_username, watcher_domain, event, status,"
                + " inserted_time) VALUES"
                + " ('sip:bob@example.org', 'locked', 'example.net', 'presence', 1, 1)");
      }
      case SQLITE -> statement.execute("BEGIN EXCLUSIVE");
      case POSTGRES -> {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE watchers IN ACCESS EXCLUSIVE MODE");
      }
      case MARIADB -> statement.execute("LOCK TABLES watchers WRITE");
      default -> throw new IllegalStateException();
    }
  }

  private static void unlock(
      final TestDatabase.Kind kind, final Connection other, final Statement statement)
      throws SQLException {
    switch (kind) {
      case H2, POSTGRES -> other.rollback();
      case SQLITE -> statement.execute("ROLLBACK");
      case MARIADB -> statement.execute("UNLOCK TABLES");
      default -> throw new IllegalStateException();
    }
  }
}
