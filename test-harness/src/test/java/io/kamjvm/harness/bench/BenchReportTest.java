// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.harness.ModuleSet;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Comparisons, goals and reports reckon right. */
class BenchReportTest {

  private static Sample sample(final double operations, final double errors) {
    return new Sample(
        Map.of(Metric.OPERATIONS, operations, Metric.ERRORS, errors, Metric.CPU, 1e6 / operations),
        errors > 0 ? Map.of(200, 10L, 500, (long) errors) : Map.of(200, 10L));
  }

  private static Comparison comparison(final String name) {
    return new Comparison(
        name,
        "a <title>",
        "conditions",
        Map.of(
            ModuleSet.STOCK,
            List.of(sample(900, 2), sample(1_000, 3), sample(5_000, 0)),
            ModuleSet.OURS,
            List.of(sample(7_000, 0), sample(4_000, 0), sample(2_000, 0))));
  }

  private static Results results(final Comparison... comparisons) {
    return new Results(
        Map.of("CPU", "a \"fast\" one"),
        List.of(comparisons),
        List.of(new Figure("start-up", "ready", 1251.4, "ms")),
        Map.of("mixed", "no port"));
  }

  @Test
  @DisplayName("JSON of the load generator: numbers by path; what is no JSON is refused")
  void flatJson() {
    assertThat(
            FlatJson.numbers(
                "{\"a\": 1, \"b\": {\"c\": {\"200\": -2.5e1}, \"d\": {}}, \"e\": \"f\"}"))
        .isEqualTo(Map.of("a", 1.0, "b.c.200", -25.0));
    for (final String wrong : List.of("", "{", "{\"a\" 1}", "{\"a\": }", "{} {}", "{\"a\": 1,}")) {
      assertThatThrownBy(() -> FlatJson.numbers(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("A comparison: medians of rounds, sums of faults, ours divided by stock's")
  void comparison() {
    final Comparison comparison = comparison("x");
    assertThat(comparison.value(ModuleSet.STOCK, Metric.OPERATIONS)).hasValue(1_000);
    assertThat(comparison.value(ModuleSet.STOCK, Metric.ERRORS)).hasValue(5);
    assertThat(comparison.ratio(Metric.OPERATIONS)).hasValue(4);
    assertThat(comparison.ratio(Metric.CPU)).hasValue(0.25);
    assertThat(comparison.ratio(Metric.LOST)).isEmpty();
    assertThat(comparison.codes(ModuleSet.STOCK)).isEqualTo(Map.of(200, 30L, 500, 5L));
  }

  @Test
  @DisplayName("Goals: at least where more is better, at most where less is; the miss is told")
  void goals() {
    final Goal.Verdict reached =
        Goal.ratio("g", "x", Metric.OPERATIONS, 4).judge(comparison("x")).orElseThrow();
    assertThat(reached.reached()).isTrue();
    final Goal.Verdict missed =
        Goal.ratio("g", "x", Metric.OPERATIONS, 6).judge(comparison("x")).orElseThrow();
    assertThat(missed.reached()).isFalse();
    assertThat(missed.told()).isEqualTo("missed: 1.50 times short of it");
    assertThat(Goal.ratio("g", "x", Metric.CPU, 0.2).judge(comparison("x")).orElseThrow().told())
        .isEqualTo("missed: 1.25 times short of it");
    assertThat(Goal.ours("g", "x", Metric.ERRORS, 0).judge(comparison("x")).orElseThrow().reached())
        .isTrue();
    assertThat(Goal.ours("g", "x", Metric.ERRORS, 0).judge(comparison("x-y"))).isEmpty();
  }

  @Test
  @DisplayName(
      "Every goal is about a scenario of the full run, and scenarios have names of their own")
  void matrix() {
    final Set<String> names = new HashSet<>();
    for (final Experiment experiment : Matrix.of(Size.FULL)) {
      assertThat(names.add(experiment.name())).as(experiment.name()).isTrue();
    }
    assertThat(Goals.ALL).allSatisfy(goal -> assertThat(names).contains(goal.scenario()));
    assertThat(Matrix.of(Size.QUICK)).isNotEmpty();
  }

  @Test
  @DisplayName("Rounds alternate: A B B A A B")
  void order() {
    assertThat(Stream.of(0, 1, 2).flatMap(round -> Pair.order(round).stream()).toList())
        .containsExactly(
            ModuleSet.STOCK,
            ModuleSet.OURS,
            ModuleSet.OURS,
            ModuleSet.STOCK,
            ModuleSet.STOCK,
            ModuleSet.OURS);
  }

  @Test
  @DisplayName("The table shows goals, both sides, error replies, failures")
  void table() {
    assertThat(MarkdownReport.of(results(comparison("publish-write-back"))))
        .contains("| PUBLISH, PostgreSQL 2/1 | ≥ 6 × | 4 × | missed: 1.50 times short of it |\n")
        .contains("| PUBLISH, embedded | ≥ 20 × | | not measured |\n")
        .contains("| operations | 1,000/s | 4,000/s | 4.00 |\n")
        .contains("| refused or unanswered | 5 | 0 | |\n")
        .contains("| error replies | 500: 5 |  | |\n")
        .contains("| start-up | ready | 1,251 ms |\n")
        .contains("- NOT MEASURED: mixed: no port\n");
  }

  @Test
  @DisplayName("The JSON has goals, values, rounds, codes; quotes are escaped")
  void json() {
    final String json = JsonReport.of(results(comparison("publish-write-back")));
    assertThat(json)
        .contains("\"CPU\": \"a \\\"fast\\\" one\"")
        .contains("\"bound\": 6.000, \"measured\": 4.000, \"reached\": false}")
        .contains("\"codes\": {\"200\": 30, \"500\": 5}")
        .contains("\"ratio\": {\"operations\": 4.000");
    assertThat(json.chars().filter(c -> c == '{').count())
        .isEqualTo(json.chars().filter(c -> c == '}').count());
  }

  @Test
  @DisplayName("The picture is XML; longer is better; a goal of less CPU is drawn as more")
  void picture() throws Exception {
    final List<RatioPicture.Bar> bars =
        RatioPicture.bars(results(comparison("publish-memory"), comparison("fanout-10x200")));
    assertThat(bars)
        .first()
        .isEqualTo(new RatioPicture.Bar("a <title>: CPU per operation", 4, OptionalDouble.of(1)));
    final String svg = RatioPicture.draw(bars, "a & b");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertThat(svg).contains("4×").contains("a &amp; b").contains("a &lt;title&gt;");
  }

  @Test
  @DisplayName("What a load reports: sums and the worst over kinds, codes over all")
  void loadResult() {
    final LoadResult result =
        LoadResult.parse(
            "{\"publish\": {\"sent\": 1, \"p99_us\": 5, \"codes\": {\"200\": 1}},"
                + " \"subscribe\": {\"sent\": 2, \"p99_us\": 9, \"codes\": {\"200\": 2}},"
                + " \"refresh\": {\"sent\": 4, \"p99_us\": 7, \"codes\": {\"481\": 4}}}");
    assertThat(result.sum("sent")).isEqualTo(7);
    assertThat(result.worst("p99_us")).isEqualTo(9);
    assertThat(result.codes()).isEqualTo(Map.of(200, 3L, 481, 4L));
    assertThatThrownBy(() -> result.number("notify.lost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("notify.lost");
  }

  @Test
  @DisplayName("The engine's own shared memory: anonymous shared mappings, no others")
  void sharedAnonymous() {
    final String smaps =
        """
        7f0000000000-7f0000100000 rw-s 00000000 00:01 1 /dev/zero (deleted)
        Size: 1024 kB
        Rss:   500 kB
        Pss:   250 kB
        7f1000000000-7f1000100000 r--p 00000000 08:01 2 /usr/lib/libc.so.6
        Rss:   900 kB
        7f2000000000-7f2000100000 rw-s 00000000 00:01 3 /dev/zero (deleted)
        Rss:    20 kB
        """;
    assertThat(MemoryMap.sharedAnonymousKilobytes(smaps.lines())).isEqualTo(520);
  }

  @Test
  @DisplayName("A load's command line: options in order, the last word on one counts")
  void load() {
    final Load load =
        Load.of("publish").with("window", 4).with("no-documents", "").with("window", 8);
    assertThat(load.words())
        .containsExactly("--scenario", "publish", "--window", "8", "--no-documents");
    assertThat(load.told()).isEqualTo("publish --window 8 --no-documents");
  }
}
