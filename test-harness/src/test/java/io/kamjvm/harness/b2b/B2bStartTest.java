// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.b2b;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.PackageJar;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.pua.StubServer;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole cfgs: the manual's, the example, a KEMI script, a jar; and what stops the start. */
class B2bStartTest {
  private static final String MODULES =
      """
      debug=2
      log_stderror=yes
      children=1
      auto_aliases=no
      mpath="%s"
      loadmodule "tm.so"
      loadmodule "sl.so"
      loadmodule "pv.so"
      loadmodule "xlog.so"
      loadmodule "textops.so"
      loadmodule "siputils.so"
      loadmodule "kex.so"
      loadmodule "ctl.so"
      """;

  private static final String MANUAL =
      """
      loadmodule "rr.so"
      loadmodule "dialog.so"
      loadmodule "presence_b2b.so"

      modparam("presence_b2b", "presence_route", "<sip:my-sip-server.domain.com;lr>")
      modparam("presence_b2b", "on_error_retry_time", 600)
      modparam("presence_b2b", "wait_for_term_notify", 33)
      modparam("presence_b2b", "resubscribe_delta", 15)
      modparam("presence_b2b", "min_resubscribe_time", 55)
      modparam("presence_b2b", "default_expiration", 667)

      request_route {
        if (method=="OPTIONS") {
          sl_send_reply("200", "OK");
          break;
        }
        if (uri==myself) {
          if (method=="NOTIFY") {
            if (!t_newtran()) {
              log(1, "newtran error\\n");
              sl_reply_error();
            };
            if (!handle_notify()) {
              t_reply("481", "Unable to handle notification");
            }
            break;
          };
        }
      }
      """;

  @BeforeAll
  static void modules() {
    Scene.requireModules();
  }

  private static KamailioConfig verbatim(final String rest) {
    return KamailioConfig.verbatim(
        "#!KAMAILIO\n" + MODULES.formatted(ModuleSet.selected().mpath()) + rest);
  }

  private static SipMessage notifying(final RawSipPeer peer, final int port) {
    return peer.exchange(
        peer.request("NOTIFY", "sip:127.0.0.1:" + port, "sip:bob@127.0.0.1")
            .with("To", "<sip:alice@127.0.0.1>;tag=nobody")
            .header("Event", "presence")
            .header("Subscription-State", "active"));
  }

  @Test
  @DisplayName("PAB-057 PAB-082 the manual's configuration example works, beside today's dialog.so")
  void pab057pab082() {
    try (KamailioProcess kamailio = KamailioProcess.start(verbatim(MANUAL));
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      final SipMessage reply = notifying(peer, kamailio.port());
      assertThat(reply.code()).isEqualTo(481);
      assertThat(reply.reason()).isEqualTo("Unable to handle notification");
      assertThat(kamailio.kamcmd().run("presence_b2b.trace").text()).contains("EUAC count: 0");
    }
  }

  private static void refused(final KamailioConfig config, final String words) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class, () -> KamailioProcess.start(config).close());
    assertThat(failure).as("Kamailio must refuse to start: " + words).isNotNull();
    assertThat(failure.leftBehind()).isEmpty();
    assertThat(failure.log().matching(".")).anySatisfy(l -> assertThat(l).contains(words));
  }

  @Test
  @DisplayName("PAB-059 PAB-063 what would break a message stops the start and is named")
  void pab059pab063() {
    refused(
        verbatim(
            "loadmodule \"presence_b2b.so\"\n"
                + "modparam(\"presence_b2b\", \"additional_presence_headers\", \"Expires: 5\")\n"
                + "request_route { exit; }\n"),
        "additional_presence_headers");
    refused(
        verbatim(
            "loadmodule \"presence_b2b.so\"\n"
                + "modparam(\"presence_b2b\", \"presence_route\", \"<nowhere>\")\n"
                + "request_route { exit; }\n"),
        "presence_route");
  }

  @Test
  @DisplayName("PAB-057 without tm it does not start")
  void pab057withoutTm() {
    refused(
        KamailioConfig.verbatim(
            "#!KAMAILIO\n"
                + MODULES
                    .formatted(ModuleSet.selected().mpath())
                    .replace("loadmodule \"tm.so\"\n", "")
                + "loadmodule \"presence_b2b.so\"\nrequest_route { exit; }\n"),
        "tm");
  }

  @Test
  @DisplayName("PAB-060 PAB-061 PAB-062 PAB-069 proxy and route on the wire; ignored when told to")
  void pab060pab061pab062pab069() {
    try (StubServer stub = new StubServer()) {
      final String settings =
          "loadmodule \"presence_b2b.so\"\n"
              + "modparam(\"presence_b2b\", \"presence_route\", \"<sip:r.example.com;lr>\")\n"
              + "modparam(\"presence_b2b\", \"additional_presence_headers\","
              + " \"Accept: application/pidf+xml\")\n"
              + "modparam(\"presence_b2b\", \"presence_outbound_proxy\", \""
              + stub.uri("proxy")
              + "\")\n"
              + "modparam(\"presence_b2b\", \"subscribe\","
              + " \"sip:bob@far.example.com sip:alice@here.example.com\")\n"
              + "request_route { sl_send_reply(\"200\", \"OK\"); exit; }\n";
      try (KamailioProcess kamailio = KamailioProcess.start(verbatim(settings))) {
        final SipMessage first = stub.next("bob");
        assertThat(first.requestUri()).isEqualTo("sip:bob@far.example.com");
        assertThat(first.headers("Route")).containsExactly("<sip:r.example.com;lr>");
        assertThat(first.headers("Accept")).containsExactly("application/pidf+xml");
        assertThat(first.headers("Content-Length")).containsExactly("0");
        Await.until(
            "confirmed",
            Duration.ofSeconds(10),
            () -> kamailio.kamcmd().run("presence_b2b.list").text().contains("confirmed"));
        final String id = kamailio.kamcmd().run("presence_b2b.list").field("id").get(0);
        kamailio.kamcmd().run("presence_b2b.refresh", id);
        final SipMessage renewal = stub.next("bob");
        assertThat(renewal.requestUri()).isEqualTo(stub.uri("notifier"));
        assertThat(renewal.header("Route")).isEmpty();
      }
      try (KamailioProcess kamailio =
          KamailioProcess.start(
              verbatim(
                  "loadmodule \"presence_b2b.so\"\n"
                      + "modparam(\"presence_b2b\", \"handle_presence_subscriptions\", 0)\n"
                      + settings.substring(settings.indexOf("modparam"))))) {
        kamailio.log().await("handle_presence_subscriptions", Duration.ofSeconds(10));
        assertThat(kamailio.kamcmd().run("presence_b2b.list").text()).contains("ignored");
        assertThat(stub.find("bob", Duration.ofMillis(500))).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("PAB-104 handle_notify and the other functions from a KEMI script")
  void pab104(@TempDir final Path directory) throws IOException {
    final Path script = directory.resolve("b2b.js");
    Files.writeString(
        script,
        """
        function ksr_request_route() {
          if(KSR.is_method("NOTIFY")) {
            if(KSR.presence_b2b.handle_notify() < 0) {
              KSR.sl.sl_send_reply(481, "Not ours");
            }
          } else if(KSR.is_method("MESSAGE")) {
            KSR.presence_b2b.pb2b_subscribe(KSR.pv.get("$ru"), "sip:kemi@127.0.0.1");
            KSR.presence_b2b.pb2b_state(KSR.pv.get("$ru"), "sip:kemi@127.0.0.1", "$var(x)");
            KSR.sl.sl_send_reply(200, KSR.pv.get("$var(x)"));
          } else {
            KSR.sl.sl_send_reply(200, "OK");
          }
        }
        """);
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio =
            KamailioProcess.start(
                verbatim(
                    "loadmodule \"presence_b2b.so\"\nloadmodule \"app_jsdt.so\"\n"
                        + "modparam(\"app_jsdt\", \"load\", \""
                        + script
                        + "\")\ncfgengine \"jsdt\"\n"));
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      final SipMessage answer =
          peer.exchange(peer.request("MESSAGE", stub.uri("kemi"), "sip:x@127.0.0.1"));
      assertThat(answer.reason()).isEqualTo("unconfirmed");
      final SipMessage subscribe = stub.next("kemi");
      final RequestDraft notify = B2bScene.notifying(peer, subscribe, 1, "active");
      assertThat(peer.exchange(notify).code()).isEqualTo(200);
      // the script makes no transaction: ours absorbs the retransmission
      assertThat(peer.exchange(notify).code()).isEqualTo(200);
      assertThat(notifying(peer, kamailio.port()).code()).isEqualTo(481);
      assertThat(kamailio.log().matching("ERROR|CRITICAL|BUG")).isEmpty();
    }
  }

  @Test
  @DisplayName("The example cfg starts as it stands")
  void example() throws IOException {
    final String cfg =
        Files.readString(ModuleSet.root().resolve("kamailio-cfg/presence_b2b.cfg"))
            .replaceFirst(
                "#!trydef MPATH .*", "#!define MPATH \"" + ModuleSet.selected().mpath() + "\"")
            .replace("modparam(\"ctl\", \"binrpc\", CTL)", "");
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.verbatim(cfg))) {
      assertThat(kamailio.kamcmd().run("presence_b2b.stats").failed()).isFalse();
      assertThat(kamailio.log().matching("ERROR|CRITICAL")).isEmpty();
    }
  }

  @Test
  @DisplayName("A jar with one queue for many records, as the page about it shows")
  void jar(@TempDir final Path directory) throws IOException {
    final Matcher code =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ModuleSet.root().resolve("docs/presence_b2b.md")));
    assertThat(code.find()).isTrue();
    PackageJar.makeOf(
        code.group(1),
        directory.resolve("members.jar"),
        "Members.java",
        "io.kamjvm.b2b.qsa.QsaUser",
        List.of("example.Members"));
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio =
            KamailioProcess.start(
                verbatim(
                    "loadmodule \"presence_b2b.so\"\nmodparam(\"presence_b2b\", \"package_dir\", \""
                        + directory
                        + "\")\nmodparam(\"presence_b2b\", \"jvm_options\", \"-Dmembers="
                        + stub.uri("m1")
                        + ","
                        + stub.uri("m2")
                        + "\")\nrequest_route { if(is_method(\"OPTIONS\")) { sl_send_reply(\"200\", \"OK\"); exit; } handle_notify(); exit; }\n"));
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      for (final String member : List.of("m1", "m2")) {
        final SipMessage subscribe = stub.next(member);
        assertThat(subscribe.required("From")).contains("sip:list@example.org");
        final SipMessage ok =
            peer.exchange(
                B2bScene.notifying(peer, subscribe, 1, "active")
                    .body("application/pidf+xml", B2bScene.pidf("open")));
        assertThat(ok.code()).isEqualTo(200);
        kamailio
            .log()
            .await(
                "Members: " + Pattern.quote(stub.uri(member)) + " is ACTIVE OPEN",
                Duration.ofSeconds(10));
      }
      assertThat(kamailio.kamcmd().run("presence_b2b.list").text()).contains("qsa");
    }
  }
}
