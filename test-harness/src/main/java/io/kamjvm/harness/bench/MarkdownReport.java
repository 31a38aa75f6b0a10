// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Results as Markdown tables, so that they can go into the documentation as they are. */
final class MarkdownReport {
  private static final Set<String> COUNTS = Set.of("calls", "rounds", "requests");

  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(final Results results) {
    this.results = results;
  }

  static String of(final Results results) {
    final MarkdownReport report = new MarkdownReport(results);
    report.machine();
    if (!results.comparisons().isEmpty()) {
      report.goals();
      report.comparisons();
    }
    if (!results.figures().isEmpty()) {
      report.figures();
    }
    return report.text.toString();
  }

  private void machine() {
    results
        .machine()
        .forEach(
            (name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
    results
        .failures()
        .forEach(
            (name, reason) ->
                text.append("- NOT MEASURED: ")
                    .append(name)
                    .append(": ")
                    .append(reason)
                    .append('\n'));
  }

  private void goals() {
    text.append("\n| goal | wanted | measured | |\n|---|---:|---:|---|\n");
    for (final Goal goal : Goals.ALL) {
      text.append("| ").append(goal.what()).append(" | ").append(goal.wanted()).append(" | ");
      results
          .verdict(goal)
          .ifPresentOrElse(
              verdict ->
                  text.append(goal.show(verdict.measured()))
                      .append(" | ")
                      .append(verdict.told())
                      .append(" |\n"),
              () -> text.append("| not measured |\n"));
    }
  }

  private void comparisons() {
    for (final Comparison comparison : results.comparisons()) {
      text.append("\n**").append(comparison.title()).append("** (`").append(comparison.name());
      text.append("`): ").append(comparison.conditions()).append('\n');
      text.append("\n| | stock | ours | ratio |\n|---|---:|---:|---:|\n");
      for (final Metric metric : comparison.metrics()) {
        row(comparison, metric);
      }
      codes(comparison);
    }
  }

  private void row(final Comparison comparison, final Metric metric) {
    final OptionalDouble stock = comparison.value(ModuleSet.STOCK, metric);
    final OptionalDouble ours = comparison.value(ModuleSet.OURS, metric);
    if (metric.summed() && stock.orElse(0) == 0 && ours.orElse(0) == 0) {
      return;
    }
    text.append("| ").append(metric.title()).append(" | ");
    text.append(show(metric, stock)).append(" | ").append(show(metric, ours)).append(" | ");
    final OptionalDouble ratio =
        metric.summed() ? OptionalDouble.empty() : comparison.ratio(metric);
    if (ratio.isPresent()) {
      text.append(String.format(Locale.ROOT, "%.2f", ratio.getAsDouble())).append(' ');
    }
    text.append("|\n");
  }

  private static String show(final Metric metric, final OptionalDouble value) {
    return value.isPresent() ? metric.show(value.getAsDouble()) : "–";
  }

  private void codes(final Comparison comparison) {
    final String stock = errors(comparison.codes(ModuleSet.STOCK));
    final String ours = errors(comparison.codes(ModuleSet.OURS));
    if (!stock.isEmpty() || !ours.isEmpty()) {
      text.append("| error replies | ").append(stock).append(" | ").append(ours).append(" | |\n");
    }
  }

  private static String errors(final Map<Integer, Long> codes) {
    return codes.entrySet().stream()
        .filter(code -> code.getKey() >= 300)
        .map(code -> String.format(Locale.ROOT, "%d: %,d", code.getKey(), code.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void figures() {
    text.append("\n| ours alone | figure | value |\n|---|---|---:|\n");
    String group = "";
    for (final Figure figure : results.figures()) {
      text.append("| ")
          .append(figure.group().equals(group) ? "" : figure.group())
          .append(" | ")
          .append(figure.name())
          .append(" | ")
          .append(number(figure))
          .append(' ')
          .append(figure.unit())
          .append(" |\n");
      group = figure.group();
    }
  }

  private static String number(final Figure figure) {
    final boolean fraction = Math.abs(figure.value()) < 100 && !COUNTS.contains(figure.unit());
    return String.format(Locale.ROOT, fraction ? "%.1f" : "%,.0f", figure.value());
  }
}
