// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts changes into groups, one prepared statement each, so that many become one round trip. Two
 * changes that may touch the same row keep their order: a change joins a group only if that group
 * comes after everything submitted earlier for what it touches.
 *
 * <p>Within a group rows come in the order of their keys, as all who lock several rows take them,
 * so that servers on the same tables seldom wait for each other in a circle.
 */
final class BatchPlan {

  /** Changes of one kind; those of one entity in order of submission. */
  record Group(Operation operation, List<Change> changes) {}

  private record Keyed(String entity, Change change) {}

  private record Draft(Operation operation, List<Keyed> changes) {
    Group finished() {
      changes.sort(Comparator.comparing(Keyed::entity));
      return new Group(operation, changes.stream().map(Keyed::change).toList());
    }
  }

  private record Place(int group, Operation operation) {}

  private final List<Draft> groups = new ArrayList<>();
  private final Map<Operation, Integer> lastOfKind = new EnumMap<>(Operation.class);
  private final Map<String, Place> lastToTouch = new HashMap<>();

  private BatchPlan() {}

  static List<Group> of(final List<Change> changes) {
    final BatchPlan plan = new BatchPlan();
    changes.forEach(plan::add);
    return plan.groups.stream().map(Draft::finished).toList();
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
      groups.add(new Draft(operation, new ArrayList<>()));
      lastOfKind.put(operation, group);
    }
    groups.get(group).changes().add(new Keyed(touched.get(0), change));
    for (final String entity : touched) {
      lastToTouch.put(entity, new Place(group, operation));
    }
  }

  /**
   * A group runs in order, so the same kind may follow itself there; except replacements, exchanges
   * and the client's records, whose second statements run after all first statements of the group.
   */
  private static int earliest(final Operation operation, final Place previous) {
    if (previous == null) {
      return 0;
    }
    final boolean sameGroupKeepsOrder =
        previous.operation() == operation
            && operation != Operation.REPLACE_PUBLICATION
            && operation != Operation.EXCHANGE_PUBLICATION
            && operation != Operation.PUT_PUA;
    return sameGroupKeepsOrder ? previous.group() : previous.group() + 1;
  }
}
