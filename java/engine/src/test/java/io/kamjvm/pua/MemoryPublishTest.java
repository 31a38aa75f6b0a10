// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import static io.kamjvm.pua.PublishTest.open;
import static io.kamjvm.pua.RemoteServer.publication;
import static io.kamjvm.pua.RemoteServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.pua.RemoteServer.Arrived;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What only records in memory can do: they keep what the table has no column for. */
class MemoryPublishTest {
  private final ClientWorld world = new ClientWorld();

  private ClientWorld started() {
    return world.start();
  }

  @Test
  @DisplayName("PUA-024 a 412 to a refresh brings the kept document back (D3)")
  void pua024() {
    world.server.reaction =
        a ->
            Optional.of(
                a.find("SIP-If-Match").isPresent() ? refusal(412) : publication(20, "first"));
    started().publish(open(3600));
    world.advance(20);
    final List<Arrived> all = world.server.take();
    assertThat(all).hasSizeGreaterThanOrEqualTo(3);
    assertThat(all.get(1).request().body()).isEmpty();
    assertThat(all.get(2).body()).contains("tuple");
    assertThat(all.get(2).find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("PUA-031 PUA-032 the owner's proxy goes before the module's, for refreshes too (D5)")
  void pua031pua032() {
    world.param("outbound_proxy", "sip:192.0.2.2");
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    started().publish(open(3600).withId("a"));
    assertThat(world.server.last().request().nextHop()).contains("sip:192.0.2.2");
    world.publish(open(3600).withId("b").withOutboundProxy(Optional.of("sip:192.0.2.3")));
    world.server.take();
    world.advance(20);
    assertThat(world.server.arrived).anyMatch(a -> hop(a, "sip:192.0.2.2"));
    assertThat(world.server.arrived).anyMatch(a -> hop(a, "sip:192.0.2.3"));
    assertThat(world.server.arrived).allMatch(a -> a.request().routeSet().isEmpty());
  }

  private static boolean hop(final Arrived a, final String hop) {
    return a.request().nextHop().equals(Optional.of(hop));
  }
}
