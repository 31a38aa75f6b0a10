// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.PackageJar;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event packages in jars of an operator's own, and authorisation by their rules. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class PackagesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Path directory(final String name) {
    try {
      return Files.createTempDirectory(name);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nested
  class Rules {
    private static final Path HOME = directory("kamrules");
    private static final SqliteDatabase DATABASE =
        SqliteDatabase.create(HOME.resolve("presence.sqlite"));

    @RegisterExtension static final Scene SCENE = Scene.inMemory(Rules::configure);

    private static KamailioConfig configure(final KamailioConfig config) {
      PackageJar.make(HOME.resolve("guarded.jar"), "Guarded.java", List.of("sample.Guarded"));
      return config
          .presence("publ_cache", 1)
          .presence("subs_db_mode", 2)
          .dbUrl(DATABASE.kamailioUrl())
          .presence("package_dir", HOME.toString())
          .presence("jvm_options", "-Dsample.rules=" + HOME)
          .presenceXml("disable_presence", 1);
    }

    @AfterAll
    static void remove() {
      PackageJar.remove(HOME);
    }

    private static void says(final String presentity, final String watcher, final String word) {
      write(user(presentity) + ".rules", user(watcher) + "=" + word + "\n");
    }

    private static void write(final String file, final String text) {
      try {
        Files.writeString(HOME.resolve(file), text);
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Kamcmd.Output update(final String presentity) {
      return SCENE.kamailio().kamcmd().run("presence.updateWatchers", presentity, "presence");
    }

    private static List<Map<String, String>> watchers(final String presentity) {
      return DATABASE.rows(
          "SELECT watcher_username, status FROM watchers WHERE presentity_uri='"
              + presentity
              + "'");
    }

    private static void publish(final String presentity, final String text) {
      final Publisher publisher =
          SCENE.peer().publisher(presentity).event("presence", "text/plain");
      assertThat(publisher.publish(text).code()).isEqualTo(200);
    }

    private static String status(final String presentity, final String watcher) {
      return SCENE
          .peer()
          .send(
              SCENE
                  .peer()
                  .request(Transport.UDP, "INFO", presentity, someone("asker"))
                  .header("X-Asks", watcher))
          .reason();
    }

    @Test
    @DisplayName("PRES-081 without rules a watcher is pending, sees nothing, and winfo says so")
    void pres081() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      publish(bob, "one");
      final Notify first = SCENE.peer().watch(alice, bob).start();
      assertThat(first.subscriptionState()).startsWith("pending;expires=");
      assertThat(first.body()).isEmpty();
      assertThat(first.contentType()).isEmpty();
      assertThat(watchers(bob))
          .containsExactly(Map.of("watcher_username", user(alice), "status", "2"));
      final Watch winfo = SCENE.peer().watch(bob, bob).event("presence.winfo");
      assertThat(winfo.start().body())
          .contains("event=\"subscribe\" status=\"pending\">" + alice + "<");
      assertThat(status(bob, alice)).isEqualTo("status 2");
    }

    @Test
    @DisplayName("PRES-082 rules that let a watcher in, and an update: active with the state")
    void pres082() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      publish(bob, "one");
      final Watch watch = SCENE.peer().watch(alice, bob);
      watch.start();
      final Watch winfo = SCENE.peer().watch(bob, bob).event("presence.winfo");
      winfo.start();
      says(bob, alice, "allow");
      assertThat(update(bob).failed()).isFalse();
      final Notify approved = watch.next();
      assertThat(approved.subscriptionState()).startsWith("active;expires=");
      assertThat(approved.body()).isEqualTo("one");
      assertThat(winfo.next().body())
          .contains("event=\"approved\" status=\"active\">" + alice + "<");
      assertThat(watchers(bob).get(0)).containsEntry("status", "1");
      publish(bob, "two");
      assertThat(watch.next().body()).isEqualTo("one\ntwo");
    }

    @Test
    @DisplayName("PRES-083 a watcher who is blocked is told so, and nothing is kept of him")
    void pres083() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      says(bob, alice, "allow");
      publish(bob, "one");
      final Watch watch = SCENE.peer().watch(alice, bob);
      watch.start();
      says(bob, alice, "block");
      assertThat(update(bob).failed()).isFalse();
      assertThat(watch.next().subscriptionState()).isEqualTo("terminated;reason=rejected");
      assertThat(watchers(bob).get(0)).containsEntry("status", "3");
      final Watch again = SCENE.peer().watch(alice, bob);
      assertThat(again.subscribe(600).code()).isEqualTo(200);
      final Notify refused = again.next();
      assertThat(refused.subscriptionState()).isEqualTo("terminated;reason=rejected");
      assertThat(refused.body()).isEmpty();
      publish(bob, "two");
      again.expectSilence(Duration.ofMillis(1200));
      assertThat(
              DATABASE.rows(
                  "SELECT callid FROM active_watchers WHERE presentity_uri='" + bob + "'"))
          .isEmpty();
      assertThat(status(bob, alice)).isEqualTo("status 3");
    }

    @Test
    @DisplayName("PRES-084 a politely blocked watcher is active, sees nothing, and counts as 5")
    void pres084() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      says(bob, alice, "polite");
      publish(bob, "one");
      final Watch watch = SCENE.peer().watch(alice, bob);
      final Notify first = watch.start();
      assertThat(first.subscriptionState()).startsWith("active;expires=");
      assertThat(first.body()).isEmpty();
      publish(bob, "two");
      watch.expectSilence(Duration.ofMillis(700));
      assertThat(status(bob, alice)).isEqualTo("status 5");
    }

    @Test
    @DisplayName("PRES-085 what rules hide is hidden at first, on refresh, PUBLISH and refreshes")
    void pres085() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      says(bob, alice, "allow");
      publish(bob, "open");
      publish(bob, "secret");
      final Watch watch = SCENE.peer().watch(alice, bob);
      assertThat(watch.start().body()).isEqualTo("open");
      watch.subscribe(600);
      assertThat(watch.next().body()).isEqualTo("open");
      publish(bob, "more");
      assertThat(watch.next().body()).isEqualTo("open\nmore");
      final Kamcmd kamcmd = SCENE.kamailio().kamcmd();
      assertThat(kamcmd.run("presence.refreshWatchers", bob, "presence", "1").failed()).isFalse();
      assertThat(watch.next().body()).isEqualTo("open\nmore");
      write(user(bob) + ".state", "secret state\nhard state");
      final Kamcmd.Output fetched =
          kamcmd.run(
              "presence.refreshWatchers", bob, "presence", "2", user(bob) + ".state", "state");
      assertThat(fetched.failed()).as(fetched.text()).isFalse();
      assertThat(watch.next().body()).isEqualTo("open\nmore\nhard state");
    }

    @Test
    @DisplayName("PRES-086 without a rules document an update is a fault and changes nothing")
    void pres086() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      final Watch watch = SCENE.peer().watch(alice, bob);
      watch.start();
      final Kamcmd.Output output = update(bob);
      assertThat(output.text()).contains("500").contains("Processing error");
      watch.expectSilence(Duration.ofMillis(500));
      assertThat(watchers(bob).get(0)).containsEntry("status", "2");
    }

    @Test
    @DisplayName("a body that the package does not take gets the package's answer")
    void refusedBody() {
      final Publisher publisher =
          SCENE.peer().publisher(someone("bob")).event("presence", "text/plain");
      final SipMessage reply =
          Patience.insist(
              () -> SCENE.peer().send(publisher.draft().body("text/plain", "nonsense")));
      assertThat(reply.code()).isEqualTo(415);
      assertThat(reply.reason()).isEqualTo("Unsupported media type");
    }
  }

  /** Packages whose methods throw or hang, beside the built-in ones. */
  @Nested
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class Faults {
    private static final List<String> METHODS =
        List.of("parse", "state", "view", "rules", "authorize");
    private static final Path HOME = directory("kamfragile");

    @RegisterExtension static final Scene SCENE = Scene.onH2(Faults::configure);

    private static KamailioConfig configure(final KamailioConfig config) {
      PackageJar.make(
          HOME.resolve("fragile.jar"),
          "Fragile.java",
          List.of(
              "sample.Fragile$Parse",
              "sample.Fragile$State",
              "sample.Fragile$View",
              "sample.Fragile$RulesOf",
              "sample.Fragile$Authorize",
              "sample.Fragile$Nobody"));
      try {
        Files.writeString(HOME.resolve("broken.jar"), "this is no jar");
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
      return config.presence("package_dir", HOME.toString());
    }

    @AfterAll
    static void remove() {
      PackageJar.remove(HOME);
    }

    private static Publisher publisher(final String bob, final String event) {
      return SCENE.peer().publisher(bob).event(event, "text/plain");
    }

    private static void othersAreServed() {
      final String bob = someone("bob");
      assertThat(SCENE.peer().publisher(bob).publish(pidf(bob)).code()).isEqualTo(200);
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      assertThat(alice.start().body()).contains("still here");
      alice.subscribe(0);
      alice.next();
    }

    private static String pidf(final String bob) {
      return Documents.pidf(bob, "t", "open", "still here");
    }

    @Test
    @DisplayName("a jar that is none is named in one line; a missing class costs only itself")
    void badJars() {
      assertThat(SCENE.kamailio().log().matching("broken\\.jar is not used")).hasSize(1);
      assertThat(SCENE.kamailio().log().matching("fragile\\.jar is not used.*Nobody")).hasSize(1);
      assertThat(SCENE.kamailio().log().matching("event packages fragile-parse, .* loaded from"))
          .hasSize(1);
    }

    @Test
    @DisplayName("a method that throws costs its own request or NOTIFY; the package goes on")
    void throwing() {
      for (final String method : METHODS) {
        final String event = "fragile-" + method;
        final String bad = someone("throws");
        final int published =
            Patience.insist(
                    () ->
                        SCENE
                            .peer()
                            .send(publisher(bad, event).draft().body("text/plain", "throws")))
                .code();
        assertThat(published).as(event).isEqualTo(method.equals("parse") ? 500 : 200);
        final boolean undecided = method.equals("rules") || method.equals("authorize");
        if (undecided) {
          final SipMessage refused =
              SCENE.peer().send(SCENE.peer().watch(someone("alice"), bad).event(event).draft());
          assertThat(Patience.busySeconds(refused)).as(event).isPositive();
        } else {
          SCENE.peer().watch(someone("alice"), bad).event(event).start();
        }
        final String good = someone("bob");
        final Watch watch = SCENE.peer().watch(someone("alice"), good).event(event);
        watch.start();
        assertThat(publisher(good, event).publish("fine").code()).isEqualTo(200);
        assertThat(watch.next().body()).isEqualTo("fine");
      }
      othersAreServed();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    @DisplayName("a method that hangs: others are served at once, its package is disabled")
    void hanging() {
      for (final String method : METHODS) {
        final String event = "fragile-" + method;
        final String bad = someone("hangs");
        SCENE.peer().send(publisher(bad, event).draft().body("text/plain", "hangs"));
        SCENE.peer().send(SCENE.peer().watch(someone("alice"), bad).event(event).draft());
        othersAreServed();
      }
      for (final String method : METHODS) {
        SCENE
            .kamailio()
            .log()
            .await("package fragile-" + method + " is disabled .*" + method + "\\(\\)", LIMIT);
        final SipMessage refused =
            SCENE
                .peer()
                .send(
                    publisher(someone("bob"), "fragile-" + method)
                        .draft()
                        .body("text/plain", "fine"));
        assertThat(refused.code()).isEqualTo(500);
        assertThat(refused.header("Retry-After")).isPresent();
      }
      othersAreServed();
      assertThat(SCENE.kamailio().log().matching("is disabled")).hasSize(METHODS.size());
    }
  }
}
