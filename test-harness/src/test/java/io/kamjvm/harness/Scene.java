// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.MariaDbServer;
import io.kamjvm.harness.db.PostgresServer;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * A Kamailio, its database and a SIP peer for the tests of one class. Every test takes a presentity
 * of its own, so they do not see each other. Afterwards everything is stopped, and neither the
 * peer's strict parser nor Kamailio may have complained.
 */
public final class Scene implements BeforeAllCallback, AfterAllCallback, TestWatcher {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(Scene.class);
  private static final String ALARMS =
      "CRITICAL: |BUG: |ALERT: |script writer didn't release|exited by a signal";

  private final Kind kind;
  private final UnaryOperator<KamailioConfig> change;
  private Optional<Database> database = Optional.empty();
  private Optional<Path> embedded = Optional.empty();
  private Optional<KamailioProcess> kamailio = Optional.empty();
  private Optional<SipPeer> peer = Optional.empty();
  private Optional<KamailioConfig> config = Optional.empty();

  /** Where the state is kept. */
  private enum Kind {
    MEMORY,
    POSTGRES,
    MARIADB,
    SQLITE,
    EMBEDDED
  }

  private Scene(final Kind kind, final UnaryOperator<KamailioConfig> change) {
    this.kind = kind;
    this.change = change;
  }

  /** Baseline B on PostgreSQL, with these changes. */
  public static Scene onPostgres(final UnaryOperator<KamailioConfig> change) {
    return new Scene(Kind.POSTGRES, change);
  }

  /** Baseline B on MariaDB, with these changes. */
  public static Scene onMariaDb(final UnaryOperator<KamailioConfig> change) {
    return new Scene(Kind.MARIADB, change);
  }

  /** Baseline B on an SQLite file, with these changes. */
  public static Scene onSqlite(final UnaryOperator<KamailioConfig> change) {
    return new Scene(Kind.SQLITE, change);
  }

  /** Baseline B on an embedded H2 file, which only our modules can. */
  public static Scene onH2(final UnaryOperator<KamailioConfig> change) {
    return new Scene(Kind.EMBEDDED, change);
  }

  /** No database: everything in memory. */
  public static Scene inMemory(final UnaryOperator<KamailioConfig> change) {
    return new Scene(Kind.MEMORY, change);
  }

  /** The PostgreSQL server that all classes of a run share. */
  public static PostgresServer postgres(final ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent("postgres", key -> PostgresServer.start(), PostgresServer.class);
  }

  /** The MariaDB server that all classes of a run share. */
  public static MariaDbServer mariaDb(final ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent("mariadb", key -> MariaDbServer.start(), MariaDbServer.class);
  }

  /** Fails with advice when the modules under test have not been built. */
  public static void requireModules() {
    if (ModuleSet.selected() == ModuleSet.OURS
        && !Files.exists(ModuleSet.dist().resolve("modules/presence.so"))) {
      throw new IllegalStateException(
          "no modules in " + ModuleSet.dist() + ": run ./kamjvm build, or -Dkamjvm.modules=stock");
    }
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    requireModules();
    final KamailioConfig baseline =
        switch (kind) {
          case MEMORY -> KamailioConfig.memoryOnly();
          case EMBEDDED -> {
            embedded = Optional.of(temporaryDirectory());
            yield KamailioConfig.on("h2://" + embedded.get().resolve("presence"));
          }
          case SQLITE -> {
            embedded = Optional.of(temporaryDirectory());
            database = Optional.of(SqliteDatabase.create(embedded.get().resolve("kamailio.db")));
            yield KamailioConfig.on(database.get().kamailioUrl());
          }
          case MARIADB -> {
            database = Optional.of(mariaDb(context).create());
            yield KamailioConfig.on(database.get().kamailioUrl());
          }
          case POSTGRES -> {
            database = Optional.of(postgres(context).create());
            yield KamailioConfig.on(database.get().kamailioUrl());
          }
        };
    config = Optional.of(change.apply(baseline));
    kamailio = Optional.of(KamailioProcess.start(config.get()));
    peer = Optional.of(SipPeer.towards(kamailio().port()));
    warmUp(peer());
  }

  /** Waits until requests are accepted: a cold JVM may give its first callers the busy answer. */
  public static void warmUp(final SipPeer peer) {
    final String nobody = someone("warm-up").replace("example.org", "127.0.0.1:" + peer.server());
    final Publisher publisher = peer.publisher(nobody);
    Await.until(
        "a first PUBLISH is accepted",
        Duration.ofSeconds(20),
        () -> publisher.publish(Documents.pidf(nobody, "t", "open", "x"), 600).code() == 200);
    final Watch watch = peer.watch(nobody, nobody);
    Await.until(
        "a first SUBSCRIBE is accepted",
        Duration.ofSeconds(20),
        () -> watch.subscribe(600).code() / 100 == 2);
    Await.until(
        "it ends",
        Duration.ofSeconds(20),
        () -> !isBusy(watch.subscribe(0)) && !isBusy(publisher.remove()));
  }

  private static boolean isBusy(final SipMessage reply) {
    return reply.code() >= 500;
  }

  @Override
  public void afterAll(final ExtensionContext context) {
    final List<String> objections = peer.map(SipPeer::objections).orElse(List.of());
    peer.ifPresent(SipPeer::close);
    if (kamailio.isPresent()) {
      final KamailioProcess process = kamailio.get();
      final var alarms = process.log().matching(ALARMS);
      process.close();
      embedded.ifPresent(Scene::remove);
      assertThat(alarms).as("alarms in Kamailio's log").isEmpty();
    }
    assertThat(objections).as("the SIP stack's objections").isEmpty();
  }

  @Override
  public void testFailed(final ExtensionContext context, final Throwable cause) {
    kamailio.ifPresent(
        process ->
            System.err.println(
                "--- Kamailio's log at the end of "
                    + context.getDisplayName()
                    + "\n"
                    + process.log().tail(40)));
  }

  /** Stops Kamailio and starts it again on the same port and database. */
  public void restart() {
    final int port = kamailio().port();
    kamailio().close();
    kamailio = Optional.of(KamailioProcess.start(config.orElseThrow(), port));
  }

  /** Kills Kamailio's main process, waits until nothing is left, and starts it again. */
  public void killAndRestart() {
    final int port = kamailio().port();
    kamailio().kill9();
    assertThat(kamailio().awaitNoneLeft(Duration.ofSeconds(10))).as("left behind").isEmpty();
    kamailio().close();
    kamailio = Optional.of(KamailioProcess.start(config.orElseThrow(), port));
  }

  /** Where the embedded database is. */
  public Path embedded() {
    return embedded.orElseThrow();
  }

  /** The running Kamailio. */
  public KamailioProcess kamailio() {
    return kamailio.orElseThrow();
  }

  /** The SIP peer. */
  public SipPeer peer() {
    return peer.orElseThrow();
  }

  /** The database. */
  public Database database() {
    return database.orElseThrow();
  }

  /** A plain UDP socket towards Kamailio; the caller closes it. */
  public RawSipPeer udp() {
    return RawSipPeer.udp(kamailio().port());
  }

  /** A plain TCP connection to Kamailio; the caller closes it. */
  public RawSipPeer tcp() {
    return RawSipPeer.tcp(kamailio().port());
  }

  /** A user that no other test has. */
  public static String someone(final String name) {
    return "sip:" + name + RequestDraft.token() + "@example.org";
  }

  /** User part of a URI made by {@link #someone}. */
  public static String user(final String uri) {
    return uri.substring(4, uri.indexOf('@'));
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("kamh2");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(final Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
