// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.NotYet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  private static KamailioConfig withFifo(final Path directory, final String... parameters) {
    final KamailioConfig config =
        PuaScene.load(KamailioConfig.memoryOnly(), directory).line("loadmodule \"pua_mi.so\"");
    for (final String parameter : parameters) {
      config.line("modparam(" + parameter + ")");
    }
    return config;
  }

  @Test
  @DisplayName("A FIFO that can not be made stops the start; a file that is none is not touched")
  void fifoThatCanNotBe(@TempDir final Path directory) throws IOException {
    final Path file = Files.writeString(directory.resolve("file"), "mine");
    refuses(withFifo(directory, "\"pua_mi\", \"fifo_name\", \"" + file + "\""), "fifo_name");
    assertThat(file).hasContent("mine");
    final String name = "\"pua_mi\", \"fifo_name\", \"" + directory.resolve("fifo") + "\"";
    refuses(withFifo(directory, name, "\"pua_mi\", \"reply_dir\", \"/nowhere/\""), "reply_dir");
    refuses(withFifo(directory, name, "\"pua_mi\", \"fifo_user\", \"nobody-here\""), "fifo_user");
    refuses(withFifo(directory, name, "\"pua_mi\", \"fifo_group\", \"nobody-here\""), "fifo_group");
    refuses(
        withFifo(directory, name)
            .line("loadmodule \"mi_fifo.so\"")
            .line("modparam(\"mi_fifo\", \"fifo_name\", \"" + file + "\")"),
        "fifo_name is set to");
    assertThat(directory.resolve("fifo")).doesNotExist();
  }

  @Test
  @DisplayName("PUA-078 the FIFO's parameters set for pua_mi alone; with a line for the proxy")
  void pua078(@TempDir final Path directory) throws Exception {
    try (Fifo fifo = new Fifo();
        StubServer stub = new StubServer()) {
      Fifo.make(fifo.path());
      final KamailioConfig config =
          withFifo(
              directory,
              "\"pua_mi\", \"publish_with_ob_proxy\", 1",
              "\"pua_mi\", \"fifo_name\", \"" + fifo.path() + "\"",
              "\"pua_mi\", \"fifo_mode\", 0600",
              "\"pua_mi\", \"fifo_user\", \"" + System.getProperty("user.name") + "\"",
              "\"pua_mi\", \"reply_indent\", \"  \"",
              "\"pua_mi\", \"reply_dir\", \"" + fifo.replyDirectory() + "\"");
      try (KamailioProcess kamailio = KamailioProcess.start(config)) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fifo.path())))
            .isEqualTo("rw-------");
        final String body = PuaScene.pidf("x");
        final String proxy = stub.uri("proxy");
        final String there = "sip:there@192.0.2.77";
        assertThat(
                fifo.command(
                    "pua_publish", there, "60", "presence", ".", ".", ".", proxy, ".", body))
            .startsWith("200 OK\n200 OK\n");
        assertThat(stub.next("there").requestUri()).isEqualTo(there);
        assertThat(
                fifo.command(
                    "pua_publish",
                    stub.uri("direct"),
                    "60",
                    "presence",
                    ".",
                    ".",
                    ".",
                    ".",
                    ".",
                    body))
            .startsWith("200 OK\n200 OK\n");
        stub.next("direct");
        assertThat(
                fifo.command("pua_publish", stub.uri("few"), "60", "presence", ".", ".", ".", "."))
            .isEqualTo("500 command 'pua_publish' failed\n");
      }
      assertThat(fifo.path()).doesNotExist();
    }
  }

  @Test
  @DisplayName("PUA-001 a negative update_period stops the start")
  void pua001(@TempDir final Path directory) {
    refuses(with(directory, "modparam(\"pua\", \"update_period\", -1)"), "update_period");
  }

  @Test
  @DisplayName("Modules in front of pua say that they need it")
  void withoutPua() {
    for (final String module : List.of("pua_mi", "pua_rpc", "presence_dfks")) {
      refuses(
          KamailioConfig.memoryOnly().line("loadmodule \"" + module + ".so\""),
          module + ".so needs pua.so");
    }
  }

  @Test
  @NotYet("bind_pua and bind_libxml_api come with the C API of the modules")
  @DisplayName("PUA-008 stock modules load on top of pua")
  void pua008(@TempDir final Path directory) {
    try (KamailioProcess kamailio =
        KamailioProcess.start(with(directory, "loadmodule \"pua_dialoginfo.so\""))) {
      assertThat(kamailio.kamcmd().run("pua.cleanup").failed()).isFalse();
    }
  }

  @Test
  @DisplayName("kamcmd, which has no delayed replies, gets 202 when nobody answers within 5 s")
  void patience(@TempDir final Path directory) {
    final KamailioConfig config =
        PuaScene.load(KamailioConfig.memoryOnly(), directory)
            .line("loadmodule \"pua_mi.so\"")
            .line("modparam(\"tm\", \"fr_timer\", 12000)");
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio = KamailioProcess.start(config)) {
      stub.reaction = r -> Optional.empty();
      final String body = PuaScene.pidf("x");
      final long begun = System.nanoTime();
      assertThat(
              kamailio
                  .kamcmd()
                  .run(
                      "pua.publish",
                      stub.uri("slow"),
                      "s:60",
                      "presence",
                      ".",
                      ".",
                      ".",
                      ".",
                      ".",
                      body)
                  .text())
          .contains("Code: 202", "Reason: Accepted");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(4));
      stub.next("slow");
      assertThat(
              kamailio
                  .kamcmd()
                  .run(
                      "pua_publish",
                      stub.uri("other"),
                      "s:60",
                      "presence",
                      ".",
                      ".",
                      ".",
                      ".",
                      body)
                  .text())
          .contains("Code: 202", "Reason: Accepted");
      stub.next("other");
    }
  }
}
