// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for what differs between two runs of the same scenario: tags, Call-IDs, entity tags,
 * addresses. One value has one name throughout a run, so that relations stay visible. Names say who
 * a value belongs to or at which line of the scenario it was first seen; so something that only one
 * run shows does not change the names of the rest. Not thread-safe.
 */
final class Placeholders {
  private final Map<String, String> names = new LinkedHashMap<>();

  /** Names a value, unless it has a name or is empty. */
  void name(final String value, final String name) {
    if (!value.isEmpty()) {
      names.putIfAbsent(value, name);
    }
  }

  /** The text with names in place of values; longer values first. */
  String hide(final String text) {
    final List<String> values =
        names.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .filter(text::contains)
            .toList();
    String hidden = text;
    for (final String value : values) {
      hidden = hidden.replace(value, names.get(value));
    }
    return hidden;
  }
}
