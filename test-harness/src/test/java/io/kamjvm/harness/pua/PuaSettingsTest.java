// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What modparams of pua do, in a real Kamailio (spec pua 6). */
class PuaSettingsTest {
  @RegisterExtension
  static final PuaScene SCENE =
      new PuaScene(
          config ->
              config
                  .line("modparam(\"pua\", \"update_period\", 0)")
                  .line("modparam(\"pua\", \"min_expires\", 60)")
                  .line("modparam(\"pua\", \"default_expires\", 300)")
                  .line("modparam(\"pua\", \"db_mode\", 1)")
                  .line("modparam(\"pua\", \"reginfo_increase_version\", 1)"));

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static SipMessage publish(final String user, final String expires) {
    SCENE.order(user, expires, "presence", ".", ".", ".", PuaScene.pidf(user));
    return SCENE.stub().next(user);
  }

  @Test
  @DisplayName("PUA-005 db_mode 1 starts, says so, and is 0: a series goes on after a restart")
  void pua005() {
    final String user = someone("mode");
    assertThat(SCENE.kamailio().log().matching("db_mode.*1")).isNotEmpty();
    publish(user, "600");
    SCENE.restart();
    assertThat(publish(user, "600").header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName("PUA-007 default_expires below 600 is 3600")
  void pua007() {
    assertThat(publish(someone("eternal"), "-1").required("Expires")).isEqualTo("3601");
  }

  @Test
  @DisplayName("PUA-016 PUA-017 min_expires raises neither a removal nor a short lifetime")
  void pua016pua017() {
    final String user = someone("brief");
    assertThat(publish(user, "30").required("Expires")).isEqualTo("31");
    assertThat(publish(user, "0").required("Expires")).isEqualTo("0");
  }

  @Test
  @DisplayName(
      "PUA-003 without update_period nothing is refreshed but by pua.cleanup, when it is over")
  void pua003() {
    final String user = someone("manual");
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 2, "m" + r.callId()));
    try {
      publish(user, "600");
      SCENE.call("pua.cleanup");
      assertThat(SCENE.stub().find(user, Duration.ofSeconds(3))).isEmpty();
      SCENE.call("pua.cleanup");
      assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }

  @Test
  @DisplayName("PUA-043 reginfo_increase_version alone counts reg documents, not those of dialog")
  void pua043() {
    final String user = someone("counted");
    for (int i = 0; i < 2; i++) {
      SCENE.order(user, "600", "reg", ".", ".", ".", "<reginfo version='77'/>");
      assertThat(SCENE.stub().next(user).body()).contains("version=\"" + i + "\"");
      SCENE.order(user, "600", "dialog", ".", ".", ".", "<dialog-info version='77'/>");
      assertThat(SCENE.stub().next(user).body()).isEqualTo("<dialog-info version='77'/>");
    }
  }
}
