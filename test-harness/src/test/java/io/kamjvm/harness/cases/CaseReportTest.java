// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The report must not claim a case that no test has proved. */
class CaseReportTest {

  private static List<TestResult> read(final String report) throws Exception {
    final List<TestResult> results = new ArrayList<>();
    TestReports.readReport(
        new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)), results);
    return results;
  }

  @Test
  @DisplayName("a case has passed only if none of its tests failed and one ran")
  void verdicts() throws Exception {
    final CaseReport report =
        new CaseReport(
            read(
                """
                <testsuite>
                  <testcase name="PRES-001 a tag" classname="a.b.OneTest"/>
                  <testcase name="PRES-001 a tag" classname="a.c.TwoTest"><failure/></testcase>
                  <testcase name="PRES-002, PRES-003 both" classname="a.b.OneTest"/>
                  <testcase name="PRES-004 later" classname="a.b.OneTest"><skipped/></testcase>
                  <testcase name="mentions PRES-005 only" classname="a.b.OneTest"/>
                </testsuite>
                """));
    assertThat(report.failed()).isTrue();
    assertThat(report.lines())
        .contains(
            "PRES-001  failed",
            "    failed  c.TwoTest: a tag",
            "    b.OneTest: a tag",
            "PRES-002  passed",
            "PRES-003  passed",
            "PRES-004  skipped",
            "PRES (the event-state server): 2 of 111 cases passed, 1 failed")
        .noneMatch(line -> line.startsWith("PRES-005"));
    assertThat(report.lines()).anyMatch(line -> line.contains("without a test that ran: 004 005"));
  }
}
