// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XcapServerTest {

  @ParameterizedTest
  @CsvSource({
    "xcap.example, xcap.example:80",
    "xcap.example:8080, xcap.example:8080",
    "http://xcap.example:8080, xcap.example:8080",
    "HTTP://192.0.2.1:65535, 192.0.2.1:65535"
  })
  @DisplayName("host, host:port and http://host:port")
  void accepted(final String text, final String server) {
    assertThat(XcapServer.parse(text)).map(XcapServer::toString).contains(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://xcap.example",
        "http://xcap.example:80/root",
        "https://xcap.example:443",
        "xcap.example:",
        "xcap.example:0",
        "xcap.example:65536",
        "xcap.example:80x",
        "xcap.example/root",
        "xc ap",
        "a@b",
        "xcap_example?",
        "a:b:1"
      })
  @DisplayName("everything else is refused at the start")
  void refused(final String text) {
    assertThat(XcapServer.parse(text)).isEmpty();
  }

  @Test
  @DisplayName("where rules are; no user name leads elsewhere")
  void path() {
    final XcapServer server = new XcapServer("xcap.example", 8080);
    assertThat(server.rulesOf("ann", "lab.example"))
        .hasToString("http://xcap.example:8080/pres-rules/users/sip:ann@lab.example/index");
    assertThat(server.rulesOf("", "lab.example"))
        .hasToString("http://xcap.example:8080/pres-rules/users/sip:lab.example/index");
    assertThat(server.rulesOf("../a?b#c%2fü", "lab.example"))
        .hasToString(
            "http://xcap.example:8080/pres-rules/users/sip:..%2Fa%3Fb%23c%252f%C3%BC@lab.example"
                + "/index");
  }
}
