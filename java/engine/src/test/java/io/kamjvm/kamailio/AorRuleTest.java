// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keys as the registrar makes them. */
class AorRuleTest {

  @Test
  @DisplayName("The user alone, or with the host; in lower case unless case matters; un-escaped")
  void keys() {
    final AorRule plain = new AorRule(false, false, "");
    assertThat(plain.key("Alice", "Example.ORG")).contains("alice");
    assertThat(plain.key("%41lice%20b", "x")).contains("alice b");
    assertThat(plain.key("", "x")).isEmpty();
    assertThat(new AorRule(false, true, "").key("Alice", "x")).contains("Alice");
    final AorRule domains = new AorRule(true, true, "");
    assertThat(domains.key("Alice", "Example.ORG")).contains("Alice@example.org");
    assertThat(domains.key("", "Example.ORG")).contains("example.org");
  }

  @Test
  @DisplayName("A realm prefix is cut off; what can not be un-escaped is no key")
  void prefixAndEscapes() {
    assertThat(new AorRule(true, false, "sip.").key("a", "sip.example.org"))
        .contains("a@example.org");
    assertThat(new AorRule(true, false, "sip.").key("a", "sip.")).contains("a@sip.");
    for (final String bad : new String[] {"%4", "%zz", "%0a", "%ff", "a%"}) {
      assertThat(new AorRule(false, false, "").key(bad, "x")).as(bad).isEmpty();
    }
  }
}
