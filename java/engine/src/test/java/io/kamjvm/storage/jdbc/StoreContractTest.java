// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.WatcherRow;
import io.kamjvm.storage.servers.DatabaseServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
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

/** What every database must do alike. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class StoreContractTest {
  private static final Outcome COMMITTED = new Outcome.Committed();

  @Parameter TestDatabase.Kind kind;
  private final EngineThread engine = new EngineThread();
  private TestDatabase database;
  private EventStateStore store;

  @BeforeEach
  void openStore(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    database = TestDatabase.fresh(kind, servers, directory);
    store = new JdbcStoreFactory(engine).open(database.settings());
  }

  @AfterEach
  void closeStore() {
    store.close(5_000);
    engine.close();
  }

  private Outcome settle(final Change... changes) {
    return engine.settle(store.journal(), changes);
  }

  private List<PublicationRow> publications() throws StorageException {
    final List<PublicationRow> rows = new ArrayList<>();
    store.loadPublications(Rows.NOW, rows::add);
    return rows;
  }

  private List<SubscriptionRow> subscriptions() throws StorageException {
    final List<SubscriptionRow> rows = new ArrayList<>();
    store.loadSubscriptions(Rows.NOW, rows::add);
    return rows;
  }

  private List<WatcherRow> watchers() throws StorageException {
    final List<WatcherRow> rows = new ArrayList<>();
    store.loadWatchers(rows::add);
    return rows;
  }

  @Test
  @DisplayName("every column of a publication comes back, also a body of all byte values")
  void shouldRoundTripPublication() throws StorageException {
    final byte[] body = new byte[4096];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    final PublicationRow row =
        new PublicationRow(
            "Bob", "Example.ORG", "dialog;sla", "a.1.2.3", -1, 5, body, "sip:b@c", 77, "pres-1");

    assertThat(settle(new Change.PutPublication(row))).isEqualTo(COMMITTED);

    assertThat(publications()).usingRecursiveFieldByFieldElementComparator().containsExactly(row);
  }

  @Test
  @DisplayName("every column of a subscription comes back")
  void shouldRoundTripSubscription() throws StorageException {
    final SubscriptionRow row =
        new SubscriptionRow(
            "sip:p@1",
            "u2",
            "d3",
            "tu4",
            "td5",
            "fu6",
            "fd7",
            "presence.winfo",
            "id8",
            "tt9",
            "ft10",
            "ci11",
            12,
            2147483647L,
            "sip:c14",
            "<sip:r15;lr>,<sip:r16;lr>",
            Rows.NOW + 17,
            2,
            "timeout",
            -20,
            "tcp:[::1]:5060",
            "sip:lc22",
            23,
            "Agent/24");

    assertThat(settle(new Change.PutSubscription(row))).isEqualTo(COMMITTED);

    assertThat(subscriptions()).containsExactly(row);
  }

  @Test
  @DisplayName("every column of a watcher comes back")
  void shouldRoundTripWatcher() throws StorageException {
    final WatcherRow row = new WatcherRow("sip:p@1", "u2", "d3", "e4", 2, "r6", 1_600_000_007L);

    assertThat(settle(new Change.PutWatcher(row))).isEqualTo(COMMITTED);

    assertThat(watchers()).containsExactly(row);
  }

  @Test
  @DisplayName("empty strings of nullable columns are NULL in the table and empty when loaded")
  void shouldMapEmptyStringsToNull() throws StorageException, SQLException {
    final SubscriptionRow subscription = Rows.subscription("c1", Rows.NOW + 10);
    final PublicationRow withoutId =
        new PublicationRow("b", "d", "presence", "e", -1, 1, new byte[0], "", 0, "");
    final PublicationRow secondWithoutId =
        new PublicationRow("b", "d", "presence", "f", -1, 1, new byte[0], "", 0, "");
    settle(
        new Change.PutSubscription(subscription),
        new Change.PutWatcher(Rows.watcher("alice", 1)),
        new Change.PutPublication(withoutId),
        new Change.PutPublication(secondWithoutId));

    assertThat(
            count(
                "SELECT COUNT(*) FROM active_watchers"
                    + " WHERE event_id IS NULL AND record_route IS NULL AND reason IS NULL"
                    + " AND user_agent = '' AND updated = -1 AND updated_winfo = -1"))
        .isEqualTo(1);
    assertThat(count("SELECT COUNT(*) FROM watchers WHERE reason IS NULL")).isEqualTo(1);
    assertThat(count("SELECT COUNT(*) FROM presentity WHERE ruid IS NULL AND sender = ''"))
        .isEqualTo(2);
    assertThat(subscriptions()).containsExactly(subscription);
    assertThat(publications()).extracting(PublicationRow::ruid).containsExactly("", "");
  }

  private int count(final String query) throws SQLException {
    try (Connection connection = database.in().connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getInt(1);
    }
  }

  @Test
  @DisplayName("each change carried out twice leaves what it leaves once")
  void shouldBeIdempotent() throws StorageException {
    final PublicationRow first = Rows.publication("bob", "e1", "one");
    final PublicationRow second = Rows.modified(first, "e2", "two");
    final PublicationRow gone = Rows.publication("bob", "e3", "three");
    final List<Change> changes =
        List.of(
            new Change.PutPublication(first),
            new Change.ReplacePublication("e1", second),
            new Change.PutPublication(gone),
            new Change.RemovePublication("bob", "example.org", "presence", "e3"),
            new Change.PutSubscription(Rows.subscription("c1", Rows.NOW)),
            new Change.PutSubscription(Rows.subscription("c2", Rows.NOW)),
            new Change.RemoveSubscription("c2", "to-1", "from-1"),
            new Change.PutWatcher(Rows.watcher("alice", 2)),
            new Change.PutWatcher(Rows.watcher("carol", 2)),
            new Change.RemoveWatcher("sip:bob@example.org", "carol", "example.net", "presence"));
    for (final Change change : changes) {
      assertThat(settle(change)).isEqualTo(COMMITTED);
      assertThat(settle(change)).isEqualTo(COMMITTED);
    }
    assertThat(settle(new Change.ReplacePublication("e1", second))).isEqualTo(COMMITTED);

    assertThat(publications())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(second);
    assertThat(subscriptions()).extracting(SubscriptionRow::callId).containsExactly("c1");
    assertThat(watchers()).extracting(WatcherRow::watcherUser).containsExactly("alice");
  }

  @Test
  @DisplayName("a put overwrites the row with the same key, a replacement of nothing inserts")
  void shouldUpsert() throws StorageException {
    final PublicationRow row = Rows.publication("bob", "e1", "one");
    settle(new Change.ReplacePublication("nothing", row));
    settle(new Change.PutPublication(Rows.modified(row, "e1", "two")));
    settle(new Change.PutWatcher(Rows.watcher("alice", 2)));
    settle(new Change.PutWatcher(Rows.watcher("alice", 1)));
    settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 1)));
    settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 2)));

    assertThat(publications()).extracting(r -> new String(r.body())).containsExactly("two");
    assertThat(watchers()).containsExactly(Rows.watcher("alice", 1));
    assertThat(subscriptions()).containsExactly(Rows.subscription("c1", Rows.NOW + 2));
  }

  @Test
  @DisplayName("random changes, submitted in bursts, leave what carrying them out in order leaves")
  void shouldKeepOrder() throws StorageException {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final TreeMap<String, String> expected = new TreeMap<>();
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      final String user = "u" + random.nextInt(3);
      final String etag = "e" + random.nextInt(3);
      final String body = Integer.toString(i);
      final PublicationRow row = rowWithoutRecordId(user, etag, body);
      final Change change =
          switch (random.nextInt(3)) {
            case 0 -> {
              expected.put(user + etag, body);
              yield new Change.PutPublication(row);
            }
            case 1 -> {
              final String old = "e" + random.nextInt(3);
              if (!old.equals(etag) && expected.containsKey(user + etag)) {
                // Two rows can not become one: not a case of the engine, whose new tags are new.
                expected.put(user + etag, body);
                yield new Change.PutPublication(row);
              }
              expected.remove(user + old);
              expected.put(user + etag, body);
              yield new Change.ReplacePublication(old, row);
            }
            default -> {
              expected.remove(user + etag);
              yield new Change.RemovePublication(user, "example.org", "presence", etag);
            }
          };
      outcomes.add(engine.submit(store.journal(), List.of(change)));
    }
    outcomes.forEach(
        outcome ->
            assertThat(outcome.orTimeout(30, TimeUnit.SECONDS).join())
                .as("seed %d", seed)
                .isEqualTo(COMMITTED));

    final TreeMap<String, String> found = new TreeMap<>();
    publications().forEach(row -> found.put(row.user() + row.etag(), new String(row.body())));
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
  }

  private static PublicationRow rowWithoutRecordId(
      final String user, final String etag, final String body) {
    return new PublicationRow(
        user, "example.org", "presence", etag, -1, 1, body.getBytes(), "", 0, "");
  }

  @Test
  @DisplayName("a row the database refuses does not fail its neighbours in the same transaction")
  void shouldRefuseOnlyThePoisonRow() throws StorageException {
    settle(new Change.PutPublication(Rows.publication("owner", "e0", "x")));
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    engine.run(
        () -> {
          for (int i = 0; i < 40; i++) {
            outcomes.add(
                engine.submit(
                    store.journal(),
                    List.of(
                        new Change.PutWatcher(Rows.watcher("w" + i, 1)),
                        i == 17
                            ? poison()
                            : new Change.PutPublication(Rows.publication("u" + i, "e", "b")))));
          }
        });
    for (int i = 0; i < 40; i++) {
      final Outcome outcome = outcomes.get(i).orTimeout(30, TimeUnit.SECONDS).join();
      if (i == 17) {
        assertThat(outcome)
            .isInstanceOfSatisfying(
                Outcome.Refused.class,
                refused ->
                    assertThat(refused.why())
                        .as("the reason may be logged")
                        .doesNotContain("a secret body")
                        .doesNotContain("INTO"));
      } else {
        assertThat(outcome).isEqualTo(COMMITTED);
      }
    }
    assertThat(publications()).hasSize(40);
    assertThat(watchers())
        .hasSize(39)
        .as("a refused submission leaves nothing behind")
        .noneMatch(row -> row.watcherUser().equals("w17"));
  }

  /** Replaces a row by one whose record id belongs to another row: a unique key is violated. */
  private static Change poison() {
    final PublicationRow owner = Rows.publication("owner", "e0", "x");
    return new Change.ReplacePublication(
        "e",
        new PublicationRow(
            "u16",
            "example.org",
            "presence",
            "e-new",
            Rows.NOW,
            Rows.NOW,
            "a secret body".getBytes(StandardCharsets.UTF_8),
            "",
            0,
            owner.ruid()));
  }

  @Test
  @DisplayName("what a column can not hold is refused with the column's name, never cut")
  void shouldRefuseWhatDoesNotFit() throws StorageException {
    final String longest = "x".repeat(64);
    assertThat(settle(new Change.PutPublication(Rows.publication(longest, "e", "b"))))
        .as("ruid is longer than its column then")
        .isInstanceOf(Outcome.Refused.class);
    assertThat(settle(new Change.PutWatcher(Rows.watcher(longest, 1)))).isEqualTo(COMMITTED);
    assertThat(settle(new Change.PutWatcher(Rows.watcher(longest + "x", 1))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.why()).contains("watcher_username", "65", "64"));
    assertThat(settle(new Change.PutWatcher(Rows.watcher("nul\0", 1))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.why()).contains("NUL"));
    assertThat(settle(new Change.PutWatcher(Rows.watcher("half\ud83d", 1))))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(settle(new Change.PutSubscription(Rows.subscription("c", 1L << 40))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.why()).contains("expires"));
    assertThat(watchers()).containsExactly(Rows.watcher(longest, 1));
    assertThat(subscriptions()).isEmpty();
  }

  @Test
  @DisplayName("characters of one to four bytes come back unchanged")
  void shouldKeepUnicode() throws StorageException {
    final WatcherRow row = Rows.watcher("aé漢😀%'\"\\ü\u200d", 1);

    assertThat(settle(new Change.PutWatcher(row))).isEqualTo(COMMITTED);

    assertThat(watchers()).containsExactly(row);
  }

  @Test
  @DisplayName("submissions that wait together share a transaction and one task of the engine")
  void shouldGroupCommits() throws StorageException {
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    settle(new Change.PutWatcher(Rows.watcher("warm-up", 1)));
    final int before = engine.outcomeTasks();
    engine.run(
        () -> {
          for (int i = 0; i < 200; i++) {
            outcomes.add(
                engine.submit(
                    store.journal(), List.of(new Change.PutWatcher(Rows.watcher("w" + i, 1)))));
          }
        });
    outcomes.forEach(outcome -> outcome.orTimeout(30, TimeUnit.SECONDS).join());

    assertThat(engine.outcomeTasks() - before)
        .as("commits for 200 submissions, the first of which may go alone")
        .isBetween(1, 20);
    assertThat(store.journal().depth()).isZero();
    assertThat(watchers()).hasSize(201);
  }

  @Test
  @DisplayName("loading leaves out what has expired, keeps hard state, and fetches in portions")
  void shouldFilterExpired() throws StorageException {
    for (int i = 0; i < 35; i++) {
      settle(new Change.PutSubscription(Rows.subscription("c" + i, Rows.NOW + i - 5)));
    }
    final PublicationRow row = Rows.publication("b", "e", "");
    settle(
        new Change.PutPublication(expiring("past", Rows.NOW - 1)),
        new Change.PutPublication(expiring("now", Rows.NOW)),
        new Change.PutPublication(expiring("hard", -1)),
        new Change.PutPublication(row));

    assertThat(subscriptions()).hasSize(30);
    assertThat(publications())
        .extracting(PublicationRow::etag)
        .containsExactlyInAnyOrder("now", "hard", "e");
  }

  private static PublicationRow expiring(final String etag, final long expires) {
    return new PublicationRow("b", "d", "presence", etag, expires, 1, new byte[0], "", 0, etag);
  }

  @Test
  @DisplayName("closing writes what was submitted, also when the closing thread is interrupted")
  void shouldWriteWhatWasSubmittedOnClose() throws StorageException {
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    engine.run(
        () -> {
          for (int i = 0; i < 1000; i++) {
            outcomes.add(
                engine.submit(
                    store.journal(), List.of(new Change.PutWatcher(Rows.watcher("w" + i, 1)))));
          }
        });
    engine.run(() -> {});
    Thread.currentThread().interrupt();
    store.close(30_000);
    assertThat(Thread.interrupted()).isTrue();

    outcomes.forEach(
        outcome -> assertThat(outcome.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(COMMITTED));
    final EventStateStore again = new JdbcStoreFactory(engine).open(database.settings());
    final List<WatcherRow> rows = new ArrayList<>();
    again.loadWatchers(rows::add);
    again.close(5_000);
    assertThat(rows).hasSize(1000);
    assertThat(store.journal().submit(List.of(), outcome -> {})).isFalse();
  }

  @Test
  @DisplayName("renamed tables are used everywhere, also in the version check")
  void shouldUseRenamedTables() throws StorageException {
    if (kind != TestDatabase.Kind.H2) {
      database.execute(
          "ALTER TABLE presentity RENAME TO p2",
          "ALTER TABLE active_watchers RENAME TO a2",
          "ALTER TABLE watchers RENAME TO w2",
          "UPDATE version SET table_name = 'p2' WHERE table_name = 'presentity'",
          "UPDATE version SET table_name = 'a2' WHERE table_name = 'active_watchers'",
          "UPDATE version SET table_name = 'w2' WHERE table_name = 'watchers'");
    }
    try (EventStateStore renamed =
        new JdbcStoreFactory(engine).open(database.settings("p2", "a2", "w2"))) {
      assertThat(
              engine.settle(
                  renamed.journal(),
                  new Change.PutPublication(Rows.publication("b", "e", "x")),
                  new Change.PutSubscription(Rows.subscription("c", Rows.NOW)),
                  new Change.PutWatcher(Rows.watcher("w", 1))))
          .isEqualTo(COMMITTED);
      final List<WatcherRow> rows = new ArrayList<>();
      renamed.loadWatchers(rows::add);
      assertThat(rows).hasSize(1);
    }
  }

  @Test
  @DisplayName("a table with columns of a newer schema works")
  void shouldTolerateNewColumns() throws StorageException {
    store.close(5_000);
    database.execute(
        "ALTER TABLE presentity ADD COLUMN extra INTEGER DEFAULT 5",
        "ALTER TABLE watchers ADD COLUMN more VARCHAR(20)");
    store = new JdbcStoreFactory(engine).open(database.settings());
    final PublicationRow row = Rows.publication("b", "e", "x");

    assertThat(settle(new Change.PutPublication(row))).isEqualTo(COMMITTED);

    assertThat(publications()).usingRecursiveFieldByFieldElementComparator().containsExactly(row);
  }
}
