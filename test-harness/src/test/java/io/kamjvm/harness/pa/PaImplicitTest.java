// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pa;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody waits until he is authorized ({@code auth=implicit}), watchers are kept for who is
 * away, and presence has its tables in the same database.
 */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class PaImplicitTest {
  private static final String SCRIPT =
      """
      request_route {
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
        } else if(is_method("REGISTER")) {
          pa_handle_registration("registrar");
          xlog("L_NOTICE", "REGISTERED $fu $rc\\n");
          save("location");
        } else if(is_method("MESSAGE")) {
          if(target_online("registrar")) {
            sl_send_reply("200", "Online");
          } else {
            sl_send_reply("480", "Offline");
          }
        } else if(is_method("PUBLISH")) {
          if($hdr(X-Whose) == "presence") {
            handle_publish();
          } else {
            pa_handle_publish("registrar");
          }
        } else if(is_method("SUBSCRIBE")) {
          pa_handle_subscription("registrar");
          if(check_subscription_status("pending")) {
            xlog("L_NOTICE", "PENDING $ci\\n");
            if(!has_totag() && !target_online("registrar") && store_winfo("registrar")) {
              xlog("L_NOTICE", "STORED $ci\\n");
            }
          } else if(check_subscription_status("active")) {
            xlog("L_NOTICE", "ACTIVE $ci\\n");
          }
          if($hdr(Event) == "presence.winfo") {
            dump_stored_winfo("registrar", "presence");
          }
        }
      }
      """;

  private static SqliteDatabase database;
  private static KamailioProcess kamailio;
  private static SipPeer peer;

  @BeforeAll
  static void start(@TempDir final Path directory) throws IOException {
    Scene.requireModules();
    database = SqliteDatabase.create(directory.resolve("kamailio.db"));
    final Path tables = ModuleSet.root().resolve("kamailio-cfg/sql/sqlite/pa-create.sql");
    for (final String statement : Files.readString(tables).split(";")) {
      if (!statement.isBlank()) {
        database.execute(statement);
      }
    }
    kamailio =
        KamailioProcess.start(
            KamailioConfig.on(database.kamailioUrl())
                .line("loadmodule \"usrloc.so\"")
                .line("loadmodule \"registrar.so\"")
                .line("loadmodule \"pa.so\"")
                .sameDatabase("pa", "db_url")
                .line("modparam(\"tm\", \"fr_timer\", 1500)")
                .line("modparam(\"usrloc\", \"use_domain\", 1)")
                .line("modparam(\"pa\", \"timer_interval\", 1)")
                .line("modparam(\"pa\", \"auth\", \"implicit\")")
                .line("modparam(\"pa\", \"use_offline_winfo\", 1)")
                .line("modparam(\"pa\", \"ignore_408_on_notify\", 1)")
                .script(SCRIPT));
    peer = SipPeer.towards(kamailio.port());
    Scene.warmUp(peer);
  }

  @AfterAll
  static void stop() {
    if (peer != null) {
      peer.close();
    }
    if (kamailio != null) {
      kamailio.close();
    }
  }

  private static void authorize(final String presentity, final String watcher) {
    assertThat(kamailio.kamcmd().run("pa.authorize", "registrar", presentity, watcher).failed())
        .isFalse();
  }

  private static void said(final String words, final String callId) {
    Await.until(
        "the script says " + words,
        PaScene.PATIENCE,
        () -> kamailio.log().matching(words + " " + Pattern.quote(callId)).size() == 1);
  }

  @Test
  @DisplayName("PAB-022 auth=implicit: 202 and pending without body, until pa.authorize")
  void pab022() {
    final String alice = someone("alice");
    final String bob = someone("bob");
    final Watch watch = peer.watch(alice, bob);
    assertThat(watch.subscribe(600).code()).isEqualTo(202);
    final Notify pending = watch.next();
    assertThat(pending.state()).isEqualTo("pending");
    assertThat(pending.expires()).isBetween(590, 600);
    assertThat(pending.body()).isEmpty();
    assertThat(pending.contentType()).isEmpty();
    authorize(bob, alice);
    final Notify active = watch.next(PaScene.PATIENCE);
    assertThat(active.state()).isEqualTo("active");
    assertThat(active.contentType().orElse("")).startsWith("application/pidf+xml");
    assertThat(active.body()).contains("none");
  }

  @Test
  @DisplayName("PAB-021 ignore_408_on_notify: who has not answered is told of the next change")
  void pab021() {
    final String alice = someone("alice");
    final String bob = someone("bob");
    final Watch watch = peer.watch(alice, bob).answering(NotifyAnswer.NONE);
    final long first = watch.start().cseq();
    watch.answering(NotifyAnswer.OK);
    authorize(bob, alice);
    final Notify active = watch.next(PaScene.PATIENCE);
    assertThat(active.state()).isEqualTo("active");
    assertThat(active.cseq()).isEqualTo(first + 1);
  }

  @Test
  @DisplayName("PAB-052 who comes while Bob is away is told when he asks; a 500 keeps the row")
  void pab052() {
    final String bob = someone("bob");
    final Watch alice = peer.watch(someone("alice"), bob);
    alice.start();
    said("STORED", alice.callId());
    final String rows = "select * from pa_offline_winfo where uid like '%" + Scene.user(bob) + "%'";
    Await.until("a row", PaScene.PATIENCE, () -> database.rows(rows).size() == 1);
    alice.subscribe(0);
    assertThat(dumped(bob, NotifyAnswer.code(500)))
        .contains("state=\"partial\"")
        .contains("watcher id=\"ol")
        .contains("status=\"pending\"")
        .contains("alice");
    assertThat(dumped(bob, NotifyAnswer.OK)).contains("state=\"partial\"").contains("alice");
    Await.until("the row is gone", PaScene.PATIENCE, () -> database.rows(rows).isEmpty());
    final Watch third = peer.watch(bob, bob).event("presence.winfo");
    assertThat(third.start().body()).contains("state=\"full\"").doesNotContain("alice");
    third.expectSilence(Duration.ofMillis(1_500));
  }

  /** Bob subscribes to who watches him: the document that follows the first one. */
  private static String dumped(final String bob, final NotifyAnswer answer) {
    final Watch own =
        peer.watch(bob, bob)
            .event("presence.winfo")
            .answering(NotifyAnswer.okAfter(Duration.ofMillis(700)));
    assertThat(own.start().body()).contains("state=\"full\"");
    /* the first one is not answered yet, and one is under way at a time */
    own.answering(answer);
    return own.next(PaScene.PATIENCE).body();
  }

  @Test
  @DisplayName(
      "PAB-024 PAB-053 check_subscription_status tells what became of this very SUBSCRIBE,"
          + " without t_newtran(), too")
  void pab053Status() {
    final String alice = someone("alice");
    final String bob = someone("bob");
    final Watch waits = peer.watch(alice, bob);
    waits.start();
    said("PENDING", waits.callId());
    final Watch own = peer.watch(bob, bob).event("presence.winfo");
    own.start();
    said("ACTIVE", own.callId());
    assertThat(kamailio.log().matching("PENDING " + Pattern.quote(own.callId()))).isEmpty();
    authorize(bob, alice);
    waits.next(PaScene.PATIENCE);
    assertThat(waits.subscribe(600).code()).isEqualTo(200);
    said("ACTIVE", waits.callId());
  }

  private static SipMessage message(final String uri) {
    return peer.send(peer.request(Transport.UDP, "MESSAGE", uri, someone("alice")));
  }

  @Test
  @DisplayName(
      "PAB-053 PAB-054 pa_handle_registration: 1, no reply of its own; then target_online is 1")
  void pab054() {
    final String bob = someone("bob");
    assertThat(message(bob).code()).isEqualTo(480);
    final SipMessage reply =
        peer.send(
            peer.request(Transport.UDP, "REGISTER", "sip:example.org", bob)
                .with("To", "<" + bob + ">")
                .header("Contact", "<sip:bob@192.0.2.9>")
                .header("Expires", "600"));
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.required("Contact")).contains("sip:bob@192.0.2.9");
    Await.until(
        "the script says 1",
        PaScene.PATIENCE,
        () -> kamailio.log().matching("REGISTERED " + Pattern.quote(bob) + " 1$").size() == 1);
    Await.until("Bob is online", PaScene.PATIENCE, () -> message(bob).code() == 200);
  }

  @Test
  @DisplayName("PAB-100 presence and pa in one database: each has tables of its own")
  void pab100() {
    final String bob = someone("bob");
    final String presences = Documents.pidf(bob, "t", "open", "presence's");
    assertThat(peer.publisher(bob).header("X-Whose", "presence").publish(presences).code())
        .isEqualTo(200);
    assertThat(peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "pa's")).code())
        .isEqualTo(200);
    final String user = Scene.user(bob);
    assertThat(database.rows("select body from presentity where username = '" + user + "'"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("body")).contains("presence's"));
    assertThat(database.rows("select uri from pa_presentity where uri like '%" + user + "%'"))
        .hasSize(1);
    assertThat(
            database.rows(
                "select basic from pa_presentity_contact c join pa_presentity p"
                    + " on c.pres_id = p.pres_id where p.uri like '%"
                    + user
                    + "%'"))
        .hasSize(1);
    assertThat(kamailio.log().matching("ERROR|CRITICAL")).isEmpty();
  }

  @Test
  @DisplayName("PAB-102 without pa_domain there is no package xcap-change: 489")
  void pab102() {
    assertThat(
            peer.watch(someone("alice"), someone("bob")).event("xcap-change").subscribe(60).code())
        .isEqualTo(489);
  }
}
