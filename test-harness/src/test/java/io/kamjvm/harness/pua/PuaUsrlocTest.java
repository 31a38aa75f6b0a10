// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** pua_usrloc: who registers is published as present, when the script says so. */
class PuaUsrlocTest {
  private static final String ROUTES =
      """
      request_route {
        if(is_method("REGISTER")) {
          if(is_present_hf("X-Publish")) {
            pua_set_publish();
          }
          save("location");
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      """;

  @RegisterExtension
  static final RegistrarScene SCENE =
      new RegistrarScene(ModuleSet.selected(), ROUTES, (config, stub) -> with(config, stub));

  @RegisterExtension
  static final RegistrarScene FLAGGED =
      new RegistrarScene(
          ModuleSet.selected(),
          ROUTES,
          (config, stub) ->
              with(config, stub).line("modparam(\"pua_usrloc\", \"branch_flag\", 7)"));

  private static KamailioConfig with(final KamailioConfig config, final StubServer stub) {
    return config
        .line("loadmodule \"pua_usrloc.so\"")
        .line("modparam(\"pua\", \"outbound_proxy\", \"sip:127.0.0.1:" + stub.port() + "\")")
        .line("modparam(\"pua_usrloc\", \"default_domain\", \"" + RegistrarScene.DOMAIN + "\")")
        .line("modparam(\"pua_usrloc\", \"entity_prefix\", \"pres\")");
  }

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static void register(
      final RegistrarScene scene, final String user, final int expires, final int cseq) {
    scene.send(
        scene
            .registration(user, "sip:" + user + "@10.0.0.1", expires, user, cseq)
            .header("X-Publish", "1"));
  }

  @Test
  @DisplayName("A binding is a presence document, its refresh prolongs it, its end removes it")
  void lifeCycle() {
    final String user = someone("alice");
    register(SCENE, user, 600, 1);
    final SipMessage first = SCENE.stub().next(user);
    assertThat(first.method()).isEqualTo("PUBLISH");
    assertThat(first.requestUri()).isEqualTo("sip:" + user + "@" + RegistrarScene.DOMAIN);
    assertThat(first.required("Event")).isEqualTo("presence");
    assertThat(first.required("Expires")).matches("60[01]|59[0-9]");
    assertThat(first.header("SIP-If-Match")).isEmpty();
    assertThat(first.body())
        .contains("entity=\"pres:" + user + "@" + RegistrarScene.DOMAIN + "\"")
        .contains("<basic>open</basic>");
    register(SCENE, user, 900, 2);
    final SipMessage second = SCENE.stub().next(user);
    assertThat(second.required("SIP-If-Match")).startsWith("e");
    assertThat(second.body()).isEmpty();
    assertThat(second.required("Expires")).matches("90[01]|89[0-9]");
    register(SCENE, user, 0, 3);
    final SipMessage third = SCENE.stub().next(user);
    assertThat(third.required("Expires")).isEqualTo("0");
    assertThat(third.header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName("pua_set_publish() holds for its own run of the script only")
  void onlyWhereSaid() {
    final String user = someone("silent");
    for (int i = 1; i < 5; i++) {
      register(SCENE, someone("loud"), 600, 1);
      SCENE.register(user, "sip:" + user + "@10.0.0.1", 600, user, i);
    }
    assertThat(SCENE.stub().find(user, Duration.ofMillis(700))).isEmpty();
  }

  @Test
  @DisplayName("With branch_flag the end of a flagged binding is published, whoever notices it")
  void branchFlag() {
    final String user = someone("flagged");
    register(FLAGGED, user, 3, 1);
    assertThat(FLAGGED.stub().next(user).body()).contains("open");
    assertThat(FLAGGED.stub().next(user).required("Expires")).isEqualTo("0");
    final String other = someone("unflagged");
    FLAGGED.register(other, "sip:" + other + "@10.0.0.1", 600, other, 1);
    assertThat(FLAGGED.stub().find(other, Duration.ofMillis(700))).isEmpty();
  }
}
