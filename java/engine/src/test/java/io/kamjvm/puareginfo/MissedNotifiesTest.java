// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** In which dialogs it is asked again for what an earlier engine has not heard. */
class MissedNotifiesTest {
  private final ReginfoWorld world = new ReginfoWorld();
  private final MissedNotifies missed = new MissedNotifies(() -> world);

  @BeforeEach
  void begin() {
    world.listen(missed);
    missed.begin();
  }

  @Test
  @DisplayName("Dialogs that an earlier engine has left are asked, not those made since; once")
  void asked() {
    world.questions.remove().accept(Optional.of(Set.of("left")));
    assertThat(world.resubscribed).isEmpty();
    world.completed();
    world.completed();
    assertThat(world.resubscribed)
        .singleElement()
        .satisfies(
            callIds -> {
              assertThat(callIds.test("left")).isTrue();
              assertThat(callIds.test("made since")).isFalse();
            });
  }

  @Test
  @DisplayName("A table that answers late is waited for; one that does not answer: all are asked")
  void late() {
    world.completed();
    assertThat(world.resubscribed).isEmpty();
    world.questions.remove().accept(Optional.empty());
    assertThat(world.resubscribed)
        .singleElement()
        .satisfies(callIds -> assertThat(callIds.test("any")).isTrue());
  }
}
