// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.SipMessage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Table pua as stock scripts make it, under a real Kamailio (spec pua 6, cases 59 to 65). */
class PuaTableTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private SqliteDatabase database;
  private StubServer stub;

  @BeforeEach
  void prepare() {
    Scene.requireModules();
    database = SqliteDatabase.create(directory.resolve("kamailio.db"));
    stub = new StubServer();
  }

  /** A Kamailio on the table. */
  private final class Client implements AutoCloseable {
    private final JsonRpc rpc = new JsonRpc();
    private final KamailioProcess kamailio;

    Client(final int mode) {
      final KamailioConfig config =
          PuaScene.load(KamailioConfig.memoryOnly(), directory)
              .line("modparam(\"pua\", \"db_url\", \"" + database.kamailioUrl() + "\")")
              .line("modparam(\"pua\", \"update_period\", 6)")
              .line("modparam(\"pua\", \"db_mode\", " + mode + ")");
      kamailio = KamailioProcess.start(rpc.into(config));
    }

    SipMessage publish(final String user, final String id) {
      assertThat(
              rpc.call(
                  "pua.publish",
                  stub.uri(user),
                  "600",
                  "presence",
                  ".",
                  id,
                  ".",
                  ".",
                  ".",
                  PuaScene.pidf(user)))
          .contains("SIP-ETag");
      return stub.next(user);
    }

    void subscribe(final String user) {
      rpc.call("pua.subscribe", stub.uri(user), "sip:w@127.0.0.1", "presence", 600);
      stub.next(user);
    }

    @Override
    public void close() {
      kamailio.close();
      rpc.close();
    }
  }

  private String value(final String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    } catch (final SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  @Test
  @DisplayName("PUA-059 PUA-062 PUA-063 rows have all columns; NULLs do no harm; old ones go")
  void pua059pua062pua063() {
    database.execute(
        "INSERT INTO pua (pres_uri, pres_id, event, expires, desired_expires, flag, etag, tuple_id,"
            + " watcher_uri, call_id, to_tag, from_tag, cseq, record_route, contact,"
            + " remote_contact, version, extra_headers) VALUES ('"
            + stub.uri("nulls")
            + "', '', 1, 4000000000, 4000000000, 128, 'old', NULL, '', '', '', '', 0, NULL, '',"
            + " '', 0, ''), ('sip:over@127.0.0.1', '', 1, 1000, 1000, 128, 'over', NULL, '', '',"
            + " '', '', 0, NULL, '', '', 0, '')");
    try (Client client = new Client(0)) {
      assertThat(client.publish("nulls", ".").required("SIP-If-Match")).isEqualTo("old");
      client.publish("columns", "an id");
      client.subscribe("watched");
      Await.until(
          "three rows",
          LIMIT,
          () -> value("SELECT count(*) FROM pua WHERE etag <> 'over'").equals("3"));
      Await.until(
          "the old one is gone",
          LIMIT,
          () -> value("SELECT count(*) FROM pua WHERE etag = 'over'").equals("0"));
    }
    assertThat(
            value(
                "SELECT count(*) FROM pua WHERE pres_uri = '"
                    + stub.uri("columns")
                    + "' AND pres_id = 'an id' AND event = 1 AND flag = 128 AND watcher_uri = ''"
                    + " AND etag LIKE 'e%' AND tuple_id = 't' AND desired_expires > 0"
                    + " AND expires > 0 AND version = 0 AND extra_headers = ''"))
        .isEqualTo("1");
    assertThat(
            value(
                "SELECT count(*) FROM pua WHERE watcher_uri = 'sip:w@127.0.0.1' AND to_tag = 'stub'"
                    + " AND from_tag <> '' AND call_id <> '' AND cseq = 10 AND flag = 256"
                    + " AND contact = 'sip:w@127.0.0.1' AND remote_contact = '"
                    + stub.uri("notifier")
                    + "'"))
        .isEqualTo("1");
  }

  /** The answer has come before the table is written. */
  private void awaitRow(final String user, final String etag) {
    Await.until(
        "the row of " + user + " with " + etag,
        LIMIT,
        () -> value("SELECT etag FROM pua WHERE pres_uri = '" + stub.uri(user) + "'").equals(etag));
  }

  @Test
  @DisplayName(
      "PUA-064 PUA-065 two servers on one table: one's entity-tag is the other's; ids apart")
  void pua064pua065() {
    try (Client one = new Client(2);
        Client other = new Client(2)) {
      assertThat(one.publish("shared", "id").header("SIP-If-Match")).isEmpty();
      awaitRow("shared", "e1");
      assertThat(other.publish("shared", "id").header("SIP-If-Match")).hasValue("e1");
      awaitRow("shared", "e2");
      assertThat(one.publish("shared", "id").header("SIP-If-Match")).hasValue("e2");
      assertThat(one.publish("second", "id").header("SIP-If-Match")).isEmpty();
      awaitRow("second", "e4");
      assertThat(other.publish("second", "id").header("SIP-If-Match")).hasValue("e4");
    }
  }
}
