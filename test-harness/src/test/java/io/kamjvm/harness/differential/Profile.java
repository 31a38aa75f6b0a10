// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.KamailioConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * A kind of Kamailio that scenarios share: the cfg as changes to the baseline of the harness. One
 * change a line: {@code database memory|sqlite|postgres …}, {@code presence NAME VALUE}, {@code
 * presence_xml NAME VALUE}, {@code global LINE}, {@code line LINE}, {@code define WORD}.
 *
 * @param name of the file
 * @param databases on which its scenarios run unless they say otherwise
 */
record Profile(String name, List<String> databases, List<Line> lines) {

  /** One change. */
  record Line(String kind, String rest) {}

  /**
   * Reads a profile.
   *
   * @throws ScenarioSyntaxException naming file and line
   */
  static Profile parse(final String name, final String text) {
    List<String> databases = List.of();
    final List<Line> lines = new ArrayList<>();
    int number = 0;
    for (final String line : text.split("\n")) {
      number++;
      final String[] parts = line.strip().split("\\s+", 2);
      if (parts[0].isEmpty() || parts[0].startsWith("#")) {
        continue;
      }
      final String rest = parts.length > 1 ? parts[1] : "";
      switch (parts[0]) {
        case "database" -> databases = List.of(rest.split("\\s+"));
        case "presence", "presence_xml", "global", "line", "define" ->
            lines.add(new Line(parts[0], rest));
        default -> throw new ScenarioSyntaxException(name, number, "not understood: " + line);
      }
    }
    if (databases.isEmpty()) {
      throw new ScenarioSyntaxException(name, number, "no database; memory is one");
    }
    return new Profile(name, databases, List.copyOf(lines));
  }

  /** Puts the changes into a configuration. */
  KamailioConfig applyTo(final KamailioConfig config) {
    for (final Line line : lines) {
      switch (line.kind()) {
        case "presence" -> config.presence(key(line), value(line));
        case "presence_xml" -> config.presenceXml(key(line), value(line));
        case "global" -> config.global(line.rest());
        case "define" -> config.define(line.rest());
        default -> config.line(line.rest());
      }
    }
    return config;
  }

  private static String key(final Line line) {
    return line.rest().split("\\s+", 2)[0];
  }

  private static Object value(final Line line) {
    final String[] parts = line.rest().split("\\s+", 2);
    final String value = parts.length > 1 ? parts[1] : "";
    return value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value;
  }
}
