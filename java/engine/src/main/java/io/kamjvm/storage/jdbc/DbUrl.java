// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.StorageException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A {@code db_url} taken apart as Kamailio takes it apart: nothing is percent-decoded, the last
 * {@code @} ends the password, {@code ?} ends the database name. {@link #toString} never shows the
 * password.
 *
 * @param port 0 when the URL names none
 * @param database database name, or for the embedded databases the file
 */
record DbUrl(String scheme, String user, String password, String host, int port, String database) {
  private static final int MAX_PORT = 65_535;
  private static final String MEMORY = "h2:mem:";

  /** Whether the url is handed to a JDBC driver as it stands. */
  static boolean isJdbc(final String url) {
    return url.startsWith("jdbc:");
  }

  /**
   * @throws StorageException when the text is no db_url; the message does not repeat the text, as
   *     it may hold a password
   */
  static DbUrl parse(final String url) throws StorageException {
    if (url.startsWith(MEMORY)) {
      return new DbUrl("h2", "", "", "", 0, url.substring("h2:".length()));
    }
    final int colon = url.indexOf("://");
    if (colon <= 0) {
      throw new StorageException(
          "db_url is not of the form scheme://[user[:password]@]host[:port]/database");
    }
    final String scheme = url.substring(0, colon);
    final String rest = url.substring(colon + 3);
    return switch (scheme) {
      case "postgres", "mysql" -> server(scheme, rest);
      case "sqlite" -> sqlite(rest);
      case "h2" -> file(scheme, rest);
      default ->
          throw new StorageException(
              "db_url: unknown scheme "
                  + printable(scheme)
                  + " (postgres, mysql, sqlite, h2 and jdbc are known)");
    };
  }

  private static DbUrl server(final String scheme, final String rest) throws StorageException {
    final int at = rest.lastIndexOf('@');
    final String account = at < 0 ? "" : rest.substring(0, at);
    final int colon = account.indexOf(':');
    final String user = colon < 0 ? account : account.substring(0, colon);
    final String password = colon < 0 ? "" : account.substring(colon + 1);
    final String address = rest.substring(at + 1);
    final int slash = address.indexOf('/');
    if (slash < 0) {
      throw new StorageException(scheme + " db_url names no database (…@host/database)");
    }
    final String database = beforeQuestionMark(address.substring(slash + 1));
    if (database.isEmpty()) {
      throw new StorageException(scheme + " db_url names no database (…@host/database)");
    }
    final String hostPort = address.substring(0, slash);
    final int portColon = portColon(scheme, hostPort);
    final String host = portColon < 0 ? hostPort : hostPort.substring(0, portColon);
    final int port = portColon < 0 ? 0 : port(scheme, hostPort.substring(portColon + 1));
    return new DbUrl(
        scheme, user, password, host.isEmpty() ? "localhost" : unbracket(host), port, database);
  }

  private static int portColon(final String scheme, final String hostPort) throws StorageException {
    if (!hostPort.startsWith("[")) {
      return hostPort.indexOf(':');
    }
    final int end = hostPort.indexOf(']');
    if (end < 0 || hostPort.substring(0, end).indexOf(':') < 0) {
      throw new StorageException(
          scheme + " db_url: in brackets only an IPv6 address is supported, no my.cnf group");
    }
    if (end + 1 == hostPort.length()) {
      return -1;
    }
    if (hostPort.charAt(end + 1) != ':') {
      throw new StorageException(scheme + " db_url: only a port may follow the bracketed address");
    }
    return end + 1;
  }

  private static int port(final String scheme, final String digits) throws StorageException {
    try {
      final int port = Integer.parseInt(digits);
      if (port > 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (final NumberFormatException e) {
      // Falls through to the one message for every bad port.
    }
    throw new StorageException(scheme + " db_url: the port is not a number from 1 to " + MAX_PORT);
  }

  /**
   * Kamailio looks for {@code host/database} here too, so the first slash only separates an empty
   * host: {@code sqlite:////var/x.db} is absolute, {@code sqlite:///x.db} starts at the working
   * directory (which is the root for a daemon).
   */
  private static DbUrl sqlite(final String rest) throws StorageException {
    final int slash = rest.indexOf('/');
    if (slash < 0) {
      throw new StorageException("sqlite db_url names no file (sqlite:////absolute/path)");
    }
    return file("sqlite", rest.substring(slash + 1));
  }

  private static DbUrl file(final String scheme, final String path) throws StorageException {
    final String name = beforeQuestionMark(path);
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new StorageException(scheme + " db_url names no file");
    }
    return new DbUrl(scheme, "", "", "", 0, Path.of(name).toAbsolutePath().normalize().toString());
  }

  private static String beforeQuestionMark(final String text) {
    final int mark = text.indexOf('?');
    return mark < 0 ? text : text.substring(0, mark);
  }

  private static String unbracket(final String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static String printable(final String scheme) {
    return scheme.matches("[A-Za-z0-9+._-]{1,32}") ? "'" + scheme + "'" : "in db_url";
  }

  /** The host as it stands in a JDBC URL. */
  String hostInUrl() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /** The named port, or the database's own. */
  int portOr(final int usual) {
    return port == 0 ? usual : port;
  }

  Optional<String> userIfNamed() {
    return user.isEmpty() ? Optional.empty() : Optional.of(user);
  }

  /** For messages: everything but the password. */
  @Override
  public String toString() {
    if (host.isEmpty()) {
      return scheme + "://" + database;
    }
    return scheme
        + "://"
        + (user.isEmpty() ? "" : user + "@")
        + hostInUrl()
        + (port == 0 ? "" : ":" + port)
        + "/"
        + database;
  }
}
