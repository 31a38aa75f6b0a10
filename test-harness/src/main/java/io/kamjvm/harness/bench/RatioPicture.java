// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * An SVG of how many times better than stock ours is: one bar a scenario on a logarithmic scale,
 * longer is better, with a line where both are equal and a mark where the goal is. Where less is
 * better (CPU, time) the bar shows stock's value divided by ours, and so does the goal.
 */
final class RatioPicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 330;
  private static final int RIGHT = 90;
  private static final int ROW = 28;
  private static final int TOP = 92;
  private static final int BOTTOM = 46;
  private static final double LEAST = 0.1;
  private static final double MOST = 100;
  private static final double[] TICKS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};

  private static final String BETTER = "#2a8c5a";
  private static final String WORSE = "#c8553d";
  private static final String SHORT = "#d9a23b";
  private static final String INK = "#24292f";

  /**
   * One bar.
   *
   * @param label what is compared
   * @param times how many times better than stock
   * @param goal the same of the goal; empty when there is none
   */
  record Bar(String label, double times, OptionalDouble goal) {}

  private RatioPicture() {}

  /** Empty results give an empty frame. */
  static String of(final Results results) {
    return draw(bars(results), String.join(" · ", results.machine().values()));
  }

  /** What is worth a bar: the leading figure of each scenario, and each goal that is a ratio. */
  static List<Bar> bars(final Results results) {
    final List<Bar> bars = new ArrayList<>();
    for (final Comparison comparison : results.comparisons()) {
      final List<Goal> goals =
          Goals.ALL.stream()
              .filter(goal -> goal.measure() == Goal.Measure.RATIO)
              .filter(goal -> goal.scenario().equals(comparison.name()))
              .toList();
      for (final Goal goal : goals) {
        bar(comparison, goal.metric(), OptionalDouble.of(times(goal.metric(), goal.bound())), bars);
      }
      if (goals.isEmpty()) {
        bar(comparison, leading(comparison), OptionalDouble.empty(), bars);
      }
    }
    return bars;
  }

  private static void bar(
      final Comparison comparison,
      final Metric metric,
      final OptionalDouble goal,
      final List<Bar> bars) {
    final OptionalDouble ratio = comparison.ratio(metric);
    if (ratio.isPresent() && ratio.getAsDouble() > 0) {
      bars.add(
          new Bar(
              comparison.title() + ": " + metric.title(),
              times(metric, ratio.getAsDouble()),
              goal));
    }
  }

  /* an open loop has the same throughput on both sides: there the latency tells */
  private static Metric leading(final Comparison comparison) {
    if (comparison.name().equals("mixed")) {
      return Metric.P99;
    }
    if (comparison.name().equals("burst")) {
      return Metric.CONVERGED;
    }
    if (comparison.name().startsWith("fanout")) {
      return Metric.NOTIFIES;
    }
    final List<Metric> metrics = comparison.metrics();
    return metrics.contains(Metric.OF_THE_KNEE)
        ? Metric.OF_THE_KNEE
        : metrics.contains(Metric.OPERATIONS) ? Metric.OPERATIONS : metrics.get(0);
  }

  private static double times(final Metric metric, final double ratio) {
    return metric.better() == Metric.Better.MORE ? ratio : 1 / ratio;
  }

  static String draw(final List<Bar> bars, final String machine) {
    final int height = TOP + bars.size() * ROW + BOTTOM;
    final StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            + "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\" fill=\"%s\">",
        WIDTH,
        height,
        WIDTH,
        height,
        INK);
    line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
    text(svg, 16, 28, "start", 18, "How many times better than the stock modules");
    text(svg, 16, 48, "start", 11, shortened(machine));
    legend(svg);
    final int bottom = TOP + bars.size() * ROW;
    for (final double tick : TICKS) {
      final boolean equal = tick == 1;
      line(
          svg,
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
          x(tick),
          TOP - 6,
          x(tick),
          bottom,
          equal ? INK : "#dddddd");
      text(
          svg,
          x(tick),
          bottom + 18,
          "middle",
          11,
          equal ? "equal" : String.format(Locale.ROOT, "%s×", tidy(tick)));
    }
    for (int i = 0; i < bars.size(); i++) {
      bar(svg, bars.get(i), TOP + i * ROW);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(final StringBuilder svg) {
    final String[][] entries = {
      {BETTER, "goal reached, or better where there is none"},
      {SHORT, "better than stock, short of the goal"},
      {WORSE, "worse than stock"}
    };
    double at = 16;
    for (final String[] entry : entries) {
      line(svg, "<rect x=\"%.1f\" y=\"62\" width=\"12\" height=\"12\" fill=\"%s\"/>", at, entry[0]);
      text(svg, at + 18, 72, "start", 11, entry[1]);
      at += 40 + entry[1].length() * 6.0;
    }
    line(
        svg,
        "<line x1=\"%.1f\" y1=\"60\" x2=\"%.1f\" y2=\"76\" stroke=\"%s\" stroke-width=\"3\"/>",
        at,
        at,
        INK);
    text(svg, at + 8, 72, "start", 11, "goal");
  }

  private static void bar(final StringBuilder svg, final Bar bar, final int top) {
    final double from = Math.min(x(1), x(bar.times()));
    final double to = Math.max(x(1), x(bar.times()));
    text(svg, LEFT - 10, top + 18, "end", 12, bar.label());
    line(
        svg,
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        from,
        top + 4,
        Math.max(1, to - from),
        ROW - 8,
        colour(bar));
    text(svg, WIDTH - 10, top + 18, "end", 12, tidy(bar.times()) + "×");
    bar.goal()
        .ifPresent(
            goal ->
                line(
                    svg,
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" "
                        + "stroke-width=\"3\"/>",
                    x(goal),
                    top + 1,
                    x(goal),
                    top + ROW - 1,
                    INK));
  }

  private static String colour(final Bar bar) {
    if (bar.times() >= bar.goal().orElse(1)) {
      return BETTER;
    }
    return bar.times() >= 1 ? SHORT : WORSE;
  }

  private static double x(final double times) {
    final double bounded = Math.min(MOST, Math.max(LEAST, times));
    return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(bounded / LEAST) / Math.log(MOST / LEAST);
  }

  private static String tidy(final double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value).replaceFirst("0$", "");
  }

  private static String shortened(final String text) {
    return text.length() <= 150 ? text : text.substring(0, 149) + "…";
  }

  private static void text(
      final StringBuilder svg,
      final double x,
      final double y,
      final String anchor,
      final int size,
      final String words) {
    line(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>",
        x,
        y,
        anchor,
        size,
        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  private static void line(final StringBuilder svg, final String format, final Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
