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

/** What stops the start of a Kamailio with pua_reginfo or pua_usrloc (spec pua 6). */
class ReginfoStartTest {
  private static final String DOMAIN = "modparam(\"pua_reginfo\", \"default_domain\", \"x.org\")";

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static KamailioConfig base(final Path directory) {
    return RegistrarScene.modules(
        KamailioConfig.memoryOnly().script(RegistrarScene.ROUTES), directory.resolve("pua.db"));
  }

  private static void refuses(final KamailioConfig config, final String... words) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class, () -> KamailioProcess.start(config).close());
    assertThat(failure).as("Kamailio must refuse to start").isNotNull();
    assertThat(failure.leftBehind()).isEmpty();
    assertThat(failure.log().matching(".")).anySatisfy(line -> assertThat(line).contains(words));
  }

  @Test
  @DisplayName("PUA-095 without server_address there is no start")
  void pua095address(@TempDir final Path directory) {
    refuses(base(directory).line("loadmodule \"pua_reginfo.so\"").line(DOMAIN), "server_address");
  }

  @Test
  @DisplayName("PUA-095 without default_domain there is no start when registrations are published")
  void pua095domain(@TempDir final Path directory) {
    refuses(RegistrarScene.withReginfo(base(directory)), "default");
  }

  @Test
  @DisplayName("PUA-106 a literal that is no number, as time to live, is an error of the cfg")
  void pua106(@TempDir final Path directory) {
    refuses(
        RegistrarScene.withReginfo(base(directory))
            .line(DOMAIN)
            .script("request_route {\n  reginfo_subscribe(\"sip:x@y.org\", \"soon\");\n}\n"),
        "");
  }

  @Test
  @DisplayName("PUA-107 reginfo_subscribe() in a failure route is an error of the cfg")
  void pua107(@TempDir final Path directory) {
    refuses(
        RegistrarScene.withReginfo(base(directory))
            .line(DOMAIN)
            .script(
                "request_route {\n  exit;\n}\n"
                    + "failure_route[F] {\n  reginfo_subscribe(\"sip:x@y.org\");\n}\n"),
        "reginfo_subscribe");
  }

  @Test
  @DisplayName("Without usrloc before it there is no start, and the line says so")
  void noUsrloc(@TempDir final Path directory) {
    refuses(
        KamailioConfig.memoryOnly()
            .script("request_route {\n  exit;\n}\n")
            .line("loadmodule \"pua.so\"")
            .line("loadmodule \"db_sqlite.so\"")
            .line(
                "modparam(\"pua\", \"db_url\", \""
                    + SqliteDatabase.create(directory.resolve("p.db")).kamailioUrl()
                    + "\")")
            .line("loadmodule \"pua_reginfo.so\""),
        "usrloc");
  }

  @Test
  @DisplayName("pua_usrloc wants default_domain")
  void usrlocDomain(@TempDir final Path directory) {
    refuses(
        base(directory)
            .script("request_route {\n  exit;\n}\n")
            .line("loadmodule \"pua_usrloc.so\""),
        "default");
  }
}
