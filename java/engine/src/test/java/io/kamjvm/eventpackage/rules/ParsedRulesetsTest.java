// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ParsedRulesetsTest {
  private final ParsedRulesets rulesets = new ParsedRulesets();

  private static byte[] document(final int length) {
    final String rule = "<ruleset><rule id='a'/>";
    return (rule + " ".repeat(length - rule.length() - 10) + "</ruleset>")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("parsed again only when it has changed")
  void once() {
    final Ruleset first = rulesets.of("sip:a@d", document(100));
    assertThat(rulesets.of("sip:a@d", document(100))).isSameAs(first);
    final long before = rulesets.bytes();
    assertThat(rulesets.of("sip:a@d", document(101))).isNotSameAs(first);
    assertThat(rulesets.bytes()).isEqualTo(before + 6);
  }

  @Test
  @DisplayName("long documents are bounded by their bytes; the longest unused go")
  void bounded() {
    final byte[] text = document(60_000);
    final Ruleset first = rulesets.of("sip:first@d", text);
    final Ruleset second = rulesets.of("sip:second@d", text);
    for (int i = 0; i < 250; i++) {
      rulesets.of("sip:" + i + "@d", text);
      assertThat(rulesets.of("sip:first@d", text)).isSameAs(first);
      assertThat(rulesets.bytes()).isLessThanOrEqualTo(ParsedRulesets.MOST_BYTES);
    }
    assertThat(rulesets.bytes()).isGreaterThan(ParsedRulesets.MOST_BYTES - 400_000);
    assertThat(rulesets.of("sip:second@d", text)).isNotSameAs(second);
  }
}
