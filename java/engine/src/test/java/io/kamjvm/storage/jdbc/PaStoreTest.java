// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

/** pa's tables in every database, as the project's scripts make them. */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(120)
final class PaStoreTest {
  private static final Outcome COMMITTED = new Outcome.Committed();

  @Parameter TestDatabase.Kind kind;
  private final EngineThread engine = new EngineThread();
  private TestDatabase database;
  private PaStore store;

  @BeforeEach
  void openStore(final DatabaseServers servers, @TempDir final Path directory)
      throws StorageException, IOException {
    database = TestDatabase.fresh(kind, servers, directory);
    final String scheme =
        switch (kind) {
          case H2 -> "";
          case SQLITE -> "sqlite";
          case POSTGRES -> "postgres";
          case MARIADB -> "mysql";
        };
    if (!scheme.isEmpty()) {
      assertThatThrownBy(() -> open(PaNames.standard()).close())
          .hasMessageContaining("table version has no row for table pa_presentity");
      database.execute(statements(scheme));
      if (kind == TestDatabase.Kind.POSTGRES) {
        database.execute(
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO kamailio",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO kamailio");
      }
    }
    store = open(PaNames.standard());
  }

  private PaStore open(final PaNames names) throws StorageException {
    return new JdbcStoreFactory(engine).openPa(database.dbUrl(), names);
  }

  private static String[] statements(final String scheme) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("kamailio-cfg"))) {
      root = root.getParent();
    }
    final String script =
        Files.readString(root.resolve("kamailio-cfg/sql/" + scheme + "/pa-create.sql"));
    final List<String> statements = new ArrayList<>();
    for (final String statement : script.replaceAll("(?m)^--.*$", "").split(";")) {
      if (!statement.isBlank()) {
        statements.add(statement);
      }
    }
    return statements.toArray(String[]::new);
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close(5_000);
    }
    engine.close();
  }

  /** A row of which each value tells its column. */
  private static PaRow row(final PaTable table, final String key, final long number) {
    final List<Object> values = new ArrayList<>();
    for (final PaTable.Column column : table.columns()) {
      if (column.number()) {
        values.add(number);
      } else {
        values.add(values.size() < table.keyColumns() ? key : column.name() + " \u00e4&" + number);
      }
    }
    values.replaceAll(
        v -> v instanceof String text && text.length() > 16 ? text.substring(0, 16) : v);
    return new PaRow(table, values);
  }

  private List<PaRow> rows(final PaTable table) throws StorageException {
    final List<PaRow> rows = new ArrayList<>();
    store.loadPa(table, rows::add);
    return rows;
  }

  private Outcome settle(final Change... changes) {
    return engine.settle(store.journal(), changes);
  }

  @Test
  @DisplayName("Rows of every table are written, rewritten, read in order and removed")
  void everyTable() throws StorageException {
    for (final PaTable table : PaTable.values()) {
      final PaRow one = row(table, "one", 1);
      final PaRow two = row(table, "two", 2);
      assertThat(settle(new Change.PutPa(one), new Change.PutPa(two))).isEqualTo(COMMITTED);
      assertThat(rows(table)).as(table.name()).containsExactly(one, two);
      final PaRow changed = row(table, "one", 3);
      assertThat(settle(new Change.PutPa(changed), new Change.RemovePa(two.key())))
          .isEqualTo(COMMITTED);
      assertThat(rows(table)).containsExactly(changed);
      assertThat(
              settle(
                  new Change.RemovePa(one.key()),
                  new Change.PutPa(two),
                  new Change.RemovePa(two.key()),
                  new Change.RemovePa(two.key())))
          .isEqualTo(COMMITTED);
      assertThat(rows(table)).isEmpty();
    }
  }

  @Test
  @DisplayName("Changes of several tables are stored together")
  void together() throws StorageException {
    final List<Change> changes = new ArrayList<>();
    for (final PaTable table : PaTable.values()) {
      changes.add(new Change.PutPa(row(table, "k", 1)));
    }
    assertThat(settle(changes.toArray(Change[]::new))).isEqualTo(COMMITTED);
    for (final PaTable table : PaTable.values()) {
      assertThat(rows(table)).hasSize(1);
    }
  }

  @Test
  @DisplayName("What a column can not hold is refused, and nothing else suffers")
  void refused() throws StorageException {
    final List<Object> values = new ArrayList<>(row(PaTable.PRESENTITY, "k", 1).values());
    values.set(1, "x".repeat(300));
    assertThat(settle(new Change.PutPa(new PaRow(PaTable.PRESENTITY, values))))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(settle(new Change.PutPa(row(PaTable.PRESENTITY, "k", 1)))).isEqualTo(COMMITTED);
    assertThat(rows(PaTable.PRESENTITY)).hasSize(1);
  }

  @Test
  @DisplayName("Tables and columns may have other names; a table that is missing is named")
  void names() throws StorageException {
    if (kind == TestDatabase.Kind.H2) {
      final Map<PaTable, String> tables = new EnumMap<>(PaTable.class);
      for (final PaTable table : PaTable.values()) {
        tables.put(table, "other_" + table.name());
      }
      final PaNames names = new PaNames(tables, Map.of("s_id", "number", "note", "words"));
      try (PaStore other = open(names)) {
        final PaRow row = row(PaTable.WATCHERINFO, "k", 1);
        assertThat(engine.settle(other.journal(), new Change.PutPa(row))).isEqualTo(COMMITTED);
        final List<PaRow> found = new ArrayList<>();
        other.loadPa(PaTable.WATCHERINFO, found::add);
        assertThat(found).containsExactly(row);
      }
    }
    assertThatThrownBy(() -> open(new PaNames(Map.of(PaTable.NOTES, "no such"), Map.of())).close())
        .hasMessageContaining("no such");
    assertThatThrownBy(() -> open(new PaNames(Map.of(), Map.of("note", "x; y"))).close())
        .hasMessageContaining("note_column");
  }

  @Test
  @DisplayName("PAB-100 The tables stand beside presence's own in one database")
  void pab100BesidePresence() throws StorageException {
    new JdbcStoreFactory(engine).open(database.settings()).close();
    assertThat(settle(new Change.PutPa(row(PaTable.PRESENTITY, "k", 1)))).isEqualTo(COMMITTED);
  }
}
