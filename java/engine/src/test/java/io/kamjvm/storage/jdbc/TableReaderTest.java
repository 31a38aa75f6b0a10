// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.storage.WatcherRow;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/** What every database must answer alike. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class TableReaderTest {
  private static final String BOB = "sip:bob@example.org";

  @Parameter TestDatabase.Kind kind;
  private OpenStore open;

  @BeforeEach
  void openStore(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    open = new OpenStore(TestDatabase.fresh(kind, servers, directory));
  }

  @AfterEach
  void closeStore() {
    open.close();
  }

  private static PublicationRow document(
      final String user, final String etag, final long expires, final long time, final int prio) {
    return new PublicationRow(
        user, "example.org", "presence", etag, expires, time, etag.getBytes(), "", prio, etag);
  }

  private void put(final PublicationRow... rows) {
    for (final PublicationRow row : rows) {
      assertThat(open.settle(new Change.PutPublication(row))).isEqualTo(OpenStore.COMMITTED);
    }
  }

  private List<String> etagsOf(final String user) {
    return open.ask(new Query.PublicationsOf(user, "example.org", "presence")).stream()
        .map(PublicationRow::etag)
        .toList();
  }

  @Test
  @DisplayName("documents of a presentity and package come oldest first, as whole rows")
  void shouldAnswerPublications() {
    final PublicationRow newest = document("bob", "new", -1, 30, 0);
    put(newest, document("bob", "old", Rows.NOW - 5, 10, 9), document("bob", "mid", 5, 20, 5));
    put(document("carol", "hers", 5, 20, 5));
    open.settle(
        new Change.PutPublication(
            new PublicationRow(
                "bob", "example.org", "dialog", "d", 1, 1, new byte[0], "", 0, "d")));

    assertThat(etagsOf("bob")).containsExactly("old", "mid", "new");
    assertThat(open.ask(new Query.PublicationsOf("bob", "example.org", "presence")).get(2))
        .usingRecursiveComparison()
        .isEqualTo(newest);
    assertThat(etagsOf("nobody")).isEmpty();
    assertThat(etagsOf("nul\0")).isEmpty();
    assertThat(etagsOf("half\ud83d")).isEmpty();
    assertThat(etagsOf("😀'\"\\%")).isEmpty();
  }

  @Test
  @DisplayName("retrieve_order_by sorts documents by the operator's own list")
  void shouldUseOrderBy() throws StorageException {
    open.close();
    open = new OpenStore(open.database, open.database.orderedBy("priority DESC, received_time"));
    put(
        document("bob", "low", -1, 30, 1),
        document("bob", "high2", -1, 20, 5),
        document("bob", "high1", -1, 10, 5));

    assertThat(etagsOf("bob")).containsExactly("high1", "high2", "low");
  }

  @Test
  @DisplayName("a retrieve_order_by that the database does not understand stops the start")
  void shouldRefuseOrderBy() {
    for (final String list : List.of("no_such_column", "priority,,", "priority; DROP TABLE x")) {
      assertThatThrownBy(() -> new OpenStore(open.database, open.database.orderedBy(list)).close())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("retrieve_order_by")
          .hasMessageContaining(list);
    }
  }

  @Test
  @DisplayName("expired documents come by user name, bounded; hard state never expires")
  void shouldAnswerExpiredPublications() {
    put(
        document("dave", "d", Rows.NOW - 1, 1, 0),
        document("bob", "b", Rows.NOW - 1, 1, 0),
        document("carol", "c", Rows.NOW - 9, 1, 0),
        document("erin", "now", Rows.NOW, 1, 0),
        document("frank", "hard", -1, 1, 0));

    assertThat(open.ask(new Query.ExpiredPublications(Rows.NOW, 10)))
        .extracting(PublicationRow::user)
        .containsExactly("bob", "carol", "dave");
    assertThat(open.ask(new Query.ExpiredPublications(Rows.NOW, 2))).hasSize(2);
  }

  private static SubscriptionRow subscription(final String callId, final long expires) {
    return Rows.subscription(callId, expires);
  }

  private static DialogId dialog(final String callId) {
    return new DialogId(callId, "to-1", "from-1");
  }

  private void subscribe(final String... callIds) {
    for (final String callId : callIds) {
      open.settle(new Change.PutSubscription(subscription(callId, Rows.NOW + 10)));
    }
  }

  @Test
  @DisplayName("a subscription is found by its dialog, all of one presentity by URI and package")
  void shouldAnswerSubscriptions() {
    subscribe("c1", "c2");
    open.settle(new Change.PutSubscription(subscription("past", Rows.NOW - 100)));

    assertThat(open.ask(new Query.SubscriptionOf(dialog("c1"))))
        .contains(subscription("c1", Rows.NOW + 10));
    assertThat(open.ask(new Query.SubscriptionOf(new DialogId("c1", "from-1", "to-1")))).isEmpty();
    assertThat(open.ask(new Query.SubscriptionsOf(BOB, "presence")))
        .extracting(SubscriptionRow::callId)
        .containsExactly("c1", "c2", "past");
    assertThat(open.ask(new Query.SubscriptionsOf(BOB, "dialog"))).isEmpty();
  }

  @Test
  @DisplayName("expired subscriptions come oldest first, bounded")
  void shouldAnswerExpiredSubscriptions() {
    open.settle(
        new Change.PutSubscription(subscription("b", Rows.NOW - 1)),
        new Change.PutSubscription(subscription("a", Rows.NOW - 2)),
        new Change.PutSubscription(subscription("c", Rows.NOW)));

    assertThat(open.ask(new Query.ExpiredSubscriptions(Rows.NOW, 5)))
        .extracting(SubscriptionRow::callId)
        .containsExactly("a", "b");
    assertThat(open.ask(new Query.ExpiredSubscriptions(Rows.NOW, 1))).hasSize(1);
  }

  @Test
  @DisplayName("a turn counts CSeq and version in the table and takes the mark away")
  void shouldTakeTurns() throws SQLException {
    subscribe("c1", "c2");
    open.settle(new Change.MarkSubscriptions(BOB, "presence", 1, Rows.NOW, ""));

    final List<SubscriptionRow> rows =
        open.ask(
            new Query.TakeTurns(
                List.of(dialog("c2"), dialog("gone"), dialog("c1"), dialog("c2")),
                Optional.empty(),
                Rows.NOW));

    assertThat(rows)
        .containsExactlyInAnyOrder(
            subscription("c1", Rows.NOW + 10).withCounters(8, 4),
            subscription("c2", Rows.NOW + 10).withCounters(8, 4));
    assertThat(open.ask(new Query.MarkedSubscriptions(0))).isEmpty();
    assertThat(open.ask(new Query.SubscriptionOf(dialog("c1"))).orElseThrow().localCseq())
        .isEqualTo(8);
    assertThat(open.ask(new Query.TakeTurns(List.of(), Optional.empty(), 0))).isEmpty();
  }

  @Test
  @DisplayName("a turn for marked dialogs is given once: the mark is gone with the first")
  void shouldTakeMarkedTurnsOnce() {
    subscribe("c1", "c2", "c3");
    open.settle(new Change.MarkSubscription(dialog("c1"), 1));
    open.settle(new Change.MarkSubscription(dialog("c3"), 1));
    final Query.TakeTurns take =
        new Query.TakeTurns(
            List.of(dialog("c1"), dialog("c2"), dialog("c3")), Optional.of(0), Rows.NOW);

    assertThat(open.ask(take)).extracting(SubscriptionRow::callId).containsExactly("c1", "c3");
    assertThat(open.ask(take)).isEmpty();
  }

  @Test
  @DisplayName("no turn is given in a dialog that has expired, and none is counted")
  void shouldNotTakeTurnsOfExpired() {
    subscribe("c1");
    final List<DialogId> dialogs = List.of(dialog("c1"));
    assertThat(open.ask(new Query.TakeTurns(dialogs, Optional.empty(), Rows.NOW + 10))).isEmpty();
    assertThat(open.ask(new Query.TakeTurns(dialogs, Optional.empty(), Rows.NOW + 9)))
        .extracting(SubscriptionRow::localCseq)
        .containsExactly(8L);
  }

  @Test
  @DisplayName("turns of many dialogs are taken in one transaction")
  void shouldTakeManyTurns() {
    final List<DialogId> dialogs = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 75; i++) {
      dialogs.add(dialog("c" + i));
      changes.add(new Change.PutSubscription(subscription("c" + i, Rows.NOW)));
    }
    open.settle(changes.toArray(Change[]::new));

    assertThat(open.ask(new Query.TakeTurns(dialogs, Optional.empty(), 0)))
        .hasSize(75)
        .allMatch(row -> row.localCseq() == 8);
  }

  @Test
  @DisplayName("watchers of a presentity and package")
  void shouldAnswerWatchers() {
    final WatcherRow other = new WatcherRow(BOB, "alice", "example.net", "dialog", 1, "r", 5);
    open.settle(
        new Change.PutWatcher(Rows.watcher("alice", 1)),
        new Change.PutWatcher(Rows.watcher("carol", 2)),
        new Change.PutWatcher(other));

    assertThat(open.ask(new Query.WatchersOf(BOB, "presence")))
        .containsExactly(Rows.watcher("alice", 1), Rows.watcher("carol", 2));
    assertThat(open.ask(new Query.WatchersOf(BOB, "dialog"))).containsExactly(other);
  }

  @Test
  @DisplayName("an answer sees everything whose commit was reported before the question")
  void shouldSeeWhatWasCommitted() {
    for (int i = 0; i < 100; i++) {
      final String etag = "e" + i;
      put(document("bob", etag, -1, i, 0));
      assertThat(etagsOf("bob")).hasSize(i + 1).endsWith(etag);
    }
  }

  @Test
  @DisplayName("many questions at once are all answered, on the engine thread")
  void shouldAnswerMany() {
    subscribe("c1");
    final List<CompletableFuture<Result<Optional<SubscriptionRow>>>> answers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      answers.add(
          open.engine.ask(open.store.reader(), new Query.SubscriptionOf(dialog("c" + i % 2))));
    }
    for (int i = 0; i < 500; i++) {
      final int number = i;
      assertThat(answers.get(i).orTimeout(30, TimeUnit.SECONDS).join())
          .isInstanceOfSatisfying(
              Result.Found.class,
              found ->
                  assertThat(((Optional<?>) found.value()).isPresent()).isEqualTo(number % 2 == 1));
    }
  }

  @Test
  @DisplayName("once the store is closed questions are not taken")
  void shouldNotAnswerAfterClose() {
    open.store.close(1_000);

    assertThat(open.store.reader().ask(new Query.MarkedSubscriptions(0), answer -> {})).isFalse();
  }
}
