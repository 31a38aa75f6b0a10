// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** PostgreSQL 9.5 and later (the first with upsert), as Kamailio demands too. */
final class PostgresDialect implements Dialect {
  private static final int PORT = 5432;

  /**
   * The server looks for deadlocks after a second only, and nobody may stand still so long: whoever
   * waits for a row gives way before, and tries again; readers first.
   */
  private static final Duration READER_LOCK_WAIT = Duration.ofMillis(100);

  private static final Duration JOURNAL_LOCK_WAIT = Duration.ofMillis(300);

  @Override
  public Target target(final DbUrl url, final Limits limits) {
    final String place =
        "//" + url.hostInUrl() + ":" + url.portOr(PORT) + "/" + JdbcUrls.encode(url.database());
    final Properties properties = settings(limits);
    url.userIfNamed().ifPresent(user -> properties.setProperty("user", user));
    properties.setProperty("password", url.password());
    return new Target(
        this,
        new org.postgresql.Driver(),
        "jdbc:postgresql:" + place,
        properties,
        url.toString(),
        limits);
  }

  static Properties settings(final Limits limits) {
    final Properties properties = new Properties();
    properties.setProperty("ApplicationName", "kamjvm");
    properties.setProperty("connectTimeout", seconds(limits.connect()));
    properties.setProperty("loginTimeout", seconds(limits.connect()));
    properties.setProperty("socketTimeout", seconds(limits.transaction()));
    properties.setProperty("tcpKeepAlive", "true");
    // The detail quotes the row.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  private static String seconds(final Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }

  @Override
  public void prepare(final Connection connection, final Limits limits) throws SQLException {
    limitStatements(connection, limits.statement(), JOURNAL_LOCK_WAIT);
  }

  @Override
  public void prepareReader(final Connection connection, final Limits limits) throws SQLException {
    limitStatements(connection, limits.reading().deadline(), READER_LOCK_WAIT);
  }

  private static void limitStatements(
      final Connection connection, final Duration limit, final Duration lockWait)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + limit.toMillis());
      statement.execute("SET lock_timeout = " + lockWait.toMillis());
    }
  }

  @Override
  public String upsert(final String tableName, final Table<?> table) {
    return Sql.insertOnConflict(tableName, table);
  }

  @Override
  public boolean networked() {
    return true;
  }

  @Override
  public Optional<Fault> fault(final SQLException exception) {
    final String state = exception.getSQLState();
    if (state == null || state.length() != 5) {
      return Optional.empty();
    }
    return switch (state.substring(0, 2)) {
      case "08" -> Optional.of(Fault.CONNECTION);
      // 57014 is a cancelled statement; the others of the class end the session.
      case "57" -> Optional.of(state.equals("57014") ? Fault.DATABASE : Fault.CONNECTION);
      // P0 is an exception raised by a trigger.
      case "22", "23", "44", "P0" -> Optional.of(Fault.ROW);
      case "40" -> Optional.of(Fault.CONFLICT);
      // 55P03 is a lock that was not given in time.
      case "55" -> Optional.of(state.equals("55P03") ? Fault.CONFLICT : Fault.DATABASE);
      default -> Optional.of(Fault.DATABASE);
    };
  }

  @Override
  public Map<String, Charset> charsets(final Connection connection, final Tables.Named table)
      throws SQLException {
    final Map<String, Charset> charsets = new HashMap<>();
    Charsets.ofPostgres(show(connection, "server_encoding"))
        .ifPresent(
            charset ->
                table.table().columns().forEach(column -> charsets.put(column.name(), charset)));
    return charsets;
  }

  @Override
  public List<String> durabilityDoubts(final Connection connection, final Tables tables)
      throws SQLException {
    final List<String> doubts = new ArrayList<>();
    for (final String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
      final String value = show(connection, setting);
      if (value.toLowerCase(Locale.ROOT).equals("off")) {
        doubts.add(setting + " is off");
      }
    }
    return doubts;
  }

  private static String show(final Connection connection, final String setting)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW " + setting)) {
      return result.next() ? result.getString(1) : "";
    }
  }
}
