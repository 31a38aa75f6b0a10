// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Records by something of theirs that never changes. */
final class RecordIndex {
  private final Map<String, List<PuaRecord>> records = new HashMap<>();
  private final Function<PuaRecord, String> key;

  /**
   * @param key empty string: the record is not indexed
   */
  RecordIndex(final Function<PuaRecord, String> key) {
    this.key = key;
  }

  void add(final PuaRecord record) {
    final String text = key.apply(record);
    if (!text.isEmpty()) {
      records.computeIfAbsent(text, k -> new ArrayList<>(1)).add(record);
    }
  }

  void remove(final PuaRecord record) {
    final String text = key.apply(record);
    final List<PuaRecord> all = records.get(text);
    if (all != null) {
      all.removeIf(r -> r == record);
      if (all.isEmpty()) {
        records.remove(text);
      }
    }
  }

  /** All that are indexed. */
  Stream<PuaRecord> all() {
    return records.values().stream().flatMap(List::stream);
  }

  /** Newest first. */
  List<PuaRecord> find(final String text) {
    final List<PuaRecord> found = new ArrayList<>(records.getOrDefault(text, List.of()));
    Collections.reverse(found);
    return found;
  }
}
