// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts changes into groups, one prepared statement each, so that many become one round trip. Two
 * changes that may touch the same row keep their order: a change joins a group only if that group
 * comes after everything submitted earlier for its entity.
 */
final class BatchPlan {

  /** Changes of one kind, in order of submission. */
  record Group(Operation operation, List<Change> changes) {}

  private record Place(int group, Operation operation) {}

  private BatchPlan() {}

  static List<Group> of(final List<Change> changes) {
    final List<Group> groups = new ArrayList<>();
    final Map<Operation, Integer> lastOfKind = new EnumMap<>(Operation.class);
    final Map<String, Place> lastOfEntity = new HashMap<>();
    for (final Change change : changes) {
      final Operation operation = Operation.of(change);
      final String entity = Operation.entity(change);
      final int earliest = earliest(operation, lastOfEntity.get(entity));
      int group = lastOfKind.getOrDefault(operation, -1);
      if (group < earliest) {
        group = groups.size();
        groups.add(new Group(operation, new ArrayList<>()));
        lastOfKind.put(operation, group);
      }
      groups.get(group).changes().add(change);
      lastOfEntity.put(entity, new Place(group, operation));
    }
    return groups;
  }

  /**
   * A group runs in order, so the same kind may follow itself there; except replacements, whose
   * insertions run after all updates of the group.
   */
  private static int earliest(final Operation operation, final Place previous) {
    if (previous == null) {
      return 0;
    }
    final boolean sameGroupKeepsOrder =
        previous.operation() == operation && operation != Operation.REPLACE_PUBLICATION;
    return sameGroupKeepsOrder ? previous.group() : previous.group() + 1;
  }
}
