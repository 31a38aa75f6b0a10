// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.WatcherRow;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

/** Changes that hold only if nobody else was faster, and those that concern many rows. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class ConditionalChangeTest {
  private static final Outcome COMMITTED = OpenStore.COMMITTED;
  private static final Outcome CONFLICT = new Outcome.Conflict();
  private static final String BOB = "sip:bob@example.org";
  private static final int SLOTS = 7;

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

  private static Change exchange(final String oldEtag, final String newEtag) {
    return new Change.ExchangePublication(
        oldEtag, Rows.modified(Rows.publication("bob", "e1", "one"), newEtag, newEtag));
  }

  private List<String> etags() throws StorageException {
    return open.publications().stream().map(PublicationRow::etag).toList();
  }

  @Test
  @DisplayName("an exchange replaces the row of its old tag, and again if repeated")
  void shouldExchange() throws StorageException {
    open.settle(new Change.PutPublication(Rows.publication("bob", "e1", "one")));

    assertThat(open.settle(exchange("e1", "e2"))).isEqualTo(COMMITTED);
    assertThat(open.settle(exchange("e1", "e2")))
        .as("repeated because the first outcome was not known")
        .isEqualTo(COMMITTED);
    assertThat(open.settle(exchange("e2", "e2"))).as("a tag that stays").isEqualTo(COMMITTED);

    assertThat(open.publications())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.etag()).isEqualTo("e2");
              assertThat(new String(row.body())).isEqualTo("e2");
            });
  }

  @Test
  @DisplayName("an exchange whose old tag is gone is a conflict and inserts nothing")
  void shouldTellConflict() throws StorageException {
    assertThat(open.settle(exchange("e1", "e2"))).isEqualTo(CONFLICT);
    open.settle(new Change.PutPublication(Rows.publication("bob", "e1", "one")));
    open.settle(exchange("e1", "e3"));

    assertThat(open.settle(exchange("e1", "e2"))).isEqualTo(CONFLICT);

    assertThat(etags()).containsExactly("e3");
  }

  @Test
  @DisplayName("a conflict takes its whole submission with it, and none of its neighbours")
  void shouldFailAlone() throws StorageException {
    final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      open.settle(new Change.PutPublication(Rows.publication("u" + i, "e1", "one")));
    }
    open.engine.run(
        () -> {
          for (int i = 0; i < 30; i++) {
            final PublicationRow row = Rows.publication("u" + i, "e1", "one");
            outcomes.add(
                open.submit(
                    new Change.PutWatcher(Rows.watcher("w" + i, 1)),
                    new Change.ExchangePublication(
                        i % 10 == 3 ? "gone" : "e1", Rows.modified(row, "e2", "two"))));
          }
        });

    for (int i = 0; i < 30; i++) {
      assertThat(outcomes.get(i).orTimeout(30, TimeUnit.SECONDS).join())
          .as("submission %d", i)
          .isEqualTo(i % 10 == 3 ? CONFLICT : COMMITTED);
    }
    assertThat(open.watchers())
        .extracting(WatcherRow::watcherUser)
        .hasSize(27)
        .doesNotContain("w3", "w13", "w23");
    assertThat(etags()).filteredOn(etag -> etag.equals("e2")).hasSize(27);
  }

  private SubscriptionRow stored(final String callId) {
    return open.ask(new Query.SubscriptionOf(new DialogId(callId, "to-1", "from-1"))).orElseThrow();
  }

  private static DialogId dialog(final String callId) {
    return new DialogId(callId, "to-1", "from-1");
  }

  @Test
  @DisplayName("an update changes what a refresh changes; counters and mark are left to others")
  void shouldUpdateSubscription() throws SQLException {
    final SubscriptionRow row = Rows.subscription("c1", Rows.NOW + 10);
    open.settle(new Change.PutSubscription(row));
    open.database.execute(
        "UPDATE active_watchers SET local_cseq = 40, version = 41, updated = 5, updated_winfo = 1");
    final SubscriptionRow refreshed = row.refreshed(9, "sip:new@192.0.2.9", Rows.NOW + 99);

    assertThat(open.settle(new Change.UpdateSubscription(refreshed))).isEqualTo(COMMITTED);

    assertThat(stored("c1")).isEqualTo(refreshed.withCounters(40, 41));
    assertThat(open.count("SELECT updated * 10 + updated_winfo FROM active_watchers"))
        .isEqualTo(51);
  }

  @Test
  @DisplayName("an update of a subscription that another server has ended is a conflict")
  void shouldNotReviveSubscription() throws StorageException {
    assertThat(open.settle(new Change.UpdateSubscription(Rows.subscription("c1", Rows.NOW + 10))))
        .isEqualTo(CONFLICT);

    assertThat(open.subscriptions()).isEmpty();
  }

  @Test
  @DisplayName("a subscription is ended by whoever knows its counters; others have a conflict")
  void shouldEndOnce() throws StorageException {
    open.settle(new Change.PutSubscription(Rows.subscription("c1", Rows.NOW + 10)));
    open.settle(new Change.PutSubscription(Rows.subscription("c2", Rows.NOW + 10)));

    assertThat(open.settle(end("c1", OptionalLong.of(6), 2))).as("counted").isEqualTo(CONFLICT);
    assertThat(open.settle(end("c1", OptionalLong.of(7), 1))).as("refreshed").isEqualTo(CONFLICT);
    assertThat(open.settle(end("c1", OptionalLong.of(7), 2))).isEqualTo(COMMITTED);
    assertThat(open.settle(end("c1", OptionalLong.of(7), 2))).as("gone").isEqualTo(CONFLICT);
    assertThat(open.settle(end("c2", OptionalLong.empty(), 2))).isEqualTo(COMMITTED);

    assertThat(open.subscriptions()).isEmpty();
  }

  private static Change end(
      final String callId, final OptionalLong localCseq, final long remoteCseq) {
    return new Change.EndSubscription(dialog(callId), localCseq, remoteCseq);
  }

  @Test
  @DisplayName("a new dialog is added; one that is there is a conflict, unless it is the same")
  void shouldAddOnce() throws StorageException {
    final SubscriptionRow row = Rows.subscription("c1", Rows.NOW + 10);

    assertThat(open.settle(new Change.AddSubscription(row))).isEqualTo(COMMITTED);
    open.ask(new Query.TakeTurns(List.of(dialog("c1")), Optional.empty(), 0));
    assertThat(open.settle(new Change.AddSubscription(row)))
        .as("repeated because the first outcome was not known")
        .isEqualTo(COMMITTED);
    assertThat(
            open.settle(
                new Change.PutWatcher(Rows.watcher("w", 1)),
                new Change.AddSubscription(row.refreshed(3, row.contact(), Rows.NOW + 11))))
        .isEqualTo(CONFLICT);

    assertThat(open.subscriptions()).containsExactly(row.withCounters(8, 4));
    assertThat(open.watchers()).isEmpty();
  }

  @Test
  @DisplayName("an authorisation reaches all dialogs of a watcher, and marks them if asked to")
  void shouldAuthorize() {
    putListeners();

    assertThat(open.settle(authorize("", OptionalInt.empty()))).isEqualTo(COMMITTED);
    assertThat(marked()).isEmpty();
    assertThat(stored("listens").status()).isEqualTo(2);
    open.settle(authorize("rejected", OptionalInt.of(SLOTS)));

    assertThat(marked())
        .containsExactlyInAnyOrder("listens", "also", "expired", "pending", "blocked", "sender");
    assertThat(stored("pending").reason()).isEqualTo("rejected");
    assertThat(stored("winfo").reason()).isEmpty();
    assertThat(stored("other").status()).isEqualTo(1);
  }

  private static Change authorize(final String reason, final OptionalInt slots) {
    return new Change.AuthorizeSubscriptions(
        BOB, "presence", "alice", "example.net", 2, reason, slots);
  }

  /** One subscription of each kind; only "listens" and "also" are to be told. */
  private void putListeners() {
    final SubscriptionRow row = Rows.subscription("listens", Rows.NOW + 10);
    open.settle(
        new Change.PutSubscription(row),
        new Change.PutSubscription(Rows.subscription("also", Rows.NOW + 10)),
        new Change.PutSubscription(Rows.subscription("expired", Rows.NOW)),
        new Change.PutSubscription(changed("pending", "presence", BOB, 2, "")),
        new Change.PutSubscription(changed("blocked", "presence", BOB, 1, "polite-block")),
        new Change.PutSubscription(changed("winfo", "presence.winfo", BOB, 1, "")),
        new Change.PutSubscription(changed("other", "presence", "sip:carol@example.org", 1, "")),
        new Change.PutSubscription(
            row("sender", "presence", BOB, 1, "", "sip:sender@192.0.2.7", Rows.NOW + 10)));
  }

  private static SubscriptionRow changed(
      final String callId,
      final String event,
      final String presentity,
      final int status,
      final String reason) {
    return row(callId, event, presentity, status, reason, "sip:a@192.0.2.1", Rows.NOW + 10);
  }

  private static SubscriptionRow row(
      final String callId,
      final String event,
      final String presentity,
      final int status,
      final String reason,
      final String contact,
      final long expires) {
    return new SubscriptionRow(
        presentity,
        "alice",
        "example.net",
        "bob",
        "example.org",
        "alice",
        "example.net",
        event,
        "",
        "to-1",
        "from-1",
        callId,
        7,
        2,
        contact,
        "",
        expires,
        status,
        reason,
        3,
        "udp:127.0.0.1:5060",
        "sip:127.0.0.1:5060",
        0,
        "");
  }

  private static Change mark(final String exceptContact) {
    return new Change.MarkSubscriptions(BOB, "presence", SLOTS, Rows.NOW, exceptContact);
  }

  private List<String> marked() {
    final List<String> callIds = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      open.ask(new Query.MarkedSubscriptions(slot)).forEach(row -> callIds.add(row.callId()));
    }
    return callIds;
  }

  @Test
  @DisplayName("a mark reaches those who are to be told: active, without reason, not expired")
  void shouldMark() throws SQLException {
    putListeners();

    assertThat(open.settle(mark(""))).isEqualTo(COMMITTED);

    assertThat(marked()).containsExactlyInAnyOrder("listens", "also", "sender");
    assertThat(
            open.count(
                "SELECT COUNT(*) FROM active_watchers WHERE updated <> -1 AND updated <> id % "
                    + SLOTS))
        .isZero();
  }

  @Test
  @DisplayName("a mark leaves out the Contact of whoever caused it")
  void shouldNotMarkSender() {
    putListeners();

    open.settle(mark("sip:sender@192.0.2.7"));

    assertThat(marked()).containsExactlyInAnyOrder("listens", "also");
  }

  @Test
  @DisplayName("changes of one submission take effect in their order: put, mark, update, put")
  void shouldKeepOrderOfMarks() {
    final SubscriptionRow row = Rows.subscription("c1", Rows.NOW + 10);
    open.settle(new Change.PutSubscription(row), mark(""));
    assertThat(marked()).as("marked after it was put").containsExactly("c1");
    open.settle(mark(""), new Change.PutSubscription(row));
    assertThat(marked()).as("put after it was marked").isEmpty();
    open.settle(mark(""), new Change.UpdateSubscription(row));
    assertThat(marked()).as("an update keeps the mark").containsExactly("c1");
    open.settle(
        new Change.RemoveSubscription("c1", "to-1", "from-1"),
        new Change.PutSubscription(row),
        new Change.MarkSubscription(dialog("c1"), SLOTS),
        new Change.PutSubscription(row));
    assertThat(marked()).isEmpty();
  }

  @Test
  @DisplayName("one dialog is marked whatever its state is; one that is gone is not missed")
  void shouldMarkOne() {
    putListeners();

    assertThat(
            open.settle(
                new Change.MarkSubscription(dialog("pending"), SLOTS),
                new Change.MarkSubscription(dialog("expired"), SLOTS),
                new Change.MarkSubscription(dialog("nobody"), SLOTS)))
        .isEqualTo(COMMITTED);

    assertThat(marked()).containsExactlyInAnyOrder("pending", "expired");
  }

  @Test
  @DisplayName("watchers that have been pending too long go; others and later ones stay")
  void shouldRemovePendingWatchers() throws StorageException {
    open.settle(
        new Change.PutWatcher(Rows.watcher("old", 2)),
        new Change.PutWatcher(Rows.watcher("active", 1)),
        new Change.RemovePendingWatchers(Rows.NOW + 1),
        new Change.PutWatcher(Rows.watcher("new", 2)));

    assertThat(open.watchers())
        .extracting(WatcherRow::watcherUser)
        .containsExactlyInAnyOrder("active", "new");
    open.settle(new Change.RemovePendingWatchers(Rows.NOW));
    assertThat(open.watchers()).as("inserted before, not at that time").hasSize(2);
  }

  @Test
  @DisplayName("a watcher's row is found by all four columns of its key (D-41)")
  void shouldCompareWholeWatcherKey() throws StorageException {
    final WatcherRow row = Rows.watcher("alice", 1);
    final List<WatcherRow> near =
        List.of(
            new WatcherRow("sip:carol@example.org", "alice", "example.net", "presence", 2, "", 1),
            new WatcherRow(BOB, "dave", "example.net", "presence", 2, "", 1),
            new WatcherRow(BOB, "alice", "example.com", "presence", 2, "", 1),
            new WatcherRow(BOB, "alice", "example.net", "dialog", 2, "", 1));
    near.forEach(other -> open.settle(new Change.PutWatcher(other)));
    open.settle(new Change.PutWatcher(row));

    assertThat(open.ask(new Query.WatcherOf(BOB, "alice", "example.net", "presence")))
        .isEqualTo(Optional.of(row));
    open.settle(new Change.RemoveWatcher(BOB, "alice", "example.net", "presence"));

    assertThat(open.watchers()).containsExactlyInAnyOrderElementsOf(near);
    assertThat(open.ask(new Query.WatcherOf(BOB, "alice", "example.net", "presence"))).isEmpty();
  }
}
