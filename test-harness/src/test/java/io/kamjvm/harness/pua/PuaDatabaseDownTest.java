// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.storage.servers.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of pua is away for a while. */
class PuaDatabaseDownTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  private record Client(KamailioProcess kamailio, JsonRpc rpc) implements AutoCloseable {

    static Client on(final String dbUrl, final Path directory, final int mode) {
      final JsonRpc rpc = new JsonRpc();
      final KamailioConfig config =
          PuaScene.load(KamailioConfig.memoryOnly(), directory)
              .line("modparam(\"pua\", \"db_url\", \"" + dbUrl + "\")")
              .line("modparam(\"pua\", \"db_mode\", " + mode + ")");
      return new Client(KamailioProcess.start(rpc.into(config)), rpc);
    }

    String publish(final StubServer stub, final String user) {
      return rpc.call(
          "pua.publish",
          stub.uri(user),
          "600",
          "presence",
          ".",
          ".",
          ".",
          ".",
          ".",
          PuaScene.pidf(user));
    }

    @Override
    public void close() {
      kamailio.close();
      rpc.close();
    }
  }

  @Test
  @DisplayName(
      "In db_mode 0 series go on without the database, and are in it when it is back; in db_mode 2"
          + " orders are refused until it is")
  void comesBack(@TempDir final Path directory) {
    try (PostgresServer postgres = new PostgresServer();
        StubServer stub = new StubServer()) {
      final String memory = postgres.createStockDatabase();
      final String table = postgres.createStockDatabase();
      try (Client inMemory = Client.on(postgres.dbUrl(memory), directory, 0);
          Client inTable = Client.on(postgres.dbUrl(table), directory, 2)) {
        for (final Client client : new Client[] {inMemory, inTable}) {
          assertThat(client.publish(stub, "steady")).contains("SIP-ETag");
          assertThat(stub.next("steady").header("SIP-If-Match")).isEmpty();
        }
        postgres.kill();
        assertThat(inMemory.publish(stub, "steady")).contains("SIP-ETag");
        assertThat(stub.next("steady").header("SIP-If-Match")).isPresent();
        assertThat(inMemory.publish(stub, "fresh")).contains("SIP-ETag");
        stub.next("fresh");
        // its sessions may outlive the server for a moment
        Await.until(
            "orders are refused", LIMIT, () -> inTable.publish(stub, "steady").contains("error"));
        stub.forget();
        assertThat(inTable.publish(stub, "steady")).contains("error");
        assertThat(stub.find("steady", Duration.ofMillis(300))).isEmpty();
        postgres.start();
        Await.until(
            "orders are carried out",
            LIMIT,
            () -> inTable.publish(stub, "steady").contains("SIP-ETag"));
        assertThat(stub.next("steady").header("SIP-If-Match")).isPresent();
        assertThat(inMemory.publish(stub, "fresh")).contains("SIP-ETag");
        assertThat(stub.next("fresh").header("SIP-If-Match")).isPresent();
      }
      // an orderly stop has written what the outage held up
      try (Client again = Client.on(postgres.dbUrl(memory), directory, 0)) {
        for (final String user : new String[] {"steady", "fresh"}) {
          assertThat(again.publish(stub, user)).contains("SIP-ETag");
          assertThat(stub.next(user).header("SIP-If-Match")).as(user).isPresent();
        }
      }
    }
  }
}
