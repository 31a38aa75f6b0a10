// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.MariaDbServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kamailio's script suggests character sets that do not hold all of Unicode. */
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class CharacterSetTest {

  @ParameterizedTest
  @CsvSource({"latin1,né€,漢", "utf8mb3,né漢,😀", "ascii,n,é"})
  @DisplayName("what the column's character set holds comes back, the rest is refused, not garbled")
  void shouldRefuseForeignCharacters(
      final String charset, final String good, final String bad, final DatabaseServers servers)
      throws StorageException {
    assumeThat(MariaDbServer.missing()).isEmpty();
    final MariaDbServer server = servers.mariaDb();
    final String url = server.dbUrl(server.createStockDatabase(charset));
    try (EngineThread engine = new EngineThread();
        EventStateStore store =
            new JdbcStoreFactory(engine)
                .open(
                    new StoreSettings(
                        url,
                        "presentity",
                        "active_watchers",
                        "watchers",
                        true,
                        true,
                        500,
                        Optional.empty()))) {
      assertThat(engine.settle(store.journal(), new Change.PutWatcher(Rows.watcher(good, 1))))
          .isInstanceOf(Outcome.Committed.class);
      assertThat(engine.settle(store.journal(), new Change.PutWatcher(Rows.watcher(bad, 1))))
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.why()).contains("watcher_username"));

      final List<String> users = new ArrayList<>();
      store.loadWatchers(row -> users.add(row.watcherUser()));
      assertThat(users).containsExactly(good);
    }
  }
}
