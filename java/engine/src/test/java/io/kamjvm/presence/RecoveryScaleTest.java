// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.SharedRecoveryLog;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a new engine takes to know what the dead one knew. */
@Tag("alone")
class RecoveryScaleTest {
  private static final int SUBSCRIPTIONS = 100_000;

  @Test
  @DisplayName("100,000 subscriptions are back within two seconds of CPU, classes still cold")
  void manySubscriptions() {
    final ByteBuffer memory = ByteBuffer.allocateDirect(256 << 20);
    final World world = new World().param("publ_cache", 2).param("subs_db_mode", 0);
    world.recovery = new SharedRecoveryLog(memory);
    world.start();
    for (int i = 0; i < SUBSCRIPTIONS; i++) {
      world.subscribe(subscribe().target("sip:u" + i % 5_000 + "@d").callId("w" + i).expires(3600));
      world.peers.notifies.clear();
      world.peers.log.clear();
    }
    world.die();

    final long before = cpuMillis();
    world.recovery = new SharedRecoveryLog(memory);
    world.start();
    final long took = cpuMillis() - before;

    assertThat(took).as("milliseconds of CPU").isLessThan(2_000);
    assertThat(world.peers.notifies).isEmpty();
    assertThat(
            world
                .subscribe(
                    subscribe()
                        .target("sip:u4999@d")
                        .callId("w" + (SUBSCRIPTIONS - 1))
                        .cseq(2)
                        .toTag("tag-w" + (SUBSCRIPTIONS - 1) + "-f1"))
                .code())
        .isEqualTo(200);
    assertThat(world.peers.last().cseq()).isEqualTo(2);
  }

  private static long cpuMillis() {
    return TimeUnit.NANOSECONDS.toMillis(
        ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }
}
