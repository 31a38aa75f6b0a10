// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.util.List;

/**
 * One rule (RFC 4745 section 6). Immutable.
 *
 * @param id for the log; empty string if none
 * @param conditions all of them must hold; none: it always applies
 */
public record Rule(
    String id, List<Condition> conditions, Handling handling, Transformations transformations) {

  boolean applies(final Situation situation) {
    for (final Condition condition : conditions) {
      if (!condition.holds(situation)) {
        return false;
      }
    }
    return true;
  }
}
