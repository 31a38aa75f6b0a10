// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.rules.Selector.Kind;
import io.kamjvm.eventpackage.xml.XmlElement;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which components of a kind stay: those that each of some lists of selectors names. A component is
 * asked once for each kind of selector, however many there are. Immutable.
 */
final class Choice {
  private final int lists;
  private final Map<Kind, Map<String, BitSet>> listsThatName = new EnumMap<>(Kind.class);

  /**
   * @param lists of selectors; an empty one names nothing
   */
  Choice(final List<List<Selector>> lists) {
    this.lists = lists.size();
    for (int i = 0; i < lists.size(); i++) {
      for (final Selector selector : lists.get(i)) {
        listsThatName
            .computeIfAbsent(selector.kind(), kind -> new HashMap<>())
            .computeIfAbsent(IgnoringCase.key(selector.value()), value -> new BitSet())
            .set(i);
      }
    }
  }

  boolean grants(final XmlElement component) {
    final BitSet naming = new BitSet(lists);
    for (final Map.Entry<Kind, Map<String, BitSet>> entry : listsThatName.entrySet()) {
      final Optional<String> value = entry.getKey().valueOf(component);
      if (value.isPresent()) {
        final BitSet found = entry.getValue().get(IgnoringCase.key(value.get()));
        if (found != null) {
          naming.or(found);
        }
      }
    }
    return naming.cardinality() == lists;
  }
}
