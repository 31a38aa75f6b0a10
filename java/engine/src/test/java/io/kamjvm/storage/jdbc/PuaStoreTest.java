// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.PuaStore;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Path;
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

/** Table {@code pua} in every database. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class PuaStoreTest {
  private static final Outcome COMMITTED = new Outcome.Committed();
  private static final long NOW = 1_700_000_000L;

  @Parameter TestDatabase.Kind kind;
  private final EngineThread engine = new EngineThread();
  private TestDatabase database;
  private PuaStore store;

  @BeforeEach
  void openStore(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException {
    database = TestDatabase.fresh(kind, servers, directory);
    store = new JdbcStoreFactory(engine).openPua(database.dbUrl(), "pua", 10);
  }

  @AfterEach
  void closeStore() {
    store.close(5_000);
    engine.close();
  }

  private static PuaRow publication(final String user, final String etag, final long expires) {
    return new PuaRow(
        "sip:" + user + "@example.org",
        "id",
        1,
        expires,
        0,
        1 << 16,
        etag,
        "tuple",
        "",
        "",
        "",
        "",
        0,
        "",
        "",
        "",
        3,
        "X-A: 1\r\n");
  }

  private static PuaRow dialog(final String callId, final String toTag) {
    return new PuaRow(
        "sip:bob@example.org",
        "",
        64,
        NOW + 60,
        NOW + 600,
        1 << 13,
        "",
        "",
        "sip:w@example.org",
        callId,
        toTag,
        "from",
        11,
        "<sip:r;lr>",
        "sip:w@192.0.2.1",
        "sip:n@192.0.2.9",
        0,
        "");
  }

  private List<PuaRow> rows() throws StorageException {
    final List<PuaRow> rows = new ArrayList<>();
    store.loadPua(rows::add);
    return rows;
  }

  private Outcome settle(final Change... changes) {
    return engine.settle(store.journal(), changes);
  }

  @Test
  @DisplayName("PUA-059 what is put comes back, column by column, whatever its key was before")
  void putAndMove() throws StorageException {
    final PuaRow first = publication("alice", "e1", NOW);
    final PuaRow second = publication("alice", "e2", NOW + 5);
    final PuaRow temporary = dialog("c1", "");
    final PuaRow established = dialog("c1", "to");
    final Change put = new Change.PutPua(first.key(), first);
    final Change move = new Change.PutPua(first.key(), second);
    assertThat(settle(put)).isEqualTo(COMMITTED);
    assertThat(settle(put)).isEqualTo(COMMITTED);
    assertThat(rows()).containsExactly(first);
    assertThat(settle(move)).isEqualTo(COMMITTED);
    assertThat(settle(move)).isEqualTo(COMMITTED);
    assertThat(settle(new Change.PutPua(temporary.key(), temporary))).isEqualTo(COMMITTED);
    assertThat(settle(new Change.PutPua(temporary.key(), established))).isEqualTo(COMMITTED);
    assertThat(rows()).containsExactlyInAnyOrder(second, established);
    assertThat(settle(new Change.RemovePua(second.key()))).isEqualTo(COMMITTED);
    assertThat(settle(new Change.RemoveExpiredPua(NOW + 61))).isEqualTo(COMMITTED);
    assertThat(rows()).isEmpty();
  }

  @Test
  @DisplayName("PUA-062 NULL in the columns that may be NULL is read as empty text")
  void pua062() throws StorageException {
    final PuaRow row = publication("alice", "e1", NOW);
    settle(new Change.PutPua(row.key(), row));
    database.execute("UPDATE pua SET tuple_id = NULL, record_route = NULL");
    assertThat(rows()).singleElement().matches(r -> r.tupleId().isEmpty());
  }

  @Test
  @DisplayName("Questions find what is meant, newest first")
  void questions() {
    final PuaRow old = publication("alice", "e1", NOW);
    final PuaRow young = publication("alice", "e2", NOW + 100);
    final PuaRow dialog = dialog("c1", "to");
    for (final PuaRow row : List.of(old, young, dialog)) {
      settle(new Change.PutPua(row.key(), row));
    }
    assertThat(ask(new Query.PuaOf("sip:alice@example.org"))).containsExactly(young, old);
    assertThat(ask(new Query.PuaOfCall("c1"))).containsExactly(dialog);
    assertThat(ask(new Query.PuaWithId("id"))).containsExactly(young, old);
    assertThat(ask(new Query.PuaOfFlag(old.flag()))).contains(young, old);
    assertThat(ask(new Query.PuaOfFlag(1 << 30))).isEmpty();
    assertThat(ask(new Query.ExpiringPua(NOW + 100, 10))).containsExactly(old, dialog);
    assertThat(ask(new Query.ExpiringPua(NOW + 100, 1))).containsExactly(old);
  }

  private List<PuaRow> ask(final Query<List<PuaRow>> query) {
    return engine.found(store.reader(), query);
  }

  @Test
  @DisplayName("One claim of a row holds, the next does not")
  void claim() {
    final PuaRow row = publication("alice", "e1", NOW);
    settle(new Change.PutPua(row.key(), row));
    final Change claim = new Change.ClaimPua(row.key(), NOW, NOW + 140);
    assertThat(settle(claim)).isEqualTo(COMMITTED);
    assertThat(settle(claim)).isEqualTo(new Outcome.Conflict());
  }

  @Test
  @DisplayName(
      "An entity-tag that the column can not hold is refused alone, its neighbours are not")
  void tooLong() throws StorageException {
    final PuaRow row = publication("alice", "e".repeat(5_000), NOW);
    assertThat(settle(new Change.PutPua(row.key(), row))).isInstanceOf(Outcome.Refused.class);
    final PuaRow other = publication("bob", "e", NOW);
    assertThat(settle(new Change.PutPua(other.key(), other))).isEqualTo(COMMITTED);
    assertThat(rows()).containsExactly(other);
  }

  @Test
  @DisplayName("PUA-006 another version of the table stops the start with a clear line")
  void pua006() {
    database.execute("UPDATE version SET table_version = 6 WHERE table_name = 'pua'");
    assertThatThrownBy(
            () -> new JdbcStoreFactory(engine).openPua(database.dbUrl(), "pua", 10).close())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("table pua has version 6")
        .hasMessageContaining("7");
  }
}
