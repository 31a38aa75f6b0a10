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
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

/** What every database must do alike with rows. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class StoreContractTest {
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
  @DisplayName("every column of a publication comes back, also a body of all byte values")
  void shouldRoundTripPublication() throws StorageException {
    final byte[] body = new byte[4096];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    final PublicationRow row =
        new PublicationRow(
            "Bob", "Example.ORG", "dialog;sla", "a.1.2.3", -1, 5, body, "sip:b@c", 77, "pres-1");

    assertThat(open.settle(new Change.PutPublication(row))).isEqualTo(COMMITTED);

    assertThat(open.publications())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(row);
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

    assertThat(open.settle(new Change.PutSubscription(row))).isEqualTo(COMMITTED);

    assertThat(open.subscriptions()).containsExactly(row);
  }

  @Test
  @DisplayName("every column of a watcher comes back")
  void shouldRoundTripWatcher() throws StorageException {
    final WatcherRow row = new WatcherRow("sip:p@1", "u2", "d3", "e4", 2, "r6", 1_600_000_007L);

    assertThat(open.settle(new Change.PutWatcher(row))).isEqualTo(COMMITTED);

    assertThat(open.watchers()).containsExactly(row);
  }

  @Test
  @DisplayName("empty strings are stored as upstream stores them, and are empty when loaded")
  void shouldStoreEmptyStringsAsUpstream() throws StorageException, SQLException {
    final SubscriptionRow subscription = Rows.subscription("c1", Rows.NOW + 10);
    final PublicationRow withoutId =
        new PublicationRow("b", "d", "presence", "e", -1, 1, new byte[0], "", 0, "");
    final PublicationRow secondWithoutId =
        new PublicationRow("b", "d", "presence", "f", -1, 1, new byte[0], "", 0, "");
    open.settle(
        new Change.PutSubscription(subscription),
        new Change.PutWatcher(Rows.watcher("alice", 1)),
        new Change.PutPublication(withoutId),
        new Change.PutPublication(secondWithoutId));

    assertThat(
            open.count(
                "SELECT COUNT(*) FROM active_watchers"
                    + " WHERE event_id = '' AND record_route = '' AND reason = ''"
                    + " AND user_agent = '' AND updated = -1 AND updated_winfo = -1"))
        .isEqualTo(1);
    assertThat(open.count("SELECT COUNT(*) FROM watchers WHERE reason IS NULL")).isEqualTo(1);
    assertThat(open.count("SELECT COUNT(*) FROM presentity WHERE ruid IS NULL AND sender = ''"))
        .isEqualTo(2);
    assertThat(open.subscriptions()).containsExactly(subscription);
    assertThat(open.publications()).extracting(PublicationRow::ruid).containsExactly("", "");
  }

  @Test
  @DisplayName("what a column can not hold is refused with the column's name, never cut")
  void shouldRefuseWhatDoesNotFit() throws StorageException {
    final String longest = "x".repeat(64);
    assertThat(open.settle(new Change.PutPublication(Rows.publication(longest, "e", "b"))))
        .as("ruid is longer than its column then")
        .isInstanceOf(Outcome.Refused.class);
    assertThat(open.settle(new Change.PutWatcher(Rows.watcher(longest, 1)))).isEqualTo(COMMITTED);
    assertThat(open.settle(new Change.PutWatcher(Rows.watcher(longest + "x", 1))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.why()).contains("watcher_username", "65", "64"));
    assertThat(open.settle(new Change.PutWatcher(Rows.watcher("nul\0", 1))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.why()).contains("NUL"));
    assertThat(open.settle(new Change.PutWatcher(Rows.watcher("half\ud83d", 1))))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(open.settle(new Change.PutSubscription(Rows.subscription("c", 1L << 40))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.why()).contains("expires"));
    assertThat(open.watchers()).containsExactly(Rows.watcher(longest, 1));
    assertThat(open.subscriptions()).isEmpty();
  }

  @Test
  @DisplayName("characters of one to four bytes come back unchanged")
  void shouldKeepUnicode() throws StorageException {
    final WatcherRow row = Rows.watcher("aé漢😀%'\"\\ü\u200d", 1);

    assertThat(open.settle(new Change.PutWatcher(row))).isEqualTo(COMMITTED);

    assertThat(open.watchers()).containsExactly(row);
  }

  @Test
  @DisplayName("loading leaves out what has expired, keeps hard state, and fetches in portions")
  void shouldFilterExpired() throws StorageException {
    for (int i = 0; i < 35; i++) {
      open.settle(new Change.PutSubscription(Rows.subscription("c" + i, Rows.NOW + i - 5)));
    }
    final PublicationRow row = Rows.publication("b", "e", "");
    open.settle(
        new Change.PutPublication(expiring("past", Rows.NOW - 1)),
        new Change.PutPublication(expiring("now", Rows.NOW)),
        new Change.PutPublication(expiring("hard", -1)),
        new Change.PutPublication(row));

    assertThat(open.subscriptions()).hasSize(30);
    assertThat(open.publications())
        .extracting(PublicationRow::etag)
        .containsExactlyInAnyOrder("now", "hard", "e");
  }

  private static PublicationRow expiring(final String etag, final long expires) {
    return new PublicationRow("b", "d", "presence", etag, expires, 1, new byte[0], "", 0, etag);
  }

  @Test
  @DisplayName("renamed tables are used everywhere, also in the version check")
  void shouldUseRenamedTables() throws StorageException {
    if (kind != TestDatabase.Kind.H2) {
      open.database.execute(
          "ALTER TABLE presentity RENAME TO p2",
          "ALTER TABLE active_watchers RENAME TO a2",
          "ALTER TABLE watchers RENAME TO w2",
          "UPDATE version SET table_name = 'p2' WHERE table_name = 'presentity'",
          "UPDATE version SET table_name = 'a2' WHERE table_name = 'active_watchers'",
          "UPDATE version SET table_name = 'w2' WHERE table_name = 'watchers'");
    }
    try (EventStateStore renamed =
        new JdbcStoreFactory(open.engine).open(open.database.settings("p2", "a2", "w2"))) {
      assertThat(
              open.engine.settle(
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
    open.store.close(5_000);
    open.database.execute(
        "ALTER TABLE presentity ADD COLUMN extra INTEGER DEFAULT 5",
        "ALTER TABLE watchers ADD COLUMN more VARCHAR(20)");
    open.store = new JdbcStoreFactory(open.engine).open(open.database.settings());
    final PublicationRow row = Rows.publication("b", "e", "x");

    assertThat(open.settle(new Change.PutPublication(row))).isEqualTo(COMMITTED);

    assertThat(open.publications())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(row);
  }
}
