// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.fault.AuditedClients.Told;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.storage.servers.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients write down every change that was acknowledged to them, while the engine, Kamailio or the
 * database dies at a random moment; then somebody who has nothing to do with kamjvm reads the
 * tables and compares.
 */
@Deviation("acknowledges before its transaction ends")
@Tag("alone")
class DurabilityAuditTest {
  private static final int ROUNDS = "yes".equals(System.getProperty("kamjvm.full")) ? 50 : 3;
  private static final Pattern CHANGE = Pattern.compile("change (\\d+)");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long WORK_MILLIS = 900;
  private static final long AFTERWARDS_MILLIS = 300;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final int port = FreePort.udpAndTcp();
  private int acknowledged;

  private enum Victim {
    ENGINE,
    KAMAILIO,
    DATABASE
  }

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  @Test
  @DisplayName("engine, Kamailio, database killed under load: no acknowledged change is missing")
  void audit() throws SQLException, InterruptedException {
    try (PostgresServer server = new PostgresServer()) {
      final String database = server.createStockDatabase();
      final KamailioConfig config =
          KamailioConfig.on(server.dbUrl(database)).presence("subs_db_mode", 1).workers(4);
      KamailioProcess kamailio = KamailioProcess.start(config, port);
      try {
        for (int round = 0; round < ROUNDS; round++) {
          final Victim victim = Victim.values()[round % Victim.values().length];
          final List<Told> told = workAndKill(victim, kamailio, server);
          kamailio = repaired(victim, kamailio, config, server);
          compare(told, server, database, victim + ", round " + round + ", seed " + seed);
          serves(kamailio);
        }
      } finally {
        kamailio.close();
      }
    }
    assertThat(acknowledged).as("changes acknowledged").isGreaterThan(10 * ROUNDS);
  }

  private List<Told> workAndKill(
      final Victim victim, final KamailioProcess kamailio, final PostgresServer server)
      throws InterruptedException {
    final long began = System.nanoTime();
    final long strike = began + Duration.ofMillis(random.nextLong(100, WORK_MILLIS)).toNanos();
    final long end = strike + Duration.ofMillis(AFTERWARDS_MILLIS).toNanos();
    final Long engine = kamailio.engine().orElseThrow();
    final List<Boolean> struck = new ArrayList<>();
    try (Burst burst = new Burst(port)) {
      return new AuditedClients(burst)
          .work(
              () -> {
                if (struck.isEmpty() && System.nanoTime() >= strike) {
                  struck.add(true);
                  strike(victim, engine, kamailio, server);
                }
                return System.nanoTime() < end;
              });
    }
  }

  private static void strike(
      final Victim victim,
      final long engine,
      final KamailioProcess kamailio,
      final PostgresServer server) {
    switch (victim) {
      case ENGINE -> Signal.KILL.send(engine);
      case KAMAILIO -> kamailio.pids().forEach(Signal.KILL::send);
      case DATABASE -> server.kill();
    }
  }

  private KamailioProcess repaired(
      final Victim victim,
      final KamailioProcess kamailio,
      final KamailioConfig config,
      final PostgresServer server) {
    switch (victim) {
      case ENGINE -> {
        return kamailio;
      }
      case KAMAILIO -> {
        assertThat(kamailio.awaitNoneLeft(LIMIT)).isEmpty();
        kamailio.close();
        return KamailioProcess.start(config, port);
      }
      default -> {
        server.start();
        return kamailio;
      }
    }
  }

  private void compare(
      final List<Told> told, final PostgresServer server, final String database, final String when)
      throws SQLException {
    final Map<String, Integer> documents = new HashMap<>();
    final Set<String> dialogs = new HashSet<>();
    try (Connection reader = server.connect(database);
        Statement statement = reader.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT username, body FROM presentity")) {
        while (rows.next()) {
          documents.put(rows.getString(1), change(rows.getBytes(2)));
        }
      }
      try (ResultSet rows = statement.executeQuery("SELECT callid FROM active_watchers")) {
        while (rows.next()) {
          dialogs.add(rows.getString(1));
        }
      }
    }
    for (final Told each : told) {
      acknowledged += each.acknowledged();
      if (each.acknowledged() > 0 && each.publication()) {
        assertThat(documents.getOrDefault(user(each.key()), 0))
            .as("%s: what is stored of %s", when, each)
            .isBetween(each.acknowledged(), each.sent());
      } else if (each.acknowledged() > 0) {
        assertThat(dialogs).as("%s: the dialog of %s", when, each).contains(each.key());
      }
    }
  }

  private static int change(final byte[] body) {
    final Matcher change = CHANGE.matcher(new String(body, StandardCharsets.UTF_8));
    return change.find() ? Integer.parseInt(change.group(1)) : 0;
  }

  /** Whatever has died, service comes back without anybody's help. */
  private static void serves(final KamailioProcess kamailio) {
    final String probe = Scene.someone("probe");
    try (Burst burst = new Burst(kamailio.port())) {
      Await.until(
          "PUBLISH accepted",
          LIMIT,
          () -> {
            final Optional<SipMessage> reply =
                burst.exchange(
                    burst.publish(probe, Documents.pidf(probe, "t", "open", "probe")),
                    Duration.ofSeconds(2));
            return reply.filter(r -> r.code() == 200).isPresent();
          });
    }
  }
}
