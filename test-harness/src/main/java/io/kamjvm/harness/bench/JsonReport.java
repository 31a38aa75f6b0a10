// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.ModuleSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Results for programs: {@code {"machine": {…}, "goals": […], "comparisons": […], "figures": […],
 * "failures": {…}}}. A comparison has both sides' values and codes, every round's values, and
 * ratios of ours to stock's.
 */
final class JsonReport {
  private JsonReport() {}

  static String of(final Results results) {
    return "{\n\"machine\": "
        + texts(results.machine())
        + ",\n\"goals\": "
        + list(Goals.ALL.stream().map(goal -> goal(results, goal)).toList())
        + ",\n\"comparisons\": "
        + list(results.comparisons().stream().map(JsonReport::comparison).toList())
        + ",\n\"figures\": "
        + list(results.figures().stream().map(JsonReport::figure).toList())
        + ",\n\"failures\": "
        + texts(results.failures())
        + "\n}\n";
  }

  private static String goal(final Results results, final Goal goal) {
    return "{\"what\": "
        + quoted(goal.what())
        + ", \"scenario\": "
        + quoted(goal.scenario())
        + ", \"metric\": "
        + quoted(id(goal.metric()))
        + ", \"of\": "
        + quoted(goal.measure() == Goal.Measure.RATIO ? "ratio" : "ours")
        + ", \"bound\": "
        + number(goal.bound())
        + results
            .verdict(goal)
            .map(v -> ", \"measured\": " + number(v.measured()) + ", \"reached\": " + v.reached())
            .orElse("")
        + "}";
  }

  private static String comparison(final Comparison comparison) {
    return "{\"name\": "
        + quoted(comparison.name())
        + ", \"title\": "
        + quoted(comparison.title())
        + ", \"conditions\": "
        + quoted(comparison.conditions())
        + ",\n \"stock\": "
        + side(comparison, ModuleSet.STOCK)
        + ",\n \"ours\": "
        + side(comparison, ModuleSet.OURS)
        + ",\n \"ratio\": "
        + comparison.metrics().stream()
            .filter(metric -> comparison.ratio(metric).isPresent())
            .map(m -> quoted(id(m)) + ": " + number(comparison.ratio(m).getAsDouble()))
            .collect(Collectors.joining(", ", "{", "}"))
        + "}";
  }

  private static String side(final Comparison comparison, final ModuleSet side) {
    final StringBuilder values = new StringBuilder("{");
    for (final Metric metric : comparison.metrics()) {
      final OptionalDouble value = comparison.value(side, metric);
      if (value.isPresent()) {
        values.append(quoted(id(metric))).append(": ").append(number(value.getAsDouble()));
        values.append(", ");
      }
    }
    return values
        + "\"codes\": "
        + comparison.codes(side).entrySet().stream()
            .map(code -> "\"" + code.getKey() + "\": " + code.getValue())
            .collect(Collectors.joining(", ", "{", "}"))
        + ", \"rounds\": "
        + comparison.samples().getOrDefault(side, List.of()).stream()
            .map(JsonReport::round)
            .collect(Collectors.joining(", ", "[", "]"))
        + "}";
  }

  private static String round(final Sample sample) {
    return sample.values().entrySet().stream()
        .map(value -> quoted(id(value.getKey())) + ": " + number(value.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String figure(final Figure figure) {
    return "{\"group\": "
        + quoted(figure.group())
        + ", \"name\": "
        + quoted(figure.name())
        + ", \"value\": "
        + number(figure.value())
        + ", \"unit\": "
        + quoted(figure.unit())
        + "}";
  }

  private static String id(final Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  private static String number(final double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String list(final List<String> objects) {
    return objects.stream().collect(Collectors.joining(",\n ", "[\n ", "\n]"));
  }

  private static String texts(final Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(text -> quoted(text.getKey()) + ": " + quoted(text.getValue()))
        .collect(Collectors.joining(",\n ", "{\n ", "\n}"));
  }

  private static String quoted(final String text) {
    final StringBuilder json = new StringBuilder("\"");
    for (final char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
