// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulesetParserTest {
  private final RulesetParser parser = new RulesetParser();

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ruleset",
        "<ruleset>",
        "<rules/>",
        "<!DOCTYPE ruleset [<!ENTITY a \"b\">]><ruleset>&a;</ruleset>"
      })
  @DisplayName("what is no rules document judges nobody")
  void unusable(final String text) {
    assertThatThrownBy(() -> parser.parse(bytes(text)))
        .isInstanceOf(UnusableRulesException.class)
        .hasMessageNotContaining("DOCTYPE ruleset");
  }

  @Test
  @DisplayName("a ruleset without rules, and one inside of something else")
  void odd() {
    assertThat(parser.parse(bytes("<ruleset/>")).rules()).isEmpty();
    assertThat(parser.parse(bytes("<a><Ruleset><rule id='x'/></Ruleset></a>")).rules())
        .singleElement()
        .matches(rule -> rule.id().equals("x") && rule.handling() == Handling.CONFIRM);
  }

  @Test
  @DisplayName("rules with equal permissions share them, so that their watchers share views")
  void shared() {
    final String permission =
        "<transformations><provide-mood>false</provide-mood></transformations>";
    final Ruleset ruleset =
        parser.parse(
            bytes(
                "<ruleset><rule>"
                    + permission
                    + "</rule><rule>"
                    + permission
                    + "</rule></ruleset>"));
    assertThat(ruleset.rules().get(0).transformations())
        .isSameAs(ruleset.rules().get(1).transformations());
  }
}
