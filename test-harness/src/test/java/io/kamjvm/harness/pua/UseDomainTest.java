// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static io.kamjvm.harness.pua.ReginfoDocuments.active;
import static io.kamjvm.harness.pua.ReginfoDocuments.contact;
import static io.kamjvm.harness.pua.ReginfoDocuments.document;
import static io.kamjvm.harness.pua.ReginfoDocuments.expires;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A registrar of several domains that takes registrations over and publishes none. */
class UseDomainTest {
  private static final String REPLIES =
      """
      request_route {
        if(is_present_hf("X-Relay")) {
          t_on_reply("ANSWERED");
          $du = $hdr(X-Relay);
          t_relay();
          exit;
        }
        route(REST);
      }
      onreply_route[ANSWERED] {
        if(t_check_status("200")) {
          reginfo_subscribe("$hdr(X-Subscribe)");
          xlog("L_NOTICE", "SUBSCRIBED rc=$rc\\n");
        }
      }
      """;

  @RegisterExtension
  static final RegistrarScene SCENE =
      new RegistrarScene(
          ModuleSet.selected(),
          REPLIES + RegistrarScene.ROUTES.replace("request_route", "route[REST]"),
          (config, stub) ->
              RegistrarScene.withReginfo(config)
                  .line("modparam(\"usrloc\", \"use_domain\", 1)")
                  .line("modparam(\"registrar\", \"case_sensitive\", 0)")
                  .line("modparam(\"pua_reginfo\", \"publish_reginfo\", 0)")
                  .line(
                      "modparam(\"pua_reginfo\", \"outbound_proxy\", \"sip:127.0.0.1:"
                          + stub.port()
                          + "\")"));

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  @Test
  @DisplayName("PUA-125 stored under user@host as the registrar does; the slot is not left locked")
  @Deviation("stores all users under an empty key and leaves its slot locked")
  void pua125() {
    final String user = someone("alice");
    final String address = "sip:" + user + "@192.0.2.5";
    final String shouted =
        document(active(user, contact(address, "registered", expires(100))))
            .replace(
                user + "@" + RegistrarScene.DOMAIN,
                "%41" + user.substring(1).toUpperCase(Locale.ROOT) + "@HOME.invalid:5060");
    assertThat(SCENE.notify(shouted)).isEqualTo(1);
    assertThat(SCENE.contacts(user + "@" + RegistrarScene.DOMAIN)).containsExactly(address);
    SCENE.register(user, "sip:" + user + "@10.0.0.1", 100, user, 1);
    assertThat(SCENE.contacts(user + "@" + RegistrarScene.DOMAIN)).hasSize(2);
  }

  @Test
  @DisplayName("PUA-095 PUA-103 publish_reginfo 0 needs no default_domain and publishes nothing")
  void pua095pua103() {
    final String user = someone("quiet");
    SCENE.register(user, "sip:" + user + "@10.0.0.1", 100, user, 1);
    assertThat(SCENE.stub().find(user, Duration.ofMillis(700))).isEmpty();
  }

  @Test
  @DisplayName("PUA-107 reginfo_subscribe() works in a reply route")
  void pua107() {
    final String user = someone("replied");
    final String uri = SCENE.stub().uri(user);
    SCENE.stub().reaction =
        r ->
            r.method().equals("OPTIONS")
                ? Optional.of(StubServer.reply(r, "200 OK", List.of("X-Subscribe: " + uri)))
                : SCENE.stub().grant(r);
    try {
      SCENE
          .peer()
          .exchange(
              SCENE
                  .peer()
                  .request("OPTIONS", "sip:probe@127.0.0.1", "sip:x@y.invalid")
                  .header("X-Relay", "sip:127.0.0.1:" + SCENE.stub().port()));
      assertThat(SCENE.stub().next(user).method()).isEqualTo("SUBSCRIBE");
      assertThat(SCENE.kamailio().log().matching("SUBSCRIBED rc=1")).isNotEmpty();
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }
}
