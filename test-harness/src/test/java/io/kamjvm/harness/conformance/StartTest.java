// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.PostgresServer;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Starts that must fail, say why in one line and leave nothing behind; and some that must not. */
class StartTest {
  private static final String NO_HANDLERS =
      """
      request_route {
        sl_send_reply("200", "OK");
      }
      """;

  private static PostgresServer server;

  @RegisterExtension
  static final BeforeAllCallback POSTGRES = context -> server = Scene.postgres(context);

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static Database database() {
    return server.create();
  }

  private static KamailioStartException failure(final KamailioConfig config) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class, () -> KamailioProcess.start(config).close());
    assertThat(failure).as("Kamailio must refuse to start").isNotNull();
    assertThat(failure.exitCode()).as(failure.getMessage()).isPositive();
    assertThat(failure.leftBehind()).isEmpty();
    return failure;
  }

  private static void saysInOneLine(final KamailioStartException failure, final String... words) {
    assertThat(failure.log().matching(".")).anySatisfy(line -> assertThat(line).contains(words));
  }

  @Test
  @DisplayName("PRES-097 min_expires_action=3 stops the start")
  void pres097MinExpiresAction() {
    saysInOneLine(
        failure(KamailioConfig.memoryOnly().presence("min_expires_action", 3)),
        "min_expires_action");
  }

  @Test
  @DisplayName("PRES-097 table version 4 of presentity stops the start")
  void pres097TableVersion() {
    final Database database = database();
    database.execute("UPDATE version SET table_version=4 WHERE table_name='presentity'");
    final KamailioStartException failure = failure(KamailioConfig.on(database.kamailioUrl()));
    assertThat(failure.log().matching("presentity.*version|version.*presentity")).isNotEmpty();
  }

  @Test
  @DisplayName("PRES-097 unknown local_log_facility stops the start")
  void pres097LogFacility() {
    final KamailioStartException failure =
        failure(KamailioConfig.memoryOnly().presence("local_log_facility", "LOG_NOWHERE"));
    assertThat(failure.log().matching("facility")).isNotEmpty();
  }

  @Test
  @DisplayName("PRES-097 enable_dmq=1 without dmq stops the start")
  void pres097Dmq() {
    final KamailioStartException failure =
        failure(KamailioConfig.memoryOnly().presence("enable_dmq", 1));
    assertThat(failure.log().matching("(?i)dmq")).isNotEmpty();
  }

  @Test
  @DisplayName("PRES-098 no db_url, publ_cache=1: a cfg that calls a handler does not start")
  void pres098Refused() {
    final KamailioStartException failure = failure(KamailioConfig.bare());
    assertThat(failure.log().matching("db_url|handle_(publish|subscribe)")).isNotEmpty();
  }

  @Test
  @DisplayName("PRES-098 no db_url, publ_cache=1: a cfg that calls no handler starts")
  void pres098Library() {
    try (KamailioProcess kamailio =
        KamailioProcess.start(KamailioConfig.bare().script(NO_HANDLERS))) {
      assertThat(kamailio.kamcmd().run("core.version").failed()).isFalse();
    }
  }

  @Test
  @DisplayName("PRES-099 no db_url, publ_cache=2, subs_db_mode=0: full service without database")
  void pres099() {
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly());
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      final String bob = someone("bob");
      final var alice = peer.watch(someone("alice"), bob);
      assertThat(alice.start().state()).isEqualTo("active");
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "no database"));
      assertThat(alice.next().body()).contains("no database");
    }
  }

  @Test
  @DisplayName("PRES-099 no db_url, publ_cache=2, subs_db_mode=2 does not start")
  void pres099Refused() {
    final KamailioStartException failure =
        failure(KamailioConfig.bare().presence("publ_cache", 2).presence("subs_db_mode", 2));
    if (ModuleSet.selected() == ModuleSet.OURS) {
      saysInOneLine(failure, "db_url");
    }
  }

  @Test
  @DisplayName("PRES-101 renamed tables are used everywhere, version check included")
  void pres101() {
    final Database database = database();
    for (final String table : new String[] {"presentity", "active_watchers", "watchers"}) {
      database.execute(
          "ALTER TABLE " + table + " RENAME TO my_" + table,
          "UPDATE version SET table_name='my_" + table + "' WHERE table_name='" + table + "'");
    }
    final KamailioConfig config =
        KamailioConfig.on(database.kamailioUrl())
            .presence("presentity_table", "my_presentity")
            .presence("active_watchers_table", "my_active_watchers")
            .presence("watchers_table", "my_watchers")
            .presence("subs_db_mode", 1);
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      final String bob = someone("bob");
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"));
      assertThat(peer.watch(someone("alice"), bob).start().body()).contains("x");
      assertThat(database.rows("SELECT * FROM my_presentity WHERE username='" + user(bob) + "'"))
          .hasSize(1);
      assertThat(database.rows("SELECT * FROM my_active_watchers")).hasSize(1);
    }
  }

  @Test
  @DisplayName("an unknown database scheme stops the start and names db_url")
  void unknownScheme() {
    final KamailioStartException failure =
        failure(KamailioConfig.on("nosuchdb://u:p@127.0.0.1/kamailio"));
    if (ModuleSet.selected() == ModuleSet.OURS) {
      saysInOneLine(failure, "db_url", "nosuchdb");
    }
  }

  @Test
  @DisplayName("a wrong password stops the start, names db_url and does not tell the password")
  void wrongPassword() {
    final KamailioStartException failure =
        failure(
            KamailioConfig.on(database().kamailioUrl().replaceFirst(":[^:/@]+@", ":wrongsecret@")));
    if (ModuleSet.selected() == ModuleSet.OURS) {
      saysInOneLine(failure, "db_url", "password");
      assertThat(failure.log().matching("wrongsecret")).isEmpty();
    }
  }

  @Test
  @DisplayName("a missing table stops the start and is named")
  void missingTable() {
    final Database database = database();
    database.execute("DROP TABLE presentity", "DELETE FROM version WHERE table_name='presentity'");
    final KamailioStartException failure = failure(KamailioConfig.on(database.kamailioUrl()));
    assertThat(failure.log().matching("presentity")).isNotEmpty();
  }

  @Test
  @DisplayName("an unknown modparam stops the start and is named")
  void unknownParameter() {
    final KamailioStartException failure =
        failure(KamailioConfig.memoryOnly().presence("no_such_parameter", 1));
    assertThat(failure.log().matching("no_such_parameter")).isNotEmpty();
  }

  @Test
  @Deviation("has no such parameters")
  @DisplayName("two values for a parameter that all modules share stop the start")
  void conflictingParameters() {
    saysInOneLine(
        failure(KamailioConfig.memoryOnly().presence("couriers", 1).presenceXml("couriers", 2)),
        "couriers",
        "is set to 1 and to 2");
    saysInOneLine(
        failure(
            KamailioConfig.memoryOnly()
                .presence("jvm_options", "-Xmx256m")
                .presenceXml("jvm_options", "-Xmx128m")),
        "jvm_options",
        "-Xmx256m",
        "-Xmx128m");
  }

  @Test
  @DisplayName("force_active=0 without a table of rules, or without servers, stops the start")
  void rulesFromSomewhere() {
    final Database database = database();
    saysInOneLine(
        failure(KamailioConfig.on(database.kamailioUrl()).presenceXml("force_active", 0)),
        "xcap_server");
    database.execute("UPDATE version SET table_version=3 WHERE table_name='xcap'");
    saysInOneLine(
        failure(
            KamailioConfig.on(database.kamailioUrl())
                .presenceXml("force_active", 0)
                .presenceXml("integrated_xcap_server", 1)),
        "xcap",
        "version 3");
  }
}
