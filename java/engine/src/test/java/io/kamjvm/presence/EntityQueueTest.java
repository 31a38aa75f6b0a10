// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.RecoveryLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EntityQueueTest {
  private final List<String> said = new ArrayList<>();
  private final EntityQueue queue = new EntityQueue(() -> said.add("idle"));

  private static void fail() {
    throw new IllegalStateException("on purpose");
  }

  @Test
  @DisplayName(
      "Operations wait while the entity is held, and run in their order when it is released")
  void order() {
    queue.enter(queue::hold);
    queue.enter(() -> said.add("one"));
    queue.enter(() -> said.add("two"));
    assertThat(said).isEmpty();
    queue.release();
    assertThat(said).containsExactly("one", "two", "idle");
  }

  @Test
  @DisplayName(
      "A waiting operation that fails costs itself: those behind it run, the entity is free")
  void failureOfAWaitingOne() {
    queue.enter(queue::hold);
    queue.enter(EntityQueueTest::fail);
    queue.enter(() -> said.add("two"));
    queue.release();
    assertThat(said).containsExactly("two", "idle");
    queue.enter(() -> said.add("three"));
    assertThat(said).contains("three");
  }

  @Test
  @DisplayName("An operation that fails at once tells its caller, and the entity is idle again")
  void failureOfTheFirst() {
    assertThatThrownBy(() -> queue.enter(EntityQueueTest::fail)).hasMessage("on purpose");
    assertThat(said).containsExactly("idle");
    assertThat(queue.idle()).isTrue();
  }

  @Test
  @DisplayName("A committed decision that can not be carried out does not lock its entity")
  void failureOfADecision() {
    final World world = new World();
    final ModuleContext context = world.context("presence");
    final Recovery recovery =
        new Recovery(
            RecoveryLog.none(), PresenceParameters.read(context.parameters(), context.facts()));
    final DurableAnswer durable =
        new DurableAnswer(world.store, context.timers(), context.clock(), recovery);
    final FakeCall call = new FakeCall(world, Optional.empty(), List.of());
    final DurableAnswer.Decision decision =
        new DurableAnswer.Decision(
            List.of(),
            List.of(),
            Replies.internalError(),
            Optional.empty(),
            EntityQueueTest::fail,
            () -> {});
    queue.enter(() -> durable.decide(call, queue, decision));
    queue.enter(() -> said.add("next"));
    assertThatThrownBy(world::settle).hasMessage("on purpose");
    assertThat(said).containsExactly("next", "idle");
  }
}
