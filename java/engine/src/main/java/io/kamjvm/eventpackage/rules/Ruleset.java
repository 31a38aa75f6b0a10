// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.Rules;
import java.util.List;
import java.util.Optional;

/**
 * A presentity's presence authorisation rules (RFC 5025). Permissions of several rules are not
 * combined: the first one that applies decides (spec event-packages 2.12). Immutable.
 */
public record Ruleset(List<Rule> rules) implements Rules {

  /** The rule that decides, if any applies. */
  public Optional<Rule> first(final Situation situation) {
    for (final Rule rule : rules) {
      if (rule.applies(situation)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
