// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.servers.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server in one storage mode on one real database. It can be restarted, and be asked whether its
 * memory, its tables and its commands agree.
 */
final class StoredServer {
  private static final long WRITE_BACK_SECONDS = 2;

  /** waitn_time, and the time after which a document that has been told of leaves. */
  private static final long NOTIFIER_SECONDS = 10;

  /** Documents that are gone but for those who have not been told yet. */
  private static final String LEAVING = "(etag LIKE '*#-OFFLINE-#*%')";

  private static final long LEAVING_SECONDS = 30;

  private final int subsDbMode;
  private final int publCache;
  private final TestDatabase database;
  private final Connection tables;
  World world;

  StoredServer(final int subsDbMode, final int publCache, final TestDatabase database)
      throws SQLException {
    this.subsDbMode = subsDbMode;
    this.publCache = publCache;
    this.database = database;
    this.tables = database.in().connect();
    this.world = world();
  }

  private World world() {
    final RealTables real = new RealTables();
    return new World(real, real)
        .param("db_url", database.dbUrl())
        .param("subs_db_mode", subsDbMode)
        .param("publ_cache", publCache)
        .param("clean_period", 1)
        .param("db_update_period", 1);
  }

  void start() throws SQLException {
    for (final String table : List.of("presentity", "active_watchers", "watchers")) {
      if (exists(table)) {
        execute("DELETE FROM " + table);
      }
    }
    world.start();
  }

  /** The embedded database has the tables that were in use. */
  private boolean exists(final String table) throws SQLException {
    try (ResultSet found = tables.getMetaData().getTables(null, null, "%", null)) {
      while (found.next()) {
        if (found.getString("TABLE_NAME").equalsIgnoreCase(table)) {
          return true;
        }
      }
    }
    return false;
  }

  private void execute(final String sql) throws SQLException {
    try (Statement statement = tables.createStatement()) {
      statement.execute(sql);
    }
  }

  boolean documentsDurable() {
    return publCache < 2;
  }

  boolean subscriptionsDurable() {
    return subsDbMode > 0;
  }

  /** Lets everybody be told of what has changed: notifiers take their time. */
  void told() {
    if (subsDbMode == 3) {
      world.advance(NOTIFIER_SECONDS);
    } else {
      world.settle();
    }
  }

  /** Lets what is written back be written. */
  void written() {
    world.advance(WRITE_BACK_SECONDS);
  }

  /** Asks it to stop, and starts it again. */
  void restart() {
    world.stop();
    succeed();
  }

  /** Ends it without asking, and starts it again. */
  void crash() {
    world.crash();
    succeed();
  }

  private void succeed() {
    final World before = world;
    world = world();
    world.epoch = before.epoch + 1;
    world.advance(before.now() - World.START);
    world.start();
  }

  void close() throws SQLException {
    world.stop();
    tables.close();
  }

  /** Fails unless memory, tables and commands tell the same, as the mode promises. */
  void check(final List<String> presentities) throws SQLException {
    told();
    written();
    final List<String> documents = listedDocuments();
    final List<String> subscriptions = listedSubscriptions(presentities);
    final SimulatedInside inside = new SimulatedInside((PresenceModule) world.module("presence"));
    assertThat(inside.held()).as("queues").isZero();
    assertThat(storedDocuments(LEAVING + " AND expires < " + (world.now() - LEAVING_SECONDS)))
        .as("documents that should have left")
        .isEmpty();
    assertThat(storedDocuments("NOT " + LEAVING))
        .as("documents in the table")
        .containsExactlyInAnyOrderElementsOf(documentsDurable() ? documents : List.of());
    if (subsDbMode < 3) {
      assertThat(inside.subscriptions()).as("in memory").isEqualTo(subscriptions.size());
      assertThat(storedSubscriptions("1 = 1"))
          .as("subscriptions in the table")
          .containsExactlyInAnyOrderElementsOf(subscriptionsDurable() ? subscriptions : List.of());
      checkCounters(presentities);
    } else {
      assertThat(subscriptions).as("the list shows memory, PRES-094").isEmpty();
      assertThat(presentities.stream().filter(this::hasSubscribers))
          .as("presentities with subscribers")
          .containsExactlyInAnyOrderElementsOf(
              rows(
                  "SELECT DISTINCT presentity_uri FROM active_watchers WHERE event = 'presence'",
                  1));
    }
    assertThat(storedSubscriptions("updated <> -1")).as("marked").isEmpty();
  }

  private List<String> listedDocuments() {
    final List<String> found = new ArrayList<>();
    for (final Map<String, Object> row : world.rpc("presence.presentity_list", "full").structs) {
      found.add(
          joined(row, "user", "domain", "event", "etag", "expires", "priority", "ruid", "body"));
    }
    return found;
  }

  private List<String> storedDocuments(final String condition) throws SQLException {
    return exists("presentity")
        ? rows(
            "SELECT username, domain, event, etag, expires, priority, ruid, body FROM presentity"
                + " WHERE "
                + condition,
            8)
        : List.of();
  }

  private boolean hasSubscribers(final String presentity) {
    return world.function("pres_has_subscribers", presentity, "presence") == 1;
  }

  private List<Map<String, Object>> listed(final List<String> presentities) {
    return presentities.stream()
        .flatMap(uri -> world.rpc("presence.watcher_list", "full", uri).structs.stream())
        .toList();
  }

  private List<String> listedSubscriptions(final List<String> presentities) {
    return listed(presentities).stream()
        .map(
            row ->
                joined(
                    row,
                    "pres_uri",
                    "callid",
                    "to_tag",
                    "from_tag",
                    "contact",
                    "expires",
                    "status",
                    "reason",
                    "remote_cseq"))
        .toList();
  }

  private List<String> storedSubscriptions(final String condition) throws SQLException {
    return exists("active_watchers")
        ? rows(
            "SELECT presentity_uri, callid, to_tag, from_tag, contact, expires, status, reason,"
                + " remote_cseq FROM active_watchers WHERE "
                + condition,
            9)
        : List.of();
  }

  /** After a restart counters in memory are ahead of the table's, and never behind. */
  private void checkCounters(final List<String> presentities) throws SQLException {
    final Map<String, Long> stored = new HashMap<>();
    if (!subscriptionsDurable()) {
      return;
    }
    for (final String row : rows("SELECT callid, local_cseq FROM active_watchers", 2)) {
      final String[] parts = row.split("\\|");
      stored.put(parts[0], Long.parseLong(parts[1]));
    }
    for (final Map<String, Object> row : listed(presentities)) {
      final long counter = ((Number) row.get("local_cseq")).longValue();
      assertThat(counter)
          .as("CSeq of %s", row.get("callid"))
          .isGreaterThanOrEqualTo(stored.getOrDefault(row.get("callid"), 0L));
    }
  }

  private static String joined(final Map<String, Object> row, final String... fields) {
    final List<String> values = new ArrayList<>();
    for (final String field : fields) {
      values.add(String.valueOf(row.get(field)));
    }
    return String.join("|", values);
  }

  private List<String> rows(final String query, final int columns) throws SQLException {
    try (Statement statement = tables.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      final List<String> rows = new ArrayList<>();
      while (result.next()) {
        final List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(text(result, i));
        }
        rows.add(String.join("|", values));
      }
      return rows;
    }
  }

  private static String text(final ResultSet result, final int column) throws SQLException {
    if (result.getMetaData().getColumnName(column).equalsIgnoreCase("body")) {
      return new String(result.getBytes(column), StandardCharsets.UTF_8);
    }
    final String value = result.getString(column);
    return value == null ? "" : value;
  }
}
