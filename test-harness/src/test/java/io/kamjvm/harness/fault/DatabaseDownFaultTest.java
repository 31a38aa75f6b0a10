// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import io.kamjvm.storage.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A database that is away for a while, and a server in each storage mode that needs it. */
@Deviation("stock presence does not come back by itself in every mode")
class DatabaseDownFaultTest {
  private static final Duration OUTAGE =
      Duration.ofSeconds("yes".equals(System.getProperty("kamjvm.full")) ? 30 : 9);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  /** One server, and what its peers were promised. */
  private static final class Server implements AutoCloseable {
    private final int subsDbMode;
    private final int publCache;
    private final String database;
    private final KamailioProcess kamailio;
    private final SipPeer peer;
    private final String bob = someone("bob");
    private final Publisher publisher;
    private final Watch alice;
    private final List<Integer> codes = new ArrayList<>();
    private String acknowledged = "";

    Server(
        final PostgresServer postgres,
        final int subsDbMode,
        final int publCache,
        final int notifiers) {
      this.subsDbMode = subsDbMode;
      this.publCache = publCache;
      this.database = postgres.createStockDatabase();
      this.kamailio =
          KamailioProcess.start(
              KamailioConfig.on(postgres.dbUrl(database))
                  .presence("subs_db_mode", subsDbMode)
                  .presence("publ_cache", publCache)
                  .presence("notifier_processes", notifiers));
      this.peer = SipPeer.towards(kamailio.port());
      this.publisher = peer.publisher(bob);
      this.alice = peer.watch(someone("alice"), bob);
    }

    void begin() {
      Scene.warmUp(peer);
      publisher.publish(document("before"));
      acknowledged = "before";
      assertThat(Patience.insist(() -> alice.subscribe(600)).code()).as(toString()).isEqualTo(200);
      assertThat(alice.untilBody("before", LIMIT)).as(toString()).isNotEmpty();
    }

    /** What a phone does meanwhile. */
    void tries(final String note) {
      note(publisher.publish(document(note), 600), note);
      codes.add(peer.watch(someone("carol"), bob).subscribe(600).code());
    }

    private void note(final SipMessage reply, final String note) {
      codes.add(reply.code());
      if (reply.code() == 200) {
        acknowledged = note;
      } else {
        assertThat(Patience.busySeconds(reply)).as("%s: %s", this, reply).isPositive();
      }
    }

    /** It serves by itself, and keeps what it has promised. */
    void comesBack() {
      final Watch visitor = peer.watch(someone("visitor"), bob);
      Await.until(this + " serves", LIMIT, () -> visitor.subscribe(600).code() == 200);
      assertThat(visitor.untilBody(acknowledged, LIMIT)).as(toString()).isNotEmpty();
      Await.until(
          this + " takes documents",
          LIMIT,
          () -> publisher.publish(document("after"), 600).code() == 200);
      assertThat(alice.untilBody("after", LIMIT)).as("%s: who watched before", this).isNotEmpty();
    }

    /** What is durable stands in the tables. */
    void isStored(final PostgresServer postgres) {
      if (publCache != 2) {
        Await.until(this + " has stored", LIMIT, () -> body(postgres).contains("after"));
      }
      if (subsDbMode != 0) {
        Await.until(
            this + " keeps its watchers",
            LIMIT,
            () ->
                !one(
                        postgres,
                        "SELECT callid FROM active_watchers WHERE callid='" + alice.callId() + "'")
                    .isEmpty());
      }
    }

    private String body(final PostgresServer postgres) {
      return one(
          postgres,
          "SELECT convert_from(body, 'UTF8') FROM presentity WHERE username='" + user(bob) + "'");
    }

    private String one(final PostgresServer postgres, final String sql) {
      try (Connection connection = postgres.connect(database);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        return rows.next() ? rows.getString(1) : "";
      } catch (final SQLException e) {
        throw new AssertionError(e);
      }
    }

    private String document(final String note) {
      return Documents.pidf(bob, "t", "open", note);
    }

    @Override
    public String toString() {
      return "subs_db_mode " + subsDbMode + ", publ_cache " + publCache;
    }

    @Override
    public void close() {
      peer.close();
      kamailio.close();
    }
  }

  @Test
  @DisplayName(
      "a database that is away, in each storage mode: the right codes, nothing acknowledged is lost,"
          + " service returns by itself")
  void away() {
    final List<Server> servers = new ArrayList<>();
    try (PostgresServer postgres = new PostgresServer()) {
      servers.add(new Server(postgres, 0, 1, 0));
      servers.add(new Server(postgres, 1, 0, 0));
      servers.add(new Server(postgres, 2, 1, 0));
      servers.add(new Server(postgres, 2, 2, 0));
      servers.add(new Server(postgres, 3, 1, 0));
      servers.add(new Server(postgres, 3, 0, 2));
      servers.forEach(Server::begin);
      postgres.kill();
      final long began = System.nanoTime();
      for (int round = 0; System.nanoTime() - began < OUTAGE.toNanos(); round++) {
        final String note = "meanwhile-" + round + "-";
        servers.forEach(server -> server.tries(note));
        // phones that come back; the busy answer is immediate
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      servers.forEach(DatabaseDownFaultTest::onlyMemoryAcknowledges);
      postgres.start();
      servers.forEach(Server::comesBack);
      servers.forEach(server -> server.isStored(postgres));
    } finally {
      servers.forEach(Server::close);
    }
  }

  private static void onlyMemoryAcknowledges(final Server server) {
    assertThat(server.codes).as(server.toString()).isNotEmpty().isSubsetOf(200, 500);
    if (server.publCache != 2 && server.subsDbMode % 2 == 1) {
      assertThat(server.codes).as(server.toString()).doesNotContain(200);
    }
    if (server.publCache == 2 && server.subsDbMode == 2) {
      assertThat(server.codes).as(server.toString()).contains(200);
    }
  }
}
