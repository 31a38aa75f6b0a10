// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.SqliteDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Kamailio of a pair, with its database. Restarting belongs to the one scenario that has it
 * alone; the rest is thread-safe.
 */
final class Server implements AutoCloseable {
  private static final String ALARMS =
      "CRITICAL: |BUG: |ALERT: |script writer didn't release|exited by a signal";

  private static final int ATTEMPTS = 4;

  private final ModuleSet modules;
  private final KamailioConfig config;
  private final Optional<Database> database;
  private volatile KamailioProcess kamailio;

  private Server(
      final ModuleSet modules, final KamailioConfig config, final Optional<Database> database) {
    this.modules = modules;
    this.config = config;
    this.database = database;
    this.kamailio = start(config);
  }

  /* many start at once: on a busy machine the database may not answer in time */
  private static KamailioProcess start(final KamailioConfig config) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return KamailioProcess.start(config);
      } catch (final KamailioStartException e) {
        if (e.log().matching("timed out").isEmpty()) {
          throw e;
        }
      }
    }
    return KamailioProcess.start(config);
  }

  /** Starts a Kamailio with these modules; the rest of its cfg is the profile's. */
  static Server start(
      final ModuleSet modules,
      final Profile profile,
      final String script,
      final Optional<Database> database) {
    final KamailioConfig baseline =
        database
            .map(opened -> KamailioConfig.on(opened.kamailioUrl()))
            .orElseGet(KamailioConfig::memoryOnly);
    return new Server(modules, profile.applyTo(baseline).modules(modules).script(script), database);
  }

  ModuleSet modules() {
    return modules;
  }

  KamailioProcess kamailio() {
    return kamailio;
  }

  int port() {
    return kamailio.port();
  }

  Database database() {
    return database.orElseThrow(() -> new IllegalStateException("this Kamailio has no database"));
  }

  /** Rows of a query; Kamailio's SQLite driver writes NULL where the others write empty texts. */
  List<Map<String, String>> rows(final String query) {
    final List<Map<String, String>> rows = database().rows(query);
    if (database() instanceof SqliteDatabase) {
      rows.forEach(row -> row.replaceAll((column, value) -> value.equals("null") ? "" : value));
    }
    return rows;
  }

  /** Stops Kamailio as an operator does, and starts it again. */
  void restart() {
    final int port = kamailio.port();
    kamailio.close();
    kamailio = KamailioProcess.start(config, port);
  }

  /**
   * How often this server has said that it had no time: the engine's busy answer, or stock's, whose
   * driver gives up on a locked SQLite file at once.
   */
  int overloaded() {
    return kamailio.log().matching("the busy answer|does not answer|database is locked").size();
  }

  /** Lines of the log that must not be there. */
  List<String> alarms() {
    return kamailio.log().matching(ALARMS);
  }

  @Override
  public void close() {
    kamailio.close();
  }
}
