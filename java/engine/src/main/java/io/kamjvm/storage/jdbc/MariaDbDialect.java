// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.mariadb.jdbc.Driver;

/** MariaDB and MySQL. */
final class MariaDbDialect implements Dialect {
  private static final int PORT = 3306;

  @Override
  public Target target(final DbUrl url, final Limits limits) {
    final String place =
        "address=(host=" + url.host() + ")(port=" + url.portOr(PORT) + ")/" + url.database();
    final Properties properties = settings(limits);
    url.userIfNamed().ifPresent(user -> properties.setProperty("user", user));
    properties.setProperty("password", url.password());
    return new Target(
        this, new Driver(), "jdbc:mariadb://" + place, properties, url.toString(), limits);
  }

  static Properties settings(final Limits limits) {
    final Properties properties = new Properties();
    properties.setProperty("connectTimeout", Long.toString(limits.connect().toMillis()));
    properties.setProperty("socketTimeout", Long.toString(limits.transaction().toMillis()));
    properties.setProperty("tcpKeepAlive", "true");
    // An UPDATE that changes nothing has found its row all the same.
    properties.setProperty("useAffectedRows", "false");
    properties.setProperty("useBulkStmts", "false");
    properties.setProperty("connectionAttributes", "program_name:kamjvm");
    return properties;
  }

  @Override
  public void prepare(final Connection connection, final Limits limits) throws SQLException {
    prepare(connection, limits.statement());
  }

  @Override
  public void prepareReader(final Connection connection, final Limits limits) throws SQLException {
    prepare(connection, limits.reading().deadline());
  }

  private static void prepare(final Connection connection, final Duration lockWait)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET SESSION innodb_lock_wait_timeout = "
              + Math.max(1, lockWait.toSeconds())
              + ", SESSION lock_wait_timeout = "
              + Math.max(1, lockWait.toSeconds())
              // Without it a value that is too long is cut, and we would never hear of it.
              + ", SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')");
    }
  }

  @Override
  public String upsert(final String tableName, final Table<?> table) {
    return Sql.insert(tableName, table)
        + " ON DUPLICATE KEY UPDATE "
        + table.columns().stream()
            .map(column -> column.name() + " = VALUES(" + column.name() + ")")
            .collect(Collectors.joining(", "));
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
    return switch (exception.getErrorCode()) {
      // Lock wait timeout: only the statement was rolled back, but we give up the transaction.
      case 1205 -> Optional.of(Fault.DATABASE);
      case 1213 -> Optional.of(Fault.CONFLICT);
      // 1267: compared with a text that the column's character set can not express.
      case 1267, 1364, 1366, 1406 -> Optional.of(Fault.ROW);
      // The server is going away; it may say so under a general state.
      case 1053, 1927, 4031 -> Optional.of(Fault.CONNECTION);
      default ->
          switch (state.substring(0, 2)) {
            case "08" -> Optional.of(Fault.CONNECTION);
            case "22", "23", "44", "45" -> Optional.of(Fault.ROW);
            case "40" -> Optional.of(Fault.CONFLICT);
            default -> Optional.of(Fault.DATABASE);
          };
    };
  }

  @Override
  public boolean isDuplicate(final SQLException exception) {
    return exception.getErrorCode() == 1062;
  }

  /** TEXT columns are bounded in bytes, VARCHAR in characters. */
  @Override
  public TextUnit textUnit(final int jdbcType) {
    return jdbcType == Types.LONGVARCHAR || jdbcType == Types.CLOB
        ? TextUnit.BYTES
        : TextUnit.CODE_POINTS;
  }

  @Override
  public Map<String, Charset> charsets(final Connection connection, final Tables.Named table)
      throws SQLException {
    final Map<String, Charset> charsets = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT column_name, character_set_name FROM information_schema.columns WHERE "
                    + isTable(table.name())
                    + " AND character_set_name IS NOT NULL")) {
      while (result.next()) {
        final String column = result.getString(1).toLowerCase(Locale.ROOT);
        Charsets.ofMariaDb(result.getString(2)).ifPresent(set -> charsets.put(column, set));
      }
    }
    return charsets;
  }

  private static String isTable(final String name) {
    final int dot = name.indexOf('.');
    return "table_schema = "
        + (dot < 0 ? "DATABASE()" : "'" + name.substring(0, dot) + "'")
        + " AND table_name = '"
        + name.substring(dot + 1)
        + "'";
  }

  @Override
  public List<String> durabilityDoubts(final Connection connection, final Tables tables)
      throws SQLException {
    final List<String> doubts = new ArrayList<>();
    final String flush = first(connection, "SELECT @@innodb_flush_log_at_trx_commit");
    if (!flush.equals("1")) {
      doubts.add("innodb_flush_log_at_trx_commit is " + flush);
    }
    for (final Tables.Named named : tables.used()) {
      final String engine =
          first(
              connection,
              "SELECT engine FROM information_schema.tables WHERE " + isTable(named.name()));
      if (!engine.equalsIgnoreCase("InnoDB")) {
        doubts.add("table " + named.name() + " has engine " + engine + ", not InnoDB");
      }
    }
    return doubts;
  }

  private static String first(final Connection connection, final String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      final String value = result.next() ? result.getString(1) : null;
      return value == null ? "" : value;
    }
  }
}
