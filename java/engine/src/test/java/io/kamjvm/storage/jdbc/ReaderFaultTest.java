// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.PostgresServer;
import io.kamjvm.storage.servers.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Questions while the database is down, silent or locked. */
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class ReaderFaultTest {
  private static final long DEADLINE_MILLIS = 800;
  private static final int WAITING = 6;
  private static final Limits SHORT =
      new Limits(
          64,
          8,
          Duration.ofMillis(400),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          new Limits.Reading(2, WAITING, Duration.ofMillis(DEADLINE_MILLIS)));

  private static final Query<List<SubscriptionRow>> ALL =
      new Query.SubscriptionsOf("sip:bob@example.org", "presence");
  private static final Query<List<SubscriptionRow>> TURN =
      new Query.TakeTurns(List.of(new DialogId("c1", "to-1", "from-1")), Optional.empty(), 0);

  private static OpenStore openOn(final TestDatabase database, final String dbUrl)
      throws StorageException {
    final OpenStore open =
        new OpenStore(new TestDatabase(database.kind(), dbUrl, database.in()), SHORT);
    open.settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 10)));
    return open;
  }

  private static <T> Result<T> answer(final OpenStore open, final Query<T> query) {
    final long began = System.nanoTime();
    final CompletableFuture<Result<T>> answer = open.engine.ask(open.store.reader(), query);
    final Result<T> result =
        wasNotTaken(answer) ? new Result.Unavailable<>("too many questions") : answer.join();
    assertThat((System.nanoTime() - began) / 1_000_000)
        .as("milliseconds until the answer")
        .isLessThan(DEADLINE_MILLIS + 3_000);
    return result;
  }

  /** Asks until it is not answered: sessions of a killed server live until they notice. */
  private static void unavailableInTheEnd(final OpenStore open, final Query<?> query) {
    final long began = System.nanoTime();
    while (!(answer(open, query) instanceof Result.Unavailable)) {
      assertThat(System.nanoTime() - began).isLessThan(15_000_000_000L);
    }
  }

  /** Asks until it is answered, which must be soon. */
  private static <T> T answerInTheEnd(final OpenStore open, final Query<T> query) {
    final long began = System.nanoTime();
    while (true) {
      if (answer(open, query) instanceof Result.Found<T> found) {
        return found.value();
      }
      assertThat(System.nanoTime() - began).isLessThan(15_000_000_000L);
    }
  }

  @Test
  @DisplayName("down: Unavailable by the deadline; up again: answered, without being opened again")
  void shouldRecoverFromRestart(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    assumeThat(PostgresServer.missing()).isEmpty();
    final PostgresServer server = servers.postgres();
    final TestDatabase database =
        TestDatabase.fresh(TestDatabase.Kind.POSTGRES, servers, directory);
    try (OpenStore open = openOn(database, database.dbUrl())) {
      assertThat(open.ask(ALL)).hasSize(1);
      server.kill();
      try {
        unavailableInTheEnd(open, ALL);
        assertThat(answer(open, TURN)).isInstanceOf(Result.Unavailable.class);
      } finally {
        server.start();
      }

      assertThat(answerInTheEnd(open, ALL)).hasSize(1);
    }
  }

  @Test
  @DisplayName("restarted between two questions: the second is answered as if nothing had happened")
  void shouldNotFailOnStaleConnection(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    assumeThat(PostgresServer.missing()).isEmpty();
    final TestDatabase database =
        TestDatabase.fresh(TestDatabase.Kind.POSTGRES, servers, directory);
    try (OpenStore open = new OpenStore(database, SharedTablesTest.PATIENT)) {
      assertThat(open.ask(ALL)).isEmpty();
      servers.postgres().kill();
      servers.postgres().start();

      assertThat(open.ask(ALL)).isEmpty();
      assertThat(open.ask(TURN)).isEmpty();
    }
  }

  @Test
  @DisplayName("silent in the middle of a turn: Unavailable by the deadline, then work goes on")
  void shouldCutOffSilentConnection(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException, IOException {
    assumeThat(PostgresServer.missing()).isEmpty();
    final PostgresServer server = servers.postgres();
    final TestDatabase database =
        TestDatabase.fresh(TestDatabase.Kind.POSTGRES, servers, directory);
    try (CuttingProxy proxy = new CuttingProxy(server.port());
        OpenStore open =
            openOn(database, database.dbUrl().replace(":" + server.port(), ":" + proxy.port()))) {
      proxy.arm(CuttingProxy.Cut.SILENCE);

      assertThat(answer(open, TURN)).isInstanceOf(Result.Unavailable.class);
      proxy.awaitCut();

      assertThat(answerInTheEnd(open, TURN))
          .singleElement()
          .satisfies(row -> assertThat(row.localCseq()).isIn(8L, 9L));
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.Kind.class)
  @DisplayName(
      "locked: all are Unavailable by the deadline, the queue has a limit, then work goes on")
  void shouldAnswerWhileLocked(
      final TestDatabase.Kind kind, final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException, SQLException {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    try (OpenStore open = openOn(database, database.dbUrl())) {
      open.ask(TURN);
      final List<CompletableFuture<Result<List<SubscriptionRow>>>> answers = new ArrayList<>();
      final List<CompletableFuture<Result<List<SubscriptionRow>>>> tooMany = new ArrayList<>();
      try (Connection other = database.in().connect();
          Statement statement = other.createStatement()) {
        lock(kind, other, statement);
        final long began = System.nanoTime();
        for (int i = 0; i < WAITING; i++) {
          answers.add(open.engine.ask(open.store.reader(), TURN));
        }
        for (int i = 0; i < 20; i++) {
          tooMany.add(open.engine.ask(open.store.reader(), TURN));
        }
        for (final CompletableFuture<Result<List<SubscriptionRow>>> each : answers) {
          assertThat(each.orTimeout(10, TimeUnit.SECONDS).join())
              .isInstanceOf(Result.Unavailable.class);
        }
        assertThat(System.nanoTime() - began).isLessThan(6_000_000_000L);
        unlock(kind, other, statement);
      }
      assertThat(tooMany).anyMatch(ReaderFaultTest::wasNotTaken);

      assertThat(answerInTheEnd(open, TURN)).hasSize(1);
    }
  }

  private static boolean wasNotTaken(final CompletableFuture<?> answer) {
    try {
      answer.orTimeout(10, TimeUnit.SECONDS).join();
      return false;
    } catch (final CompletionException e) {
      return e.getCause() instanceof IllegalStateException;
    }
  }

  private static void lock(
      final TestDatabase.Kind kind, final Connection other, final Statement statement)
      throws SQLException {
    switch (kind) {
      case SQLITE -> statement.execute("BEGIN EXCLUSIVE");
      case MARIADB -> statement.execute("LOCK TABLES active_watchers WRITE");
      default -> {
        other.setAutoCommit(false);
        statement.execute("UPDATE active_watchers SET flags = 1");
      }
    }
  }

  private static void unlock(
      final TestDatabase.Kind kind, final Connection other, final Statement statement)
      throws SQLException {
    switch (kind) {
      case SQLITE -> statement.execute("ROLLBACK");
      case MARIADB -> statement.execute("UNLOCK TABLES");
      default -> other.rollback();
    }
  }
}
