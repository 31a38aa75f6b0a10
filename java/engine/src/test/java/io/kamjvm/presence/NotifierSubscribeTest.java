// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("SUBSCRIBE where the table is the truth, with notifiers")
class NotifierSubscribeTest extends SubscribeTest {
  @Override
  World world() {
    return new World().param("subs_db_mode", 3).param("notifier_processes", 2);
  }

  @Override
  @Test
  @DisplayName("delete_same_subs is for modes that keep subscriptions in memory")
  void pres054() {
    world.param("delete_same_subs", 1).start();
    for (int i = 0; i < 3; i++) {
      world.subscribe(subscribe().fromTag("f" + i));
    }
    assertThat(world.store.subscriptions).hasSize(3);
  }
}
