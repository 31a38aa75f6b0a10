// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of one test came to.
 *
 * @param name as a person reads it, cases first
 * @param where the test class
 */
record TestResult(String name, String where, Verdict verdict) {

  /** Worst last. */
  enum Verdict {
    PASSED,
    SKIPPED,
    FAILED
  }

  private static final Pattern LEADING_CASES =
      Pattern.compile("\\G[\\s,/]*(?:and )?((PRES|PKG|CAPI|PUA|PAB)-\\d{3})");

  /** The numbered cases that the name starts with. */
  List<String> cases() {
    final List<String> cases = new ArrayList<>();
    final Matcher matcher = LEADING_CASES.matcher(name);
    while (matcher.find()) {
      cases.add(matcher.group(1));
    }
    return cases;
  }

  /** The name without the numbers in front. */
  String title() {
    final Matcher matcher = LEADING_CASES.matcher(name);
    int end = 0;
    while (matcher.find()) {
      end = matcher.end();
    }
    return name.substring(end).strip();
  }
}
