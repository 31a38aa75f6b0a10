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
 * comes after everything submitted earlier for what it touches.
 */
final class BatchPlan {

  /** Changes of one kind, in order of submission. */
  record Group(Operation operation, List<Change> changes) {}

  private record Place(int group, Operation operation) {}

  private final List<Group> groups = new ArrayList<>();
  private final Map<Operation, Integer> lastOfKind = new EnumMap<>(Operation.class);
  private final Map<String, Place> lastToTouch = new HashMap<>();

  private BatchPlan() {}

  static List<Group> of(final List<Change> changes) {
    final BatchPlan plan = new BatchPlan();
    changes.forEach(plan::add);
    return plan.groups;
  }

  private void add(final Change change) {
    final Operation operation = Operation.of(change);
    final List<String> touched = Touched.by(change);
    int earliest = 0;
    for (final String entity : touched) {
      earliest = Math.max(earliest, earliest(operation, lastToTouch.get(entity)));
    }
    int group = lastOfKind.getOrDefault(operation, -1);
    if (group < earliest) {
      group = groups.size();
      groups.add(new Group(operation, new ArrayList<>()));
      lastOfKind.put(operation, group);
    }
    groups.get(group).changes().add(change);
    for (final String entity : touched) {
      lastToTouch.put(entity, new Place(group, operation));
    }
  }

  /**
   * A group runs in order, so the same kind may follow itself there; except replacements and
   * exchanges, whose second statements run after all first statements of the group.
   */
  private static int earliest(final Operation operation, final Place previous) {
    if (previous == null) {
      return 0;
    }
    final boolean sameGroupKeepsOrder =
        previous.operation() == operation
            && operation != Operation.REPLACE_PUBLICATION
            && operation != Operation.EXCHANGE_PUBLICATION;
    return sameGroupKeepsOrder ? previous.group() : previous.group() + 1;
  }
}
