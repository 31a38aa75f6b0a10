// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("NOTIFY where the table is the truth, without notifiers")
class TableNotifyTest extends NotifyTest {
  @Override
  World world() {
    return new World().param("subs_db_mode", 3).param("notifier_processes", 0);
  }

  @Override
  @Test
  @DisplayName("sip_uri_match is for modes that keep subscriptions in memory: the table compares")
  void pres102() {
    world.param("sip_uri_match", 1).start();
    world.subscribe(subscribe());
    world.peers.take();
    world.publish(publish().target("sip:BOB@d").body(pidf("t1", "open")));
    assertThat(world.peers.take()).isEmpty();
  }
}
