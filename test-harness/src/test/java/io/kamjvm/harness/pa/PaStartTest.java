// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pa;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How Kamailio starts with pa, and beside presence. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class PaStartTest {

  private static void refuses(final KamailioConfig config, final String... words) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class, () -> KamailioProcess.start(config).close());
    assertThat(failure).as("Kamailio must refuse to start").isNotNull();
    assertThat(failure.leftBehind()).isEmpty();
    assertThat(failure.log().matching(".")).anySatisfy(line -> assertThat(line).contains(words));
  }

  private static KamailioConfig example(final String... lines) {
    return PaScene.example(List.of(), List.of(lines));
  }

  @Test
  @DisplayName("PAB-002 A domain that is none, and a status that is none: the cfg does not load")
  void pab002() {
    refuses(
        example("route[MORE] {\n handle_subscription(\"foo\");\n}"), "handle_subscription", "foo");
    refuses(example("route[MORE] {\n check_subscription_status(\"asleep\");\n}"), "asleep");
  }

  @Test
  @DisplayName("PAB-004 PAB-005 PAB-008 values that stop the start name their parameter")
  void pab004() {
    refuses(
        example("modparam(\"pa\", \"default_priority_percentage\", 150)"),
        "default_priority_percentage");
    refuses(example("modparam(\"pa\", \"use_db\", 1)"), "use_db");
    refuses(example("modparam(\"pa\", \"auth\", \"foo\")"), "auth", "foo");
  }

  @Test
  @DisplayName("PAB-101 pa and presence_b2b both serve internal subscriptions: no start")
  void pab101() {
    refuses(
        example(
            "loadmodule \"presence_b2b.so\"",
            "modparam(\"pa\", \"accept_internal_subscriptions\", 1)"),
        "presence",
        "served already");
  }

  private static KamailioConfig small(final String domain, final String... lines) {
    return KamailioConfig.memoryOnly()
        .line("loadmodule \"pa.so\"")
        .line(String.join("\n", lines))
        .script(
            """
            request_route {
              if(is_method("OPTIONS")) {
                sl_send_reply("200", "OK");
                exit;
              }
              if(is_method("SUBSCRIBE")) {
                pa_handle_subscription("%s");
              } else if(is_method("PUBLISH") && $hdr(X-Whose) == "presence") {
                handle_publish();
              } else if(is_method("PUBLISH")) {
                handle_publish("%s");
              }
            }
            """
                .formatted(domain, domain));
  }

  @Test
  @DisplayName("PAB-006 registrar without usrloc: no start that names it; jabber alone starts")
  void pab006() {
    refuses(small("registrar"), "usrloc");
  }

  @Test
  @DisplayName("PAB-007 PAB-008 every parameter is taken; those without effect are told of")
  void pab007() throws IOException {
    final StringBuilder lines = new StringBuilder();
    for (final String name :
        new String[] {
          "new_watcher_pending",
          "new_tuple_on_publish",
          "callback_update_db",
          "callback_lock_pdomain",
          "use_place_table",
          "use_bsearch",
          "use_location_package",
          "offline_winfo_timer",
          "offline_winfo_expiration",
          "max_auth_requests_per_tick",
          "notify_is_refresh"
        }) {
      lines.append("modparam(\"pa\", \"").append(name).append("\", 1)\n");
    }
    for (final String name :
        new String[] {"place_table", "uid_column", "dialog_column", "presentity_table"}) {
      lines.append("modparam(\"pa\", \"").append(name).append("\", \"x\")\n");
    }
    try (KamailioProcess kamailio = KamailioProcess.start(small("jabber", lines.toString()));
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      assertThat(kamailio.log().matching("has no effect any more")).hasSize(8);
      assertThat(kamailio.log().matching("\"auth\"\\) is not set")).hasSize(1);
      assertThat(kamailio.log().matching("pa and presence both have handle_publish.*\\(pa\\)"))
          .hasSize(1);
      final String bob = someone("bob");
      final Watch watch = peer.watch(someone("alice"), bob);
      assertThat(watch.start().body()).contains("none");
      assertThat(
              peer.publisher(bob)
                  .header("X-Whose", "presence")
                  .publish(Documents.pidf(bob, "t", "open", "presence's"), 600)
                  .code())
          .isEqualTo(200);
      assertThat(kamailio.kamcmd().run("presence.presentity_list").text()).contains("presence");
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "pa's"));
      assertThat(watch.next(PaScene.PATIENCE).body()).contains("pa's").doesNotContain("presence's");
    }
  }

  @Test
  @DisplayName(
      "PAB-099 presence loaded after pa: the warning says so, pa_handle_publish reaches pa")
  void pab099() {
    final KamailioConfig config =
        PaScene.example(
            List.of(),
            List.of(
                "loadmodule \"presence.so\"",
                "modparam(\"presence\", \"publ_cache\", 2)",
                "modparam(\"presence\", \"subs_db_mode\", 0)",
                "route[OTHER] {\n pa_handle_publish(\"registrar\");\n handle_subscribe();\n}"));
    try (KamailioProcess kamailio = KamailioProcess.start(config)) {
      assertThat(kamailio.log().matching("both have handle_publish.*\\(presence\\)")).hasSize(1);
    }
  }

  @Test
  @DisplayName("PAB-104 KEMI: handle_subscription and handle_publish give the same")
  void pab104(@TempDir final Path directory) throws IOException {
    final Path script = directory.resolve("kemi.js");
    Files.writeString(
        script,
        """
        function ksr_request_route() {
          if(KSR.is_method("OPTIONS")) {
            KSR.sl.sl_send_reply(200, "OK");
          } else if(KSR.is_method("PUBLISH")) {
            KSR.info("PUBLISH rc=" + KSR.pa.handle_publish("jabber") + "\\n");
          } else {
            KSR.info("SUBSCRIBE rc=" + KSR.pa.handle_subscription("jabber") + "\\n");
          }
        }
        """);
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .line("loadmodule \"pa.so\"")
            .line("modparam(\"pa\", \"timer_interval\", 1)")
            .line("loadmodule \"app_jsdt.so\"")
            .line("modparam(\"app_jsdt\", \"load\", \"" + script + "\")")
            .script("cfgengine \"jsdt\"\n");
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      final String bob = someone("bob");
      final Watch watch = peer.watch(someone("alice"), bob);
      watch.start();
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "by KEMI"));
      assertThat(watch.next(PaScene.PATIENCE).body()).contains("by KEMI");
      assertThat(peer.publisher(bob).refresh(60).code()).isEqualTo(400);
      Await.until(
          "the script's lines",
          PaScene.PATIENCE,
          () ->
              kamailio.log().matching("SUBSCRIBE rc=1$").size() == 1
                  && kamailio.log().matching("PUBLISH rc=-1$").size() == 1);
    }
  }

  @Test
  @DisplayName("PAB-033 usrloc reads its database at the start: who has registered is open at once")
  void pab033(@TempDir final Path directory) throws IOException {
    final SqliteDatabase database = SqliteDatabase.create(directory.resolve("kamailio.db"));
    final Path script = Path.of("/usr/share/kamailio/db_sqlite/usrloc-create.sql");
    for (final String statement : Files.readString(script).split(";")) {
      if (!statement.isBlank()) {
        database.execute(statement);
      }
    }
    final KamailioConfig config =
        example(
            "loadmodule \"db_sqlite.so\"",
            "modparam(\"usrloc\", \"db_mode\", 1)",
            "modparam(\"usrloc\", \"db_url\", \"" + database.kamailioUrl() + "\")");
    KamailioProcess kamailio = KamailioProcess.start(config);
    final int port = kamailio.port();
    try (SipPeer peer = SipPeer.towards(port)) {
      final String bob = someone("bob");
      register(peer, bob, "sip:bob@192.0.2.9");
      kamailio.close();
      kamailio = KamailioProcess.start(config, port);
      assertThat(peer.watch(someone("alice"), bob).start().body())
          .contains("open")
          .contains("sip:bob@192.0.2.9");
    } finally {
      kamailio.close();
    }
  }

  private static void register(final SipPeer peer, final String aor, final String contact) {
    final String domain = "sip:" + aor.substring(aor.indexOf('@') + 1);
    assertThat(
            peer.send(
                    peer.request(Transport.UDP, "REGISTER", domain, aor)
                        .with("To", "<" + aor + ">")
                        .header("Contact", "<" + contact + ">")
                        .header("Expires", "600"))
                .code())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("PAB-055 a restart on an embedded database: dialogs and publications go on")
  void pab055(@TempDir final Path directory) {
    final KamailioConfig config =
        PaScene.example(List.of("DBURL=\"h2://" + directory.resolve("pa") + "\""), List.of());
    KamailioProcess kamailio = KamailioProcess.start(config);
    final int port = kamailio.port();
    try (SipPeer peer = SipPeer.towards(port)) {
      final String bob = someone("bob");
      final Watch watch = peer.watch(someone("alice"), bob);
      final long before = watch.start().cseq();
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "lasting"));
      assertThat(watch.next(PaScene.PATIENCE).body()).contains("lasting");
      kamailio.close();
      kamailio = KamailioProcess.start(config, port);
      final var after = watch.next(PaScene.PATIENCE);
      assertThat(after.body()).contains("lasting");
      assertThat(after.cseq()).isGreaterThan(before + 1);
      final String contact = "sip:bob@192.0.2.9";
      register(peer, bob, contact);
      assertThat(watch.next(PaScene.PATIENCE).body()).contains(contact).contains("lasting");
    } finally {
      kamailio.close();
    }
  }
}
