// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the load generator is to do: its options by name, without dashes. Immutable.
 *
 * @param scenario one of the generator's
 * @param options in order
 */
record Load(String scenario, Map<String, String> options) {
  Load {
    options = new LinkedHashMap<>(options);
  }

  static Load of(final String scenario) {
    return new Load(scenario, Map.of());
  }

  Load with(final String option, final long value) {
    return with(option, Long.toString(value));
  }

  Load with(final String option, final double value) {
    return with(option, Double.toString(value));
  }

  /** An empty value stands for an option that has none. */
  Load with(final String option, final String value) {
    final Map<String, String> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new Load(scenario, more);
  }

  /** Words of the command line. */
  List<String> words() {
    final List<String> words = new ArrayList<>(List.of("--scenario", scenario));
    options.forEach(
        (name, value) -> {
          words.add("--" + name);
          if (!value.isEmpty()) {
            words.add(value);
          }
        });
    return words;
  }

  /** For the reader of a report. */
  String told() {
    return String.join(" ", words()).replace("--scenario ", "");
  }
}
