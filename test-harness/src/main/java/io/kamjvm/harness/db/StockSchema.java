// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The create scripts that Kamailio's packages install. */
final class StockSchema {
  private StockSchema() {}

  /** The statements of one script, for example {@code ("postgres", "presence")}. */
  static String[] read(final String kind, final String name) {
    final Path script = Path.of("/usr/share/kamailio", kind, name + "-create.sql");
    try {
      return Stream.of(Files.readString(script).split(";\\s*(\\r?\\n|$)"))
          .map(String::strip)
          .filter(statement -> !statement.isEmpty())
          .toArray(String[]::new);
    } catch (final IOException e) {
      throw new UncheckedIOException("cannot read " + script, e);
    }
  }
}
