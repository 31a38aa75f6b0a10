// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.OutgoingRequest;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextHopTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:192.0.2.7",
        "sip:alice@192.0.2.7:5060;transport=tcp",
        "SIPS:alice@[2001:db8::7]:5061",
        "sip:[2001:db8::7]",
        "sip:alice@192.0.2.7;maddr=192.0.2.8",
        "sip:alice@192.0.2.7?Subject=x",
        "sip:alice@10.0.0.1;alias=192.0.2.7~5060~1",
        "sip:[::1]",
        "sip:[2001:db8::]",
        "sip:[1:2:3:4:5:6:7:8]:5060"
      })
  @DisplayName("An address needs no look-up")
  void address(final String target) {
    assertThat(NextHop.needsLookup(to("", target))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:alice@phone.example.org",
        "sip:192.0.2.7.example.org",
        "sip:1.2.3",
        "sip:alice@192.0.2.7;maddr=example.org",
        "tel:+49301234",
        "sip:[2001:db8::7",
        "sip:alice@999.0.2.7",
        "sip:alice@1...2345",
        "sip:alice@1.2.3.0004",
        "sip:alice@192.0.2.7.",
        "sip:alice@10.0.0.1;alias=slow.example.org~5060~1",
        "sip:[names.example.org]",
        "sip:[1::2::3]",
        "sip:[1:2:3]",
        "sip:[12345::]",
        "sip:[]",
        "sip:[:1::2]",
        "sip:[1::2:]",
        "sip:",
        ""
      })
  @DisplayName("A name, or what is no address for certain, may need one")
  void name(final String target) {
    assertThat(NextHop.needsLookup(to("", target))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<sip:192.0.2.1;lr>,<sip:proxy.example.org;lr>",
        "\"Proxy\" <sip:192.0.2.1:5060;lr=on>",
        "sip:192.0.2.1;lr"
      })
  @DisplayName("The first route counts, not the target")
  void route(final String routes) {
    assertThat(NextHop.needsLookup(to(routes, "sip:alice@phone.example.org"))).isFalse();
    assertThat(NextHop.needsLookup(to("<sip:proxy.example.org;lr>", "sip:192.0.2.7"))).isTrue();
  }

  private static OutgoingRequest to(final String routes, final String target) {
    return new OutgoingRequest(
        "NOTIFY",
        "c",
        "sip:l",
        "l",
        "sip:alice@example.org",
        "r",
        target,
        routes,
        1,
        Optional.empty(),
        "",
        new byte[0],
        Optional.empty(),
        false,
        Optional.empty());
  }
}
