// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The machine and the figures of one run, as a table for people and as JSON for programs. */
record Report(Map<String, String> machine, List<Figure> figures) {
  private static final Set<String> COUNTS = Set.of("calls", "rounds", "requests");

  Report {
    machine = new LinkedHashMap<>(machine);
    figures = List.copyOf(figures);
  }

  /** A Markdown table, so that it can go into the documentation as it is. */
  String table() {
    final StringBuilder text = new StringBuilder();
    machine.forEach(
        (name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
    text.append("\n| measurement | figure | value |\n|---|---|---:|\n");
    String group = "";
    for (final Figure figure : figures) {
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
    return text.toString();
  }

  /** {@code {"machine": {...}, "figures": [{"group", "name", "value", "unit"}, ...]}}. */
  String json() {
    final List<String> facts = new ArrayList<>();
    machine.forEach((name, value) -> facts.add("    " + quoted(name) + ": " + quoted(value)));
    final List<String> rows =
        figures.stream()
            .map(
                f ->
                    String.format(
                        Locale.ROOT,
                        "    {\"group\": %s, \"name\": %s, \"value\": %.3f, \"unit\": %s}",
                        quoted(f.group()),
                        quoted(f.name()),
                        f.value(),
                        quoted(f.unit())))
            .toList();
    return "{\n  \"machine\": {\n"
        + String.join(",\n", facts)
        + "\n  },\n  \"figures\": [\n"
        + String.join(",\n", rows)
        + "\n  ]\n}\n";
  }

  private static String number(final Figure figure) {
    final boolean fraction = Math.abs(figure.value()) < 100 && !COUNTS.contains(figure.unit());
    return String.format(Locale.ROOT, fraction ? "%.1f" : "%,.0f", figure.value());
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
