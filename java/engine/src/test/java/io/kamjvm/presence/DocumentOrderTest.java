// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.storage.PublicationRow;
import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentOrderTest {

  private static PublicationRow row(final String etag, final int priority, final long received) {
    return new PublicationRow(
        "bob", "d", "presence", etag, 0, received, new byte[0], "", priority, "r" + etag);
  }

  private static int compare(final String orderBy, final PublicationRow a, final PublicationRow b) {
    final Optional<Comparator<PublicationRow>> order = DocumentOrder.parse(orderBy);
    return Integer.signum(order.orElseThrow().compare(a, b));
  }

  @Test
  @DisplayName("ORDER BY lists are read: columns, directions, case, spaces")
  void parse() {
    final PublicationRow low = row("a", 1, 20);
    final PublicationRow high = row("b", 2, 10);
    assertThat(compare("priority", low, high)).isEqualTo(-1);
    assertThat(compare("priority DESC", low, high)).isEqualTo(1);
    assertThat(compare(" Received_Time  asc ", low, high)).isEqualTo(1);
    assertThat(compare("domain, priority desc", low, high)).isEqualTo(1);
    assertThat(compare("username, event, sender, expires, etag", low, high)).isEqualTo(-1);
    assertThat(compare("domain", low, high)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "length(body)",
        "priority,",
        "",
        "id",
        "priority ASC NULLS LAST",
        "priority; drop"
      })
  @DisplayName("what is more than columns and directions is not guessed")
  void notInterpreted(final String orderBy) {
    assertThat(DocumentOrder.parse(orderBy)).isEmpty();
    final World world = new World().param("retrieve_order", 1).param("retrieve_order_by", orderBy);
    if (!orderBy.isEmpty()) {
      assertThatThrownBy(world::start)
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("retrieve_order_by");
      new World()
          .param("publ_cache", 0)
          .param("retrieve_order", 1)
          .param("retrieve_order_by", orderBy)
          .start();
    }
  }

  private static World publishing(final World world) {
    world.param("xavp_cfg", "pres").start();
    world.publish(
        publish()
            .event("message-summary")
            .xavp("pres=>priority", "20")
            .body("Messages-Waiting: yes\r\nMessage-Account: sip:high@d\r\n"));
    world.advance(2);
    world.publish(
        publish()
            .event("message-summary")
            .xavp("pres=>priority", "10")
            .body("Messages-Waiting: yes\r\nMessage-Account: sip:low@d\r\n"));
    world.subscribe(subscribe().event("message-summary"));
    return world;
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-103 retrieve_order=1: the document with the highest priority is delivered")
  void pres103(final int mode) {
    final World ordered =
        publishing(new World().param("publ_cache", mode).param("retrieve_order", 1));
    assertThat(ordered.peers.last().body()).contains("sip:high@d");
    final World arrival = publishing(new World().param("publ_cache", mode));
    assertThat(arrival.peers.last().body()).contains("sip:low@d");
    final World reversed =
        publishing(
            new World()
                .param("publ_cache", mode)
                .param("retrieve_order", 1)
                .param("retrieve_order_by", "priority DESC, received_time"));
    assertThat(reversed.peers.last().body()).contains(mode == 2 ? "sip:high@d" : "sip:low@d");
  }
}
