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
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/** What every database must do alike with what is submitted to its journal. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class JournalContractTest {
  private static final Outcome COMMITTED = OpenStore.COMMITTED;

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
      assertThat(open.settle(change)).isEqualTo(COMMITTED);
      assertThat(open.settle(change)).isEqualTo(COMMITTED);
    }
    assertThat(open.settle(new Change.ReplacePublication("e1", second))).isEqualTo(COMMITTED);

    assertThat(open.publications())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(second);
    assertThat(open.subscriptions()).extracting(SubscriptionRow::callId).containsExactly("c1");
    assertThat(open.watchers()).extracting(WatcherRow::watcherUser).containsExactly("alice");
  }

  @Test
  @DisplayName("a put overwrites the row with the same key, a replacement of nothing inserts")
  void shouldUpsert() throws StorageException {
    final PublicationRow row = Rows.publication("bob", "e1", "one");
    open.settle(new Change.ReplacePublication("nothing", row));
    open.settle(new Change.PutPublication(Rows.modified(row, "e1", "two")));
    open.settle(new Change.PutWatcher(Rows.watcher("alice", 2)));
    open.settle(new Change.PutWatcher(Rows.watcher("alice", 1)));
    open.settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 1)));
    open.settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 2)));

    assertThat(open.publications()).extracting(r -> new String(r.body())).containsExactly("two");
    assertThat(open.watchers()).containsExactly(Rows.watcher("alice", 1));
    assertThat(open.subscriptions()).containsExactly(Rows.subscription("c1", Rows.NOW + 2));
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
                // Two rows can not become one: not a case of the open.engine, whose new tags are
                // new.
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
      outcomes.add(open.engine.submit(open.store.journal(), List.of(change)));
    }
    outcomes.forEach(
        outcome ->
            assertThat(outcome.orTimeout(30, TimeUnit.SECONDS).join())
                .as("seed %d", seed)
                .isEqualTo(COMMITTED));

    final TreeMap<String, String> found = new TreeMap<>();
    open.publications().forEach(row -> found.put(row.user() + row.etag(), new String(row.body())));
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
    open.settle(new Change.PutPublication(Rows.publication("owner", "e0", "x")));
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    open.engine.run(
        () -> {
          for (int i = 0; i < 40; i++) {
            outcomes.add(
                open.engine.submit(
                    open.store.journal(),
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
    assertThat(open.publications()).hasSize(40);
    assertThat(open.watchers())
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
  @DisplayName("submissions that wait together share a transaction and one task of the open.engine")
  void shouldGroupCommits() throws StorageException {
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    open.settle(new Change.PutWatcher(Rows.watcher("warm-up", 1)));
    final int before = open.engine.outcomeTasks();
    open.engine.run(
        () -> {
          for (int i = 0; i < 200; i++) {
            outcomes.add(
                open.engine.submit(
                    open.store.journal(),
                    List.of(new Change.PutWatcher(Rows.watcher("w" + i, 1)))));
          }
        });
    outcomes.forEach(outcome -> outcome.orTimeout(30, TimeUnit.SECONDS).join());

    assertThat(open.engine.outcomeTasks() - before)
        .as("commits for 200 submissions, the first of which may go alone")
        .isBetween(1, 20);
    assertThat(open.store.journal().depth()).isZero();
    assertThat(open.watchers()).hasSize(201);
  }

  @Test
  @DisplayName("closing writes what was submitted, also when the closing thread is interrupted")
  void shouldWriteWhatWasSubmittedOnClose() throws StorageException {
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    open.engine.run(
        () -> {
          for (int i = 0; i < 1000; i++) {
            outcomes.add(
                open.engine.submit(
                    open.store.journal(),
                    List.of(new Change.PutWatcher(Rows.watcher("w" + i, 1)))));
          }
        });
    open.engine.run(() -> {});
    Thread.currentThread().interrupt();
    open.store.close(30_000);
    assertThat(Thread.interrupted()).isTrue();

    outcomes.forEach(
        outcome -> assertThat(outcome.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(COMMITTED));
    final EventStateStore again = new JdbcStoreFactory(open.engine).open(open.database.settings());
    final List<WatcherRow> rows = new ArrayList<>();
    again.loadWatchers(rows::add);
    again.close(5_000);
    assertThat(rows).hasSize(1000);
    assertThat(open.store.journal().submit(List.of(), outcome -> {})).isFalse();
  }
}
