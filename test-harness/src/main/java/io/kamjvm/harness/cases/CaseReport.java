// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.cases;

import io.kamjvm.harness.cases.TestResult.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lists the numbered conformance cases: case, result, and the tests that prove it. A case has
 * passed when all of its tests did that were not skipped, and at least one was not.
 */
public final class CaseReport {

  /** A family of cases and how many it has. */
  private record Family(String prefix, String what, int count) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family("PRES", "the event-state server", 111),
          new Family("PKG", "event packages", 60),
          new Family("CAPI", "the C interface of presence", 55),
          new Family("PUA", "the event-state client", 133),
          new Family("PAB", "pa and presence_b2b", 105));

  private final Map<String, Map<String, Verdict>> cases = new TreeMap<>();

  CaseReport(final List<TestResult> results) {
    for (final TestResult result : results) {
      for (final String id : result.cases()) {
        final String test = simple(result.where()) + ": " + result.title();
        cases
            .computeIfAbsent(id, key -> new LinkedHashMap<>())
            .merge(test, result.verdict(), CaseReport::worse);
      }
    }
  }

  private static Verdict worse(final Verdict one, final Verdict other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static String simple(final String className) {
    return className.substring(className.lastIndexOf('.', className.lastIndexOf('.') - 1) + 1);
  }

  private static Verdict of(final Map<String, Verdict> tests) {
    if (tests.containsValue(Verdict.FAILED)) {
      return Verdict.FAILED;
    }
    return tests.containsValue(Verdict.PASSED) ? Verdict.PASSED : Verdict.SKIPPED;
  }

  /** Whether a test of a case has failed. */
  boolean failed() {
    return cases.values().stream().anyMatch(tests -> of(tests) == Verdict.FAILED);
  }

  /** The report, a line for each case and one for each of its tests. */
  List<String> lines() {
    final List<String> lines = new ArrayList<>();
    cases.forEach(
        (id, tests) -> {
          lines.add(id + "  " + of(tests).name().toLowerCase());
          tests.entrySet().stream()
              .sorted(Map.Entry.<String, Verdict>comparingByValue(Comparator.reverseOrder()))
              .forEach(
                  e ->
                      lines.add(
                          "    "
                              + (e.getValue() == Verdict.PASSED
                                  ? ""
                                  : e.getValue().name().toLowerCase() + "  ")
                              + e.getKey()));
        });
    FAMILIES.forEach(family -> lines.addAll(summary(family)));
    return lines;
  }

  private List<String> summary(final Family family) {
    final List<String> ids =
        IntStream.rangeClosed(1, family.count())
            .mapToObj(n -> String.format("%s-%03d", family.prefix(), n))
            .toList();
    final List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%s (%s): %d of %d cases passed, %d failed",
            family.prefix(),
            family.what(),
            ids.stream().filter(id -> is(id, Verdict.PASSED)).count(),
            family.count(),
            ids.stream().filter(id -> is(id, Verdict.FAILED)).count()));
    final List<String> without =
        ids.stream().filter(id -> !cases.containsKey(id) || is(id, Verdict.SKIPPED)).toList();
    if (!without.isEmpty() && without.size() < ids.size()) {
      lines.add(
          "    without a test that ran: "
              + without.stream()
                  .map(id -> id.substring(id.indexOf('-') + 1))
                  .collect(Collectors.joining(" ")));
    }
    return lines;
  }

  private boolean is(final String id, final Verdict verdict) {
    return cases.containsKey(id) && of(cases.get(id)) == verdict;
  }

  /**
   * Prints the report of the last test runs.
   *
   * @param arguments the project's folder
   */
  public static void main(final String[] arguments) throws IOException {
    final List<TestResult> results = new TestReports(Path.of(arguments[0])).read();
    if (results.isEmpty()) {
      System.err.println("no test reports below " + arguments[0] + ": run ./kamjvm test first");
      System.exit(1);
    }
    final CaseReport report = new CaseReport(results);
    report.lines().forEach(System.out::println);
    if (report.failed()) {
      System.exit(2);
    }
  }
}
