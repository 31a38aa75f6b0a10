// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one run found.
 *
 * @param machine facts by name
 * @param comparisons stock and ours
 * @param figures of ours alone
 * @param failures scenarios that could not be run, with the reason
 */
record Results(
    Map<String, String> machine,
    List<Comparison> comparisons,
    List<Figure> figures,
    Map<String, String> failures) {
  Results {
    machine = new LinkedHashMap<>(machine);
    comparisons = List.copyOf(comparisons);
    figures = List.copyOf(figures);
    failures = new LinkedHashMap<>(failures);
  }

  /** Of one goal; empty when its scenario was not run. */
  Optional<Goal.Verdict> verdict(final Goal goal) {
    return comparisons.stream().flatMap(c -> goal.judge(c).stream()).findFirst();
  }
}
