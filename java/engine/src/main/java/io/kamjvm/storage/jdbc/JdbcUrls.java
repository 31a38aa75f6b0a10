// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Driver;
import java.util.Properties;

/** {@code jdbc:} URLs, which go to the driver as they stand. */
final class JdbcUrls {
  private JdbcUrls() {}

  static Target target(final String url, final Limits limits) throws StorageException {
    final String kind = url.split(":", 3)[1];
    return switch (kind) {
      case "postgresql" ->
          target(
              url,
              new PostgresDialect(),
              new org.postgresql.Driver(),
              PostgresDialect.settings(limits),
              limits);
      case "mariadb", "mysql" ->
          target(
              "jdbc:mariadb" + url.substring("jdbc:".length() + kind.length()),
              new MariaDbDialect(),
              new org.mariadb.jdbc.Driver(),
              MariaDbDialect.settings(limits),
              limits);
      case "sqlite" ->
          target(
              url,
              new SqliteDialect(),
              new org.sqlite.JDBC(),
              SqliteDialect.settings(limits),
              limits);
      case "h2" -> target(url, new H2Dialect(), new org.h2.Driver(), new Properties(), limits);
      default ->
          throw new StorageException(
              "db_url: no driver for jdbc:"
                  + (kind.matches("[A-Za-z0-9]{1,32}") ? kind : "…")
                  + " (postgresql, mariadb, mysql, sqlite and h2 are known)");
    };
  }

  private static Target target(
      final String url,
      final Dialect dialect,
      final Driver driver,
      final Properties properties,
      final Limits limits) {
    return new Target(dialect, driver, url, properties, describe(url), limits);
  }

  /** The URL up to its options, without the account: both may hold a password. */
  static String describe(final String url) {
    final String place = url.split("[?;]", 2)[0];
    final int slashes = place.indexOf("//");
    final int at = place.lastIndexOf('@');
    return slashes < 0 || at < slashes
        ? place
        : place.substring(0, slashes + 2) + place.substring(at + 1);
  }

  /** A path segment as pgjdbc decodes it. */
  static String encode(final String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
