// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.SqliteDatabase;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fresh databases with the stock tables, on the servers that all classes of a run share. */
public final class Databases implements BeforeAllCallback {
  private Optional<ExtensionContext> context = Optional.empty();

  /** What Kamailio's packages bring tables and drivers for. */
  public enum Kind {
    POSTGRES,
    MARIADB,
    SQLITE
  }

  @Override
  public void beforeAll(final ExtensionContext of) {
    context = Optional.of(of);
  }

  /**
   * A new database.
   *
   * @param directory for those that are files
   */
  public Database fresh(final Kind kind, final Path directory) {
    return switch (kind) {
      case POSTGRES -> Scene.postgres(context.orElseThrow()).create();
      case MARIADB -> Scene.mariaDb(context.orElseThrow()).create();
      case SQLITE -> SqliteDatabase.create(directory.resolve("kamailio.db"));
    };
  }
}
