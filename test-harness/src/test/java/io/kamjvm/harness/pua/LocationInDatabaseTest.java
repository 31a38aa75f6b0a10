// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static io.kamjvm.harness.pua.ReginfoDocuments.active;
import static io.kamjvm.harness.pua.ReginfoDocuments.contact;
import static io.kamjvm.harness.pua.ReginfoDocuments.document;
import static io.kamjvm.harness.pua.ReginfoDocuments.expires;
import static io.kamjvm.harness.pua.ReginfoDocuments.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** usrloc with a database: what the engine knows of it after restarts of either. */
class LocationInDatabaseTest {
  @TempDir Path directory;

  private RegistrarScene scene(final int mode) {
    Scene.requireModules();
    final String url =
        SqliteDatabase.create(directory.resolve("location.db")).with("usrloc").kamailioUrl();
    return new RegistrarScene(
        ModuleSet.OURS,
        RegistrarScene.ROUTES,
        (config, stub) -> with(RegistrarScene.publishing(config, stub), url, mode));
  }

  private static KamailioConfig with(
      final KamailioConfig config, final String url, final int mode) {
    return config
        .line("modparam(\"usrloc\", \"db_mode\", " + mode + ")")
        .line("modparam(\"usrloc\", \"db_url\", \"" + url + "\")");
  }

  private static String at(final String user, final String host) {
    return "sip:" + user + "@" + host;
  }

  @Test
  @DisplayName("db_mode 1: after a restart what usrloc has in its table is compared and published")
  void writeThrough() throws IOException {
    final RegistrarScene scene = scene(1);
    final String user = Scene.user(Scene.someone("kept"));
    try {
      scene.start();
      scene.register(user, at(user, "10.0.0.1"), 600, "k@ua", 1);
      scene.stub().next(user);
      scene.notify(
          document(active(user, contact(at(user, "192.0.2.1"), "registered", expires(300)))));
      scene.restart();
      assertThat(scene.stub().next(user).body())
          .contains(at(user, "10.0.0.1"), at(user, "192.0.2.1"), "event=\"registered\"");
      assertThat(scene.notify(document(registration(user, "terminated")))).isEqualTo(2);
      scene.restart();
      assertThat(scene.lookup(user)).as("gone from the database, too").isEmpty();
      assertThat(scene.stub().next(user).body()).contains("state=\"terminated\"");
    } finally {
      scene.stop();
    }
  }

  @Test
  @DisplayName("db_mode 3: every change tells of all bindings of its AOR")
  void databaseOnly() throws IOException {
    final RegistrarScene scene = scene(3);
    final String user = Scene.user(Scene.someone("only"));
    try {
      scene.start();
      scene.register(user, at(user, "10.0.0.1"), 600, "k@ua", 1);
      assertThat(scene.stub().next(user).body()).contains("created");
      final long before = scene.kamailio().engine().orElseThrow();
      ProcessHandle.of(before).orElseThrow().destroyForcibly();
      Await.until(
          "another engine",
          Duration.ofSeconds(30),
          () -> scene.kamailio().engine().filter(pid -> pid != before).isPresent());
      scene.register(user, at(user, "10.0.0.2"), 600, "l@ua", 1);
      assertThat(scene.stub().next(user).body())
          .contains(at(user, "10.0.0.1"), at(user, "10.0.0.2"));
      final String learned = contact(at(user, "192.0.2.1"), "registered", expires(300));
      assertThat(scene.notify(document(active(user, learned)))).isEqualTo(1);
      assertThat(
              scene.notify(
                  document(
                      active(user, contact(at(user, "192.0.2.1"), "unregistered", expires(300))))))
          .isEqualTo(1);
      assertThat(scene.notify(document(registration(user, "terminated")))).isEqualTo(2);
      assertThat(scene.lookup(user)).isEmpty();
    } finally {
      scene.stop();
    }
  }
}
