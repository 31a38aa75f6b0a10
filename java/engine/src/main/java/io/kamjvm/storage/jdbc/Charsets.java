// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Java's names for the databases' character sets; empty: everything fits, or we can not tell. */
final class Charsets {
  private Charsets() {}

  static Optional<Charset> ofPostgres(final String encoding) {
    final String name = encoding.toUpperCase(Locale.ROOT);
    if (name.equals("UTF8") || name.equals("SQL_ASCII")) {
      return Optional.empty();
    }
    if (name.startsWith("LATIN") && !name.equals("LATIN1")) {
      return named("ISO-8859-" + latinPart(name.substring(5)));
    }
    if (name.startsWith("WIN")) {
      return named("windows-" + name.substring(3));
    }
    return named(name);
  }

  /** PostgreSQL counts Latin alphabets, ISO counts parts of the standard. */
  private static String latinPart(final String number) {
    return switch (number) {
      case "5" -> "9";
      case "7" -> "13";
      case "9" -> "15";
      default -> number;
    };
  }

  static Optional<Charset> ofMariaDb(final String name) {
    return switch (name) {
      case "utf8mb4", "utf16", "utf32", "binary", "" -> Optional.empty();
      // Three bytes at most: the basic plane, which is what this Java encoder accepts.
      case "utf8", "utf8mb3", "ucs2" -> named("CESU-8");
      case "latin1" -> named("windows-1252");
      case "ascii" -> Optional.of(StandardCharsets.US_ASCII);
      default -> named(name);
    };
  }

  private static Optional<Charset> named(final String name) {
    return Charset.isSupported(name) ? Optional.of(Charset.forName(name)) : Optional.empty();
  }
}
