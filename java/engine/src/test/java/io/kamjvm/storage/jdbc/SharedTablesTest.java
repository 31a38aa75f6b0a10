// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two servers on the same tables, each with a journal and readers of its own. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(90)
final class SharedTablesTest {
  private static final String BOB = "sip:bob@example.org";
  private static final int DIALOGS = 12;
  private static final int ROUNDS = 25;

  /** Nobody is to be turned away because the machine is slow. */
  static final Limits PATIENT =
      new Limits(
          1024,
          64,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(40),
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          new Limits.Reading(3, 64, Duration.ofSeconds(30)));

  @Parameter TestDatabase.Kind kind;
  private OpenStore one;
  private OpenStore other;

  @BeforeEach
  void openStores(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    one = new OpenStore(database, PATIENT);
    other = new OpenStore(database, PATIENT);
  }

  @AfterEach
  void closeStores() {
    one.close();
    other.close();
  }

  private static DialogId dialog(final int number) {
    return new DialogId("c" + number, "to-1", "from-1");
  }

  private List<DialogId> subscribe() {
    final List<DialogId> dialogs = new ArrayList<>();
    for (int i = 0; i < DIALOGS; i++) {
      dialogs.add(dialog(i));
      one.settle(new Change.PutSubscription(Rows.subscription("c" + i, Rows.NOW + 10)));
    }
    return dialogs;
  }

  @Test
  @DisplayName("what one has written the other is told at its next question")
  void shouldSeeEachOther() {
    subscribe();
    one.settle(new Change.PutPublication(Rows.publication("bob", "e1", "x")));

    assertThat(other.ask(new Query.SubscriptionsOf(BOB, "presence"))).hasSize(DIALOGS);
    other.settle(
        new Change.ExchangePublication(
            "e1", Rows.modified(Rows.publication("bob", "e1", ""), "e2", "y")));

    assertThat(one.ask(new Query.PublicationsOf("bob", "example.org", "presence")))
        .singleElement()
        .satisfies(row -> assertThat(row.etag()).isEqualTo("e2"));
  }

  @Test
  @DisplayName(
      "both take turns in the same dialogs, in any order, while both mark and refresh:"
          + " no CSeq is given twice, none is skipped, none is lost")
  void shouldNeverGiveTheSameTurnTwice() {
    final List<DialogId> dialogs = subscribe();
    final Random random = new Random(5);
    final List<CompletableFuture<Result<List<SubscriptionRow>>>> answers = new ArrayList<>();
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      final OpenStore server = round % 2 == 0 ? one : other;
      Collections.shuffle(dialogs, random);
      answers.add(
          server.engine.ask(
              server.store.reader(),
              new Query.TakeTurns(List.copyOf(dialogs), Optional.empty(), 0)));
      outcomes.add(
          server.submit(
              new Change.UpdateSubscription(
                  Rows.subscription("c" + random.nextInt(DIALOGS), Rows.NOW + 20 + round)),
              new Change.MarkSubscriptions(BOB, "presence", 3, Rows.NOW, ""),
              new Change.UpdateSubscription(
                  Rows.subscription("c" + random.nextInt(DIALOGS), Rows.NOW + 20 + round))));
    }
    final Map<DialogId, List<Long>> given = new HashMap<>();
    for (final CompletableFuture<Result<List<SubscriptionRow>>> answer : answers) {
      final List<SubscriptionRow> rows = found(answer);
      assertThat(rows).hasSize(DIALOGS);
      for (final SubscriptionRow row : rows) {
        given
            .computeIfAbsent(
                new DialogId(row.callId(), row.toTag(), row.fromTag()), d -> new ArrayList<>())
            .add(row.localCseq());
      }
    }
    outcomes.forEach(
        outcome ->
            assertThat(outcome.orTimeout(60, TimeUnit.SECONDS).join())
                .isEqualTo(OpenStore.COMMITTED));
    assertThat(given.values())
        .hasSize(DIALOGS)
        .allSatisfy(
            cseqs ->
                assertThat(cseqs)
                    .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(8, 7 + ROUNDS).boxed().toList()));
    assertThat(one.ask(new Query.SubscriptionsOf(BOB, "presence")))
        .allMatch(row -> row.localCseq() == 7 + ROUNDS && row.version() == 3 + ROUNDS);
  }

  @Test
  @DisplayName("of two that want the marked dialogs of one slot each gets some, none gets both")
  void shouldShareMarked() {
    final List<DialogId> dialogs = subscribe();
    for (int round = 0; round < 10; round++) {
      one.settle(new Change.MarkSubscriptions(BOB, "presence", 1, Rows.NOW, ""));
      final Query.TakeTurns take = new Query.TakeTurns(dialogs, Optional.of(0), 0);
      final CompletableFuture<Result<List<SubscriptionRow>>> first =
          one.engine.ask(one.store.reader(), take);
      final CompletableFuture<Result<List<SubscriptionRow>>> second =
          other.engine.ask(other.store.reader(), take);

      assertThat(taken(first) + taken(second)).isEqualTo(DIALOGS);
    }
  }

  private static int taken(final CompletableFuture<Result<List<SubscriptionRow>>> answer) {
    return found(answer).size();
  }

  private static List<SubscriptionRow> found(
      final CompletableFuture<Result<List<SubscriptionRow>>> answer) {
    final Result<List<SubscriptionRow>> result = answer.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(result).isInstanceOf(Result.Found.class);
    return ((Result.Found<List<SubscriptionRow>>) result).value();
  }

  @Test
  @DisplayName("of two that exchange the same document one succeeds, the other has a conflict")
  void shouldLetOneExchange() {
    for (int round = 0; round < 10; round++) {
      final String old = "e" + round;
      one.settle(new Change.PutPublication(Rows.publication("u" + round, old, "x")));
      final CompletableFuture<Outcome> first = one.submit(exchange(round, old, "a"));
      final CompletableFuture<Outcome> second = other.submit(exchange(round, old, "b"));

      assertThat(
              List.of(
                  first.orTimeout(30, TimeUnit.SECONDS).join(),
                  second.orTimeout(30, TimeUnit.SECONDS).join()))
          .containsExactlyInAnyOrder(OpenStore.COMMITTED, new Outcome.Conflict());
    }
  }

  private static Change exchange(final int round, final String old, final String etag) {
    return new Change.ExchangePublication(
        old, Rows.modified(Rows.publication("u" + round, old, "x"), etag, etag));
  }
}
