// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Documents in tables that other programs change, too. */
class DocumentStorageTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(700);

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  private static List<Map<String, String>> rows(final Scene scene, final String presentity) {
    return scene
        .database()
        .rows("SELECT * FROM presentity WHERE username='" + user(presentity) + "'");
  }

  private static void change(
      final Scene scene, final String sql, final byte[] body, final String presentity) {
    try (Connection connection = scene.database().connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, body);
      statement.setString(2, user(presentity));
      assertThat(statement.executeUpdate()).isEqualTo(1);
    } catch (final SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void update(final Scene scene, final String presentity, final String note) {
    change(
        scene,
        "UPDATE presentity SET body=? WHERE username=?",
        document(presentity, note).getBytes(StandardCharsets.UTF_8),
        presentity);
  }

  private static void insert(final Scene scene, final String presentity, final String note) {
    final long now = Instant.now().getEpochSecond();
    change(
        scene,
        "INSERT INTO presentity (body, username, domain, event, etag, expires, received_time,"
            + " sender, priority, ruid) VALUES (?, ?, 'example.org', 'presence', 'x.1.2.3.0', "
            + (now + 600)
            + ", "
            + now
            + ", '', 0, 'pres-"
            + user(presentity)
            + "')",
        document(presentity, note).getBytes(StandardCharsets.UTF_8),
        presentity);
  }

  private static String fetched(final Scene scene, final String presentity) {
    final Watch fetch = scene.peer().watch(someone("fetch"), presentity);
    assertThat(fetch.subscribe(0).code()).isEqualTo(200);
    return fetch.next().body();
  }

  /** A first question may open a connection, which a machine under load does not do in a second. */
  private static void refresh(final Scene scene, final String presentity) {
    Await.until("refreshed", LIMIT, () -> refreshed(scene, presentity) == 200);
  }

  private static int refreshed(final Scene scene, final String presentity) {
    return scene
        .peer()
        .send(
            scene
                .peer()
                .request(Transport.UDP, "INFO", presentity, someone("asker"))
                .header("X-Event", "presence")
                .header("X-Refresh", "1"))
        .code();
  }

  /** {@code publ_cache} 0. */
  abstract static class TableIsTruth {
    abstract Scene scene();

    static KamailioConfig truth(final KamailioConfig config) {
      return config.presence("publ_cache", 0).presence("clean_period", 1);
    }

    @Test
    @DisplayName("publ_cache=0: published, changed, refreshed, removed; watchers hear of each")
    void life() {
      final String bob = someone("bob");
      final Publisher publisher = scene().peer().publisher(bob);
      publisher.publish(document(bob, "first"));
      assertThat(rows(scene(), bob)).hasSize(1);
      final Watch alice = scene().peer().watch(someone("alice"), bob);
      assertThat(alice.start().body()).contains("first");
      publisher.publish(document(bob, "second"));
      alice.untilBody("second", LIMIT);
      final String tag = publisher.etag();
      assertThat(publisher.refresh(300).code()).isEqualTo(200);
      assertThat(publisher.etag()).isNotEqualTo(tag);
      assertThat(rows(scene(), bob).get(0).get("etag")).isEqualTo(publisher.etag());
      assertThat(publisher.remove().code()).isEqualTo(200);
      alice.untilBody("closed", LIMIT);
      assertThat(rows(scene(), bob)).isEmpty();
    }

    @Test
    @DisplayName("publ_cache=0: an SQL INSERT, UPDATE or DELETE from outside is seen at once")
    void outside() {
      final String bob = someone("bob");
      insert(scene(), bob, "inserted");
      assertThat(fetched(scene(), bob)).contains("inserted");
      update(scene(), bob, "updated");
      assertThat(fetched(scene(), bob)).contains("updated");
      scene().database().execute("DELETE FROM presentity WHERE username='" + user(bob) + "'");
      assertThat(fetched(scene(), bob)).isEmpty();
    }

    @Test
    @DisplayName("publ_cache=0: a tag that somebody else has given works here; an old one is 412")
    void tags() {
      final String bob = someone("bob");
      insert(scene(), bob, "inserted");
      final Publisher other = scene().peer().publisher(bob);
      assertThat(
              other
                  .send(other.draft().header("SIP-If-Match", "x.1.2.3.0").header("Expires", "300"))
                  .code())
          .isEqualTo(200);
      assertThat(other.etag()).isEqualTo("x.1.2.3.1");
      assertThat(
              other
                  .send(
                      scene()
                          .peer()
                          .publisher(bob)
                          .draft()
                          .header("SIP-If-Match", "x.1.2.3.0")
                          .header("Expires", "300"))
                  .code())
          .isEqualTo(412);
      assertThat(rows(scene(), bob)).hasSize(1);
    }

    @Test
    @DisplayName("publ_cache=0: an expired document leaves the table and is shown as closed, once")
    void expiry() {
      final String bob = someone("bob");
      final Watch alice = scene().peer().watch(someone("alice"), bob);
      alice.start();
      scene().peer().publisher(bob).publish(document(bob, "brief"), 1);
      alice.untilBody("brief", LIMIT);
      alice.untilBody("closed", LIMIT);
      Await.until("row gone", LIMIT, () -> rows(scene(), bob).isEmpty());
      alice.expectSilence(SHORT);
    }

    @Test
    @DisplayName("PRES-088 a type-1 refresh tells watchers what an SQL UPDATE has changed")
    void pres088() {
      final String bob = someone("bob");
      scene().peer().publisher(bob).publish(document(bob, "before"));
      final Watch alice = scene().peer().watch(someone("alice"), bob);
      alice.start();
      update(scene(), bob, "after");
      refresh(scene(), bob);
      final Notify told = alice.next();
      assertThat(told.body()).contains("after").doesNotContain("before");
      update(scene(), bob, "later");
      assertThat(
              scene()
                  .kamailio()
                  .kamcmd()
                  .run("presence.refreshWatchers", bob, "presence", "1")
                  .failed())
          .isFalse();
      alice.untilBody("later", LIMIT);
    }

    @Test
    @Deviation("lists nothing")
    @DisplayName("PRES-096 presentity_list shows what the table has")
    void pres096() {
      final String bob = someone("bob");
      insert(scene(), bob, "inserted");
      assertThat(scene().kamailio().kamcmd().run("presence.presentity_list").field("user"))
          .contains(user(bob));
    }
  }

  @Nested
  class TruthOnPostgres extends TableIsTruth {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(TableIsTruth::truth);

    @Override
    Scene scene() {
      return SCENE;
    }
  }

  @Nested
  class TruthOnSqlite extends TableIsTruth {
    @RegisterExtension static final Scene SCENE = Scene.onSqlite(TableIsTruth::truth);

    @Override
    Scene scene() {
      return SCENE;
    }
  }

  /** The default: memory holds what the table held at the start and what came since. */
  @Nested
  class Cached {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config);

    @Test
    @Deviation("reads the table whenever its index knows of a document")
    @DisplayName("PRES-088 publ_cache=1: a type-1 refresh reads the rows again")
    void pres088Cached() {
      final String bob = someone("bob");
      SCENE.peer().publisher(bob).publish(document(bob, "before"));
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      update(SCENE, bob, "after");
      assertThat(fetched(SCENE, bob)).contains("before");
      refresh(SCENE, bob);
      assertThat(alice.next().body()).contains("after");
      assertThat(fetched(SCENE, bob)).contains("after");
    }

    @Test
    @Deviation("the command does not exist in 5.6")
    @DisplayName("PRES-095 publish_cache_sync: after an INSERT the next SUBSCRIBE sees it")
    void pres095() {
      final String bob = someone("bob");
      insert(SCENE, bob, "inserted");
      assertThat(fetched(SCENE, bob)).isEmpty();
      for (int i = 0; i < 2; i++) {
        assertThat(SCENE.kamailio().kamcmd().run("presence.publish_cache_sync").text())
            .contains("OK");
      }
      assertThat(fetched(SCENE, bob)).contains("inserted");
    }

    @Test
    @Deviation("the command does not exist in 5.6")
    @DisplayName("PRES-093 presentity_show filters by user and domain")
    void pres093() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(document(bob, "shown"));
      final Kamcmd kamcmd = SCENE.kamailio().kamcmd();
      final Kamcmd.Output basic = kamcmd.run("presence.presentity_show", "basic", user(bob), "*");
      assertThat(basic.field("etag")).containsExactly(publisher.etag());
      assertThat(basic.field("body")).isEmpty();
      final Kamcmd.Output full =
          kamcmd.run("presence.presentity_show", "full", user(bob), "EXAMPLE.org");
      assertThat(full.text()).contains("shown");
      assertThat(kamcmd.run("presence.presentity_show", "xyz", "*", "*").text())
          .contains("500")
          .contains("Unknown output mode");
    }

    @Test
    @Deviation("the command does not exist in 5.6")
    @DisplayName("PRES-094 watcher_list lists the subscriptions to a presentity")
    void pres094() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      final Watch watch = SCENE.peer().watch(alice, bob);
      watch.start();
      final Kamcmd.Output full =
          SCENE.kamailio().kamcmd().run("presence.watcher_list", "full", bob);
      assertThat(full.field("watcher_user")).containsExactly(user(alice));
      assertThat(full.field("callid")).containsExactly(watch.callId());
      assertThat(full.field("status")).containsExactly("1");
      assertThat(full.field("to_tag")).containsExactly(watch.remoteTag());
      watch.subscribe(0);
      watch.next();
      assertThat(
              SCENE.kamailio().kamcmd().run("presence.watcher_list", "basic", bob).field("callid"))
          .isEmpty();
    }

    @Test
    @DisplayName("PRES-089 refreshWatchers says what its arguments lack")
    void pres089() {
      final Kamcmd kamcmd = SCENE.kamailio().kamcmd();
      assertThat(kamcmd.run("presence.refreshWatchers", "sip:a@b", "presence").text())
          .contains("Not enough parameters");
      assertThat(kamcmd.run("presence.refreshWatchers", "sip:a@b", "presence", "2").text())
          .contains("No file uri or name parameters");
      assertThat(kamcmd.run("presence.refreshWatchers", "sip:a@b", "foo", "1").text())
          .contains("Execution failed");
    }
  }
}
