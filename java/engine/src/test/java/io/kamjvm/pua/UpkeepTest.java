// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.RpcCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Parameters at the start, the command, and many records at once. */
class UpkeepTest {
  private final ClientWorld world = new ClientWorld();

  @Test
  @DisplayName("PUA-001 PUA-002 PUA-004 parameters that make no sense stop the start")
  void pua001pua002pua004() {
    for (final int period : new int[] {-1, 1, 5}) {
      world.param("update_period", period);
      assertThatThrownBy(world::start)
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("update_period");
    }
    world.param("update_period", 6).param("check_remote_contact", 2);
    assertThatThrownBy(world::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("check_remote_contact");
    world.param("check_remote_contact", 1).param("outbound_proxy", "no uri");
    assertThatThrownBy(world::start).hasMessageContaining("outbound_proxy");
  }

  @Test
  @DisplayName("PUA-005 any other db_mode is taken as 0")
  void pua005() {
    world.param("db_mode", 1).start().publish(PublishTest.open(3600));
    assertThat(world.store.rows).hasSize(1);
    assertThat(world.restart(0).server.arrived).isEmpty();
  }

  @Test
  @DisplayName("PUA-003 update_period 0: no timers; pua.cleanup refreshes what is over")
  void pua003() {
    world.param("update_period", 0);
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    world.start().publish(PublishTest.open(3600));
    world.advance(10);
    cleanup();
    assertThat(world.server.take()).hasSize(1);
    world.advance(15);
    assertThat(world.server.take()).isEmpty();
    cleanup();
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
  }

  private void cleanup() {
    final boolean[] finished = {false};
    world.module().rpcs().get("pua.cleanup").call(new Command(finished));
    world.settle();
    assertThat(finished[0]).isTrue();
  }

  private record Command(boolean[] finished) implements RpcCall {
    @Override
    public List<String> arguments() {
      return List.of();
    }

    @Override
    public void struct(final Map<String, Object> fields) {
      throw new AssertionError("says " + fields);
    }

    @Override
    public void string(final String value) {
      throw new AssertionError("says " + value);
    }

    @Override
    public void finish() {
      finished[0] = true;
    }

    @Override
    public void fault(final int code, final String text) {
      throw new AssertionError(text);
    }
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  @DisplayName("100,000 series that were made in the same second are refreshed spread out")
  void noBurst() {
    final int count = 100_000;
    world.store.forgetful = true;
    world.param("update_period", 100);
    world.server.reaction = a -> Optional.of(world.server.granting(a, 600));
    world.start();
    final long before = usedHeap();
    for (int i = 0; i < count; i++) {
      world.publish(
          PublishOrder.of(Source.UL_PUBLISH, "message-summary", "sip:u" + i + "@example.org", 900)
              .withBody(new byte[] {'x'}, Optional.empty()));
    }
    world.server.take();
    assertThat((usedHeap() - before) / count).as("bytes of heap each").isLessThan(2_500);
    world.advance(600);
    final Map<Long, Integer> perSecond = new HashMap<>();
    world.server.arrived.forEach(a -> perSecond.merge(a.at(), 1, Integer::sum));
    assertThat(world.server.arrived).hasSize(count);
    assertThat(perSecond.values()).allMatch(n -> n <= 1_600);
    assertThat(perSecond).hasSizeBetween(70, 80);
  }

  @Test
  @DisplayName("Commanded at once, refreshes go at a bounded rate")
  void pace() {
    world.param("update_period", 1_000);
    world.server.reaction = a -> Optional.of(world.server.granting(a, 100));
    world.start();
    for (int i = 0; i < 5_000; i++) {
      world.publish(
          PublishOrder.of(Source.UL_PUBLISH, "message-summary", "sip:u" + i + "@example.org", 900)
              .withBody(new byte[] {'x'}, Optional.empty()));
    }
    world.server.take();
    cleanup();
    assertThat(world.server.arrived).hasSize(RefreshPace.BATCH);
    world.advance(1);
    assertThat(world.server.arrived).hasSizeBetween(1_500, 2_100);
    world.advance(3);
    assertThat(world.server.arrived).hasSize(5_000);
  }
}
