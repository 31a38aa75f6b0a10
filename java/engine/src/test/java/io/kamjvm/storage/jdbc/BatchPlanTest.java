// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.Change;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes are grouped by statement, but never overtake within an entity. */
final class BatchPlanTest {
  private static final Change PUT_A = new Change.PutPublication(Rows.publication("a", "1", ""));
  private static final Change PUT_B = new Change.PutPublication(Rows.publication("b", "1", ""));
  private static final Change REMOVE_A =
      new Change.RemovePublication("a", "example.org", "presence", "1");
  private static final Change REMOVE_UPPER_A =
      new Change.RemovePublication("A", "example.org", "presence", "1");
  private static final Change REMOVE_B =
      new Change.RemovePublication("b", "example.org", "presence", "1");
  private static final Change REMOVE_C =
      new Change.RemovePublication("c", "example.org", "presence", "1");
  private static final Change REPLACE_A =
      new Change.ReplacePublication("1", Rows.publication("a", "2", ""));
  private static final Change REPLACE_A_AGAIN =
      new Change.ReplacePublication("2", Rows.publication("a", "3", ""));

  private static List<List<Change>> plan(final Change... changes) {
    final List<List<Change>> groups = new ArrayList<>();
    BatchPlan.of(List.of(changes)).forEach(group -> groups.add(group.changes()));
    return groups;
  }

  @Test
  @DisplayName("independent changes form one group per kind, however they are mixed")
  void shouldGroupByKind() {
    assertThat(plan(PUT_A, REMOVE_C, PUT_B))
        .containsExactly(List.of(PUT_A, PUT_B), List.of(REMOVE_C));
  }

  @Test
  @DisplayName("a change of the same entity never moves before an earlier one")
  void shouldKeepOrderWithinEntity() {
    assertThat(plan(PUT_A, REMOVE_A, PUT_A, REMOVE_B))
        .containsExactly(List.of(PUT_A), List.of(REMOVE_A, REMOVE_B), List.of(PUT_A));
  }

  @Test
  @DisplayName("entities that differ in letter case count as one: a database may compare so")
  void shouldIgnoreCase() {
    assertThat(plan(PUT_B, REMOVE_UPPER_A, PUT_A))
        .containsExactly(List.of(PUT_B), List.of(REMOVE_UPPER_A), List.of(PUT_A));
  }

  @Test
  @DisplayName("two replacements of one entity do not share a group: insertions run after updates")
  void shouldSeparateReplacements() {
    assertThat(plan(REPLACE_A, REPLACE_A_AGAIN))
        .containsExactly(List.of(REPLACE_A), List.of(REPLACE_A_AGAIN));
  }
}
