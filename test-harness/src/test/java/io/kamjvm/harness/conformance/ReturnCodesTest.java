// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each function returns to the script, to the digit: in the native script and under KEMI. */
class ReturnCodesTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String NATIVE =
      """
      request_route {
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
        if(is_method("MESSAGE")) {
          if(is_present_hf("X-3")) {
            $var(type) = $(hdr(X-3){s.int});
          }
          switch($hdr(X-Function)) {
            case "has":
              pres_has_subscribers("$hdr(X-1)", "$hdr(X-2)");
              $var(rc) = $retcode;
              break;
            case "auth":
              pres_auth_status("$hdr(X-1)", "$hdr(X-2)");
              $var(rc) = $retcode;
              break;
            case "update":
              pres_update_watchers("$hdr(X-1)", "$hdr(X-2)");
              $var(rc) = $retcode;
              break;
            case "refresh":
              pres_refresh_watchers("$hdr(X-1)", "$hdr(X-2)", "$var(type)");
              $var(rc) = $retcode;
              break;
            case "file":
              pres_refresh_watchers("$hdr(X-1)", "$hdr(X-2)", "$var(type)", "$hdr(X-4)", "$hdr(X-5)");
              $var(rc) = $retcode;
              break;
          }
          sl_send_reply("200", "rc $var(rc)");
          exit;
        }
        if(!is_present_hf("X-No-Transaction")) {
          t_newtran();
        }
        if(is_method("PUBLISH")) {
          if(is_present_hf("X-Sender")) {
            handle_publish("$hdr(X-Sender)");
          } else {
            handle_publish();
          }
          xlog("L_NOTICE", "RETURNED $ci $retcode\\n");
        } else {
          if(is_present_hf("X-Watcher")) {
            handle_subscribe("$hdr(X-Watcher)");
          } else {
            handle_subscribe();
          }
          xlog("L_NOTICE", "RETURNED $ci $retcode\\n");
        }
      }

      # every function that may be called anywhere, wherever a script can be
      failure_route[F] {
        pres_has_subscribers("sip:a@b", "presence");
        pres_update_watchers("sip:a@b", "presence");
      }
      onreply_route[R] {
        pres_refresh_watchers("sip:a@b", "presence", 1);
      }
      branch_route[B] {
        pres_refresh_watchers("sip:a@b", "presence", 2, "file", "name");
      }
      onsend_route {
        if(pres_has_subscribers("sip:nobody@example.org", "presence")) {
          drop;
        }
      }
      reply_route {
        if(pres_has_subscribers("sip:nobody@example.org", "presence")) {
          drop;
        }
      }
      """;

  private static final String KEMI =
      """
      function ksr_request_route() {
        if(KSR.is_method("OPTIONS")) {
          KSR.sl.sl_send_reply(200, "OK");
        } else if(KSR.is_method("MESSAGE")) {
          var call = JSON.parse(KSR.pv.get("$rb"));
          var rc = KSR.presence[call[0]].apply(null, call.slice(1));
          KSR.sl.sl_send_reply(200, "rc " + rc);
        } else {
          KSR.tm.t_newtran();
          var uri = KSR.pv.gete("$hdr(X-Uri)");
          var code = KSR.is_method("PUBLISH")
              ? KSR.presence.handle_publish_uri(uri)
              : KSR.presence.handle_subscribe_uri(uri);
          KSR.info("RETURNED " + KSR.pv.get("$ci") + " " + code + " "
              + KSR.pv.get("$subs(watcher_username)") + "\\n");
        }
      }
      """;

  @Nested
  class Native {
    @RegisterExtension static final Scene SCENE = Scene.inMemory(config -> config.script(NATIVE));

    private int ask(final String function, final String... arguments) {
      final RequestDraft draft =
          SCENE
              .peer()
              .request(Transport.UDP, "MESSAGE", someone("any"), someone("asker"))
              .header("X-Function", function);
      for (int i = 0; i < arguments.length; i++) {
        draft.header("X-" + (i + 1), arguments[i]);
      }
      final SipMessage reply = SCENE.peer().send(draft);
      assertThat(reply.reason()).startsWith("rc ");
      return Integer.parseInt(reply.reason().substring(3));
    }

    private int returned(final String callId) {
      final String line = SCENE.kamailio().log().await("RETURNED " + callId, LIMIT);
      return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    @Test
    @DisplayName("PRES-087 pres_has_subscribers: 1, else -1")
    void pres087() {
      final String bob = someone("bob");
      assertThat(ask("has", bob, "presence")).isEqualTo(-1);
      SCENE.peer().watch(someone("alice"), bob).start();
      assertThat(ask("has", bob, "presence")).isEqualTo(1);
      assertThat(ask("has", bob, "foo")).isEqualTo(-1);
      assertThat(ask("has", "nonsense", "presence")).isEqualTo(-1);
    }

    @Test
    @DisplayName("PRES-088 pres_refresh_watchers: 1; a type that the form does not take: -1")
    void pres088() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      assertThat(ask("refresh", bob, "presence", "1")).isEqualTo(1);
      alice.next();
      assertThat(ask("refresh", someone("nobody"), "presence", "1")).isEqualTo(1);
      assertThat(ask("refresh", bob, "presence", "2")).isEqualTo(-1);
      assertThat(ask("refresh", bob, "foo", "1")).isEqualTo(-1);
      assertThat(ask("file", bob, "presence", "1", "uri", "name")).isEqualTo(-1);
    }

    @Test
    @DisplayName("pres_update_watchers and pres_auth_status: -1 for what makes no sense")
    void errors() {
      assertThat(ask("update", someone("bob"), "foo")).isEqualTo(-1);
      assertThat(ask("update", "nonsense", "presence")).isEqualTo(-1);
      assertThat(ask("auth", someone("alice"), "nonsense")).isEqualTo(-1);
      assertThat(ask("auth", someone("alice"), someone("bob"))).isBetween(1, 2);
    }

    @Test
    @DisplayName("handle_publish: 1 after 200 and 412, -1 after an error, -1 without a reply")
    void handlePublish() {
      final String bob = someone("bob");
      final RequestDraft good = publish(bob);
      assertThat(SCENE.peer().send(good).code()).isEqualTo(200);
      assertThat(returned(good.value("Call-ID"))).isEqualTo(1);
      final RequestDraft unknown = publish(bob).header("SIP-If-Match", "a.1.2.3.4");
      assertThat(SCENE.peer().send(unknown).code()).isEqualTo(412);
      assertThat(returned(unknown.value("Call-ID"))).isEqualTo(1);
      final RequestDraft bad = publish(bob).with("Event", "foo");
      assertThat(SCENE.peer().send(bad).code()).isEqualTo(489);
      assertThat(returned(bad.value("Call-ID"))).isEqualTo(-1);
      final RequestDraft sender = publish(bob).header("X-Sender", "not a uri");
      assertThat(SCENE.peer().send(sender).code()).isEqualTo(400);
      assertThat(returned(sender.value("Call-ID"))).isEqualTo(-1);
      final RequestDraft stateless = publish(bob).header("X-No-Transaction", "1");
      assertThat(SCENE.peer().send(stateless).code()).isEqualTo(200);
      assertThat(returned(stateless.value("Call-ID"))).isEqualTo(1);
    }

    private RequestDraft publish(final String presentity) {
      return SCENE
          .peer()
          .request(Transport.UDP, "PUBLISH", presentity, presentity)
          .header("Event", "presence")
          .header("Expires", "600")
          .body(Documents.PIDF, Documents.pidf(presentity, "t", "open", "x"));
    }

    @Test
    @DisplayName("handle_subscribe: 1 after a 200, -1 after an error reply")
    void handleSubscribe() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      alice.start();
      assertThat(returned(alice.callId())).isEqualTo(1);
      final Watch foo = SCENE.peer().watch(someone("alice"), someone("bob")).event("foo");
      assertThat(foo.subscribe(600).code()).isEqualTo(489);
      assertThat(returned(foo.callId())).isEqualTo(-1);
    }
  }

  @Nested
  class Kemi {
    private static Path script;
    private static KamailioProcess kamailio;
    private static SipPeer peer;

    @BeforeAll
    static void start() throws IOException {
      Scene.requireModules();
      script = Files.createTempFile("kemi", ".js");
      Files.writeString(script, KEMI);
      kamailio =
          KamailioProcess.start(
              KamailioConfig.memoryOnly()
                  .line("loadmodule \"app_jsdt.so\"")
                  .line("modparam(\"app_jsdt\", \"load\", \"" + script + "\")")
                  .script("cfgengine \"jsdt\"\n"));
      peer = SipPeer.towards(kamailio.port());
    }

    @AfterAll
    static void stop() throws IOException {
      peer.close();
      kamailio.close();
      Files.delete(script);
    }

    private int ask(final String function, final Object... arguments) {
      final String call =
          Arrays.stream(arguments)
              .map(a -> a instanceof Integer ? a.toString() : "\"" + a + "\"")
              .collect(Collectors.joining(", ", "[\"" + function + "\", ", "]"));
      final SipMessage reply =
          peer.send(
              peer.request(Transport.UDP, "MESSAGE", someone("any"), someone("asker"))
                  .body("application/json", call));
      assertThat(reply.reason()).as(call).startsWith("rc ");
      return Integer.parseInt(reply.reason().substring(3));
    }

    @Test
    @DisplayName("PRES-088 under KEMI a refresh returns 0, an error -1, a question as in scripts")
    void pres088() {
      final String bob = someone("bob");
      assertThat(ask("pres_has_subscribers", bob, "presence")).isEqualTo(-1);
      final Watch alice = peer.watch(someone("alice"), bob);
      alice.header("X-Uri", someone("alice"));
      alice.start();
      assertThat(ask("pres_has_subscribers", bob, "presence")).isEqualTo(1);
      assertThat(ask("pres_refresh_watchers", bob, "presence", 1)).isZero();
      alice.next();
      assertThat(ask("pres_refresh_watchers", bob, "foo", 1)).isEqualTo(-1);
      assertThat(ask("pres_refresh_watchers_file", bob, "presence", 1, "uri", "name")).isZero();
      alice.next();
      assertThat(ask("pres_refresh_watchers_file", bob, "foo", 1, "uri", "name")).isEqualTo(-1);
      assertThat(ask("pres_update_watchers", bob, "foo")).isEqualTo(-1);
      assertThat(ask("pres_auth_status", someone("alice"), "nonsense")).isEqualTo(-1);
      assertThat(ask("pres_auth_status", someone("alice"), bob)).isBetween(1, 2);
    }

    @Test
    @DisplayName("handle_publish_uri and handle_subscribe_uri take the URI")
    void uris() {
      final String bob = someone("bob");
      final String alice = someone("alice");
      final Watch watch = peer.watch(someone("device"), bob).header("X-Uri", alice);
      watch.start();
      assertThat(kamailio.log().await("RETURNED " + watch.callId(), LIMIT))
          .endsWith(" 1 " + Scene.user(alice));
      final RequestDraft publish =
          peer.publisher(bob)
              .header("X-Uri", "sip:sender@example.org")
              .draft()
              .body(Documents.PIDF, Documents.pidf(bob, "t", "open", "x"));
      assertThat(peer.send(publish).code()).isEqualTo(200);
      kamailio.log().await("RETURNED " + publish.value("Call-ID") + " 1 ", LIMIT);
      assertThat(kamailio.kamcmd().run("presence.presentity_list").field("sender"))
          .contains("sip:sender@example.org");
    }
  }
}
