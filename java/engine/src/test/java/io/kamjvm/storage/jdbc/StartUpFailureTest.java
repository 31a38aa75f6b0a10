// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.PostgresServer;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that keeps a store from opening is told in one line that names what was tried. */
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class StartUpFailureTest {
  @TempDir Path directory;

  private static AbstractStringAssert<?> failure(final StoreSettings settings) {
    final StorageException thrown =
        Assertions.catchThrowableOfType(
            StorageException.class,
            () -> new JdbcStoreFactory(Runnable::run).open(settings).close(0));
    assertThat(thrown).as("opening %s", settings.dbUrl()).isNotNull();
    return assertThat(thrown.getMessage())
        .doesNotContain("\n")
        .doesNotContain(PostgresServer.PASSWORD)
        .doesNotContain("wrong-password");
  }

  private static StoreSettings settings(final String dbUrl) {
    return new StoreSettings(
        dbUrl, "presentity", "active_watchers", "watchers", true, true, 500, Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.Kind.class)
  @DisplayName("PRES-097 a wrong table version: the message names table, found and needed version")
  void pres097ShouldRefuseWrongVersion(final TestDatabase.Kind kind, final DatabaseServers servers)
      throws StorageException {
    final TestDatabase database = prepared(kind, servers);
    database.execute("UPDATE version SET table_version = 4 WHERE table_name = 'presentity'");
    failure(database.settings()).contains("table presentity has version 4", "needed: 5");
    new JdbcStoreFactory(Runnable::run).open(withoutPublications(database)).close(5_000);

    database.execute(
        "UPDATE version SET table_version = 5 WHERE table_name = 'presentity'",
        "UPDATE version SET table_version = 11 WHERE table_name = 'active_watchers'");
    failure(database.settings()).contains("table active_watchers has version 11", "needed: 12");
  }

  private static StoreSettings withoutPublications(final TestDatabase database) {
    return new StoreSettings(
        database.dbUrl(),
        "presentity",
        "active_watchers",
        "watchers",
        false,
        true,
        500,
        Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.Kind.class)
  @DisplayName("a missing column: the message names table and column")
  void shouldRefuseMissingColumn(final TestDatabase.Kind kind, final DatabaseServers servers)
      throws StorageException {
    final TestDatabase database = prepared(kind, servers);
    database.execute("ALTER TABLE watchers RENAME COLUMN reason TO why");

    failure(database.settings()).contains("table watchers lacks the column reason");
  }

  @ParameterizedTest
  @EnumSource(value = TestDatabase.Kind.class, names = "H2", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("a missing table, or no version table: the message names it")
  void shouldRefuseMissingTable(final TestDatabase.Kind kind, final DatabaseServers servers)
      throws StorageException {
    final TestDatabase database = prepared(kind, servers);
    failure(database.settings("presentity", "active_watchers", "others"))
        .contains("table version has no row for table others", "needed: 3");
    database.execute("DROP TABLE watchers");
    failure(database.settings()).contains("table watchers can not be read");
    database.execute("DROP TABLE version");
    failure(database.settings()).contains("table version can not be read");
  }

  /** H2 has tables only after a store made them. */
  private TestDatabase prepared(final TestDatabase.Kind kind, final DatabaseServers servers)
      throws StorageException {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    new JdbcStoreFactory(Runnable::run).open(database.settings()).close(5_000);
    return database;
  }

  @ParameterizedTest
  @EnumSource(
      value = TestDatabase.Kind.class,
      names = {"POSTGRES", "MARIADB"})
  @DisplayName("a wrong password, an unknown database, an unreachable host: user, place and reason")
  void shouldTellWhyServerIsNoUse(final TestDatabase.Kind kind, final DatabaseServers servers) {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    final String url = database.dbUrl();
    failure(settings(url.replace(PostgresServer.PASSWORD, "wrong-password")))
        .contains("kamailio@127.0.0.1")
        .containsIgnoringCase(kind == TestDatabase.Kind.POSTGRES ? "password" : "denied");
    failure(settings(url.replaceAll("/kamailio[0-9]+$", "/nothing")))
        .contains("127.0.0.1", "/nothing");
    failure(settings(url.replaceAll("127.0.0.1:[0-9]+", "127.0.0.1:1")))
        .contains("kamailio@127.0.0.1:1/");
    failure(settings(url.replaceAll("127.0.0.1", "no-such-host.invalid")))
        .contains("no-such-host.invalid");
  }

  @Test
  @DisplayName("an IPv6 host works")
  void shouldConnectToIpv6(final DatabaseServers servers) throws StorageException {
    assumeThat(PostgresServer.missing()).isEmpty();
    assumeThat(Files.exists(Path.of("/proc/net/if_inet6"))).as("IPv6 is available").isTrue();
    final TestDatabase database =
        TestDatabase.fresh(TestDatabase.Kind.POSTGRES, servers, directory);

    new JdbcStoreFactory(Runnable::run)
        .open(settings(database.dbUrl().replace("127.0.0.1", "[::1]")))
        .close(5_000);
  }

  @Test
  @DisplayName("a missing SQLite file is not created; the message shows where it was looked for")
  void shouldNotCreateSqliteFile() {
    final Path file = directory.resolve("absent.db");

    failure(settings("sqlite:///" + file)).contains(file.toString(), "no such file");

    assertThat(file).doesNotExist();
  }

  @Test
  @DisplayName("a name that is no table name: the message names the parameter")
  void shouldRefuseTableName() {
    failure(
            new StoreSettings(
                "h2:mem:names",
                "p; DROP TABLE x",
                "active_watchers",
                "watchers",
                true,
                true,
                1,
                Optional.empty()))
        .contains("presentity_table");
  }

  @Test
  @DisplayName("an H2 database in an impossible place: the message names the path")
  void shouldRefuseImpossibleH2Path() {
    failure(settings("h2:///proc/nowhere/state")).contains("h2:///proc/nowhere/state");
    failure(settings("h2://" + directory + "/a;b")).contains("semicolon");
  }
}
