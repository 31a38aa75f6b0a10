// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops the start of a Kamailio with pua (spec pua 6). */
class PuaStartTest {

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static void refuses(final KamailioConfig config, final String... words) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class, () -> KamailioProcess.start(config).close());
    assertThat(failure).as("Kamailio must refuse to start").isNotNull();
    assertThat(failure.leftBehind()).isEmpty();
    assertThat(failure.log().matching(".")).anySatisfy(line -> assertThat(line).contains(words));
  }

  private static KamailioConfig with(final Path directory, final String line) {
    return PuaScene.load(KamailioConfig.memoryOnly(), directory).line(line);
  }

  @Test
  @DisplayName("PUA-002 update_period 5 stops the start")
  void pua002(@TempDir final Path directory) {
    refuses(with(directory, "modparam(\"pua\", \"update_period\", 5)"), "update_period");
  }

  @Test
  @DisplayName("PUA-004 check_remote_contact 2 stops the start")
  void pua004(@TempDir final Path directory) {
    refuses(with(directory, "modparam(\"pua\", \"check_remote_contact\", 2)"), "check_remote");
  }

  @Test
  @DisplayName("PUA-006 a table of version 6 stops the start")
  void pua006(@TempDir final Path directory) {
    final SqliteDatabase database = SqliteDatabase.create(directory.resolve("kamailio.db"));
    database.execute("UPDATE version SET table_version=6 WHERE table_name='pua'");
    refuses(
        with(directory, "modparam(\"pua\", \"db_url\", \"" + database.kamailioUrl() + "\")"),
        "table pua has version 6");
  }

  @Test
  @DisplayName("PUA-009 pua_rpc loaded before pua works just as well")
  void pua009(@TempDir final Path directory) {
    final KamailioConfig config =
        KamailioConfig.memoryOnly().line("loadmodule \"pua_rpc.so\"").line("loadmodule \"pua.so\"");
    config.line("modparam(\"pua\", \"db_url\", \"h2://" + directory.resolve("pua") + "\")");
    try (KamailioProcess kamailio = KamailioProcess.start(config)) {
      assertThat(kamailio.kamcmd().run("pua.cleanup").failed()).isFalse();
    }
  }
}
