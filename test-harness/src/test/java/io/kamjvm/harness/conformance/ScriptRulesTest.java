// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.KamailioStartException;
import io.kamjvm.harness.Scene;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script may not say; Kamailio refuses to load it, and leaves nothing behind. */
class ScriptRulesTest {
  private static final String REQUEST =
      """
      request_route {
        sl_send_reply("200", "OK");
      }
      """;

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static void refused(final String routes) {
    final KamailioStartException failure =
        catchThrowableOfType(
            KamailioStartException.class,
            () -> KamailioProcess.start(KamailioConfig.memoryOnly().script(routes)).close());
    assertThat(failure).as("this must not load:\n" + routes).isNotNull();
    assertThat(failure.exitCode()).isPositive();
    assertThat(failure.leftBehind()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"$subs(foo)", "$notify_reply($nonsense)", "$notify_reply(rs)"})
  @DisplayName("PRES-100 an attribute or inner variable that does not exist is a load error")
  void pres100(final String variable) {
    refused(REQUEST + "route[R] {\n  xlog(\"" + variable + "\\n\");\n}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "failure_route[F]; handle_publish()",
        "onreply_route[R]; handle_subscribe()",
        "branch_route[B]; handle_subscribe(\"sip:a@b\")",
        "failure_route[F]; pres_auth_status(\"sip:a@b\", \"sip:c@d\")",
        "request_route; pres_update_watchers(\"sip:a@b\")",
        "request_route; pres_has_subscribers(\"sip:a@b\")",
        "request_route; pres_refresh_watchers(\"sip:a@b\", \"presence\", 2, \"f\")"
      })
  @DisplayName("a function in a route, or with arguments, that the manual does not list")
  void forbidden(final String route, final String call) {
    final String request = route.equals("request_route") ? "" : REQUEST;
    refused(request + route + " {\n  " + call + ";\n}\n");
  }
}
