// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.rules.Transformations.Without;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedViewsTest {
  private static final Transformations NO_MOOD = without("mood");
  private static final Transformations NO_NOTE = without("note");

  private int made;
  private final SharedViews views =
      new SharedViews(
          (state, transformations) -> {
            made++;
            return new PresenceFilter().apply(state, transformations);
          });

  private static Transformations without(final String name) {
    return new Transformations(List.of(new Without(name, Optional.empty())));
  }

  private static byte[] state(final int padding) {
    return ("<presence><person><mood/><note/></person><x>"
            + "a".repeat(padding)
            + "</x></presence>")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("watchers with the same outcome and the same state share bytes")
  void shares() {
    final byte[] state = state(0);
    final byte[] first = views.of(state, NO_MOOD);
    assertThat(new String(first, StandardCharsets.UTF_8))
        .isEqualTo(
            "<?xml version=\"1.0\"?>\n<presence><person><note/></person><x></x></presence>\n"
                .replace("<x></x>", "<x/>"));
    assertThat(views.of(state, NO_MOOD)).isSameAs(first);
    assertThat(views.of(state, NO_NOTE)).isNotSameAs(first);
    assertThat(views.of(state, Transformations.NONE)).isSameAs(state);
    assertThat(views.of(state, without("shoe"))).isSameAs(state);
    assertThat(made).isEqualTo(3);
    assertThat(views.of(state(0), NO_MOOD)).isEqualTo(first);
    assertThat(made).isEqualTo(4);
  }

  @Test
  @DisplayName("a thousand watchers cost no garbage")
  void noGarbage() {
    final byte[] state = state(1_000);
    final com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      views.of(state, i % 2 == 0 ? NO_MOOD : NO_NOTE);
    }
    final long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      views.of(state, i % 2 == 0 ? NO_MOOD : NO_NOTE);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000);
    assertThat(made).isEqualTo(2);
  }

  @Test
  @DisplayName("what is kept is bounded; the oldest goes")
  void bounded() {
    final byte[] oldest = state(30_000);
    views.of(oldest, NO_MOOD);
    for (int i = 0; i < 300; i++) {
      views.of(state(30_000), i % 2 == 0 ? NO_MOOD : without("shoe"));
      assertThat(views.bytes()).isBetween(1L, (long) SharedViews.MOST_BYTES);
    }
    made = 0;
    views.of(oldest, NO_MOOD);
    assertThat(made).isEqualTo(1);
  }

  @Test
  @DisplayName("a state that is no presence document is not shown unfiltered")
  void nothingUnfiltered() {
    assertThatThrownBy(() -> views.of("<x/>".getBytes(StandardCharsets.UTF_8), NO_MOOD))
        .isInstanceOf(UnusableRulesException.class);
    assertThatThrownBy(() -> views.of("x".getBytes(StandardCharsets.UTF_8), NO_MOOD))
        .isInstanceOf(UnusableRulesException.class);
  }

  @Test
  @DisplayName("states that can not be filtered are not kept")
  void notKept() {
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(
              () -> views.of(("<x" + made + "/>").getBytes(StandardCharsets.UTF_8), NO_MOOD))
          .isInstanceOf(UnusableRulesException.class);
    }
    assertThat(views.bytes()).isZero();
  }

  @Test
  @DisplayName("the views of a single state are bounded")
  void oneState() {
    final byte[] state = state(60_000);
    for (int i = 0; i < 300; i++) {
      views.of(state, without(i % 2 == 0 ? "mood" : "note"));
      assertThat(views.bytes()).isLessThanOrEqualTo(SharedViews.MOST_BYTES);
    }
  }

  @Test
  @DisplayName("views that are the state itself are bounded, and what takes nothing away")
  void sameBytes() {
    final SharedViews all = new SharedViews((state, transformations) -> state);
    final byte[] state = state(0);
    boolean forgotten = false;
    long before = 0;
    for (int i = 0; i < 30_000; i++) {
      assertThat(all.of(state, without("mood"))).isSameAs(state);
      forgotten |= all.bytes() < before;
      before = all.bytes();
    }
    assertThat(before).isLessThanOrEqualTo(SharedViews.MOST_BYTES);
    assertThat(forgotten).isTrue();
  }
}
