// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the load generator reports.
 *
 * @param numbers by path, for example {@code publish.p99_us}
 */
record LoadResult(Map<String, Double> numbers) {
  LoadResult {
    numbers = Map.copyOf(numbers);
  }

  static LoadResult parse(final String json) {
    return new LoadResult(FlatJson.numbers(json));
  }

  /**
   * A number that every report has.
   *
   * @throws IllegalArgumentException when this one has it not
   */
  double number(final String path) {
    final Double number = numbers.get(path);
    if (number == null) {
      throw new IllegalArgumentException("the load generator does not report " + path);
    }
    return number;
  }

  /** The same number summed over the kinds of operations. */
  double sum(final String name) {
    return number("publish." + name) + number("subscribe." + name) + number("refresh." + name);
  }

  /** The worst of the kinds of operations. */
  double worst(final String name) {
    return Math.max(
        number("publish." + name),
        Math.max(number("subscribe." + name), number("refresh." + name)));
  }

  /** Final replies by code, over all kinds. */
  Map<Integer, Long> codes() {
    final Map<Integer, Long> codes = new TreeMap<>();
    numbers.forEach(
        (path, count) -> {
          final int from = path.indexOf(".codes.");
          if (from > 0) {
            codes.merge(
                Integer.parseInt(path.substring(from + ".codes.".length())),
                count.longValue(),
                Long::sum);
          }
        });
    return codes;
  }
}
