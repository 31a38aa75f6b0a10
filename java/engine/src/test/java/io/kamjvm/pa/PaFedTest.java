// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.b2b.LocalPresence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What presence_b2b has heard elsewhere is shown to pa's watchers (feed_mode 2). */
class PaFedTest {
  private final List<LocalPresence.Outcome> outcomes = new ArrayList<>();
  private PaWorld world = new PaWorld();

  private static String document(final String basic) {
    return "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:bob@a'>"
        + "<tuple id='b1'><status><basic>"
        + basic
        + "</basic></status><contact priority='0.8'>sip:bob@there</contact></tuple></presence>";
  }

  private LocalPresence.Outcome feed(
      final Optional<String> etag, final long expires, final String document) {
    world
        .module()
        .publishing()
        .publish(
            new LocalPresence.Publication(
                "sip:bob@a",
                etag,
                expires,
                Optional.of(document)
                    .filter(d -> !d.isEmpty())
                    .map(d -> d.getBytes(StandardCharsets.UTF_8))),
            outcomes::add);
    world.settle();
    return outcomes.remove(0);
  }

  @Test
  @DisplayName(
      "Open, closed, prolonged, taken back: pa's watchers see it beside what is registered")
  void life() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 600);
    world.advance(2);
    world.taken();
    final LocalPresence.Outcome first = feed(Optional.empty(), 90, document("open"));
    assertThat(first.code()).isEqualTo(200);
    world.advance(2);
    assertThat(world.only().body())
        .contains("sip:bob@there")
        .contains("sip:bob@192.0.2.9")
        .doesNotContain("id=\"b1\"");
    final LocalPresence.Outcome second = feed(first.etag(), 90, document("closed"));
    world.advance(2);
    assertThat(world.only().body()).contains("closed");
    final LocalPresence.Outcome third = feed(second.etag(), 90, "");
    world.advance(4);
    assertThat(world.taken()).isEmpty();
    assertThat(feed(third.etag(), 0, "").code()).isEqualTo(200);
    world.advance(2);
    assertThat(world.only().body()).doesNotContain("sip:bob@there");
  }

  @Test
  @DisplayName("What is not prolonged runs out; an old tag is refused, a broken document, too")
  void runsOut() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    final LocalPresence.Outcome first = feed(Optional.empty(), 90, document("open"));
    world.advance(2);
    assertThat(world.only().body()).contains("sip:bob@there");
    world.advance(91);
    assertThat(world.only().body()).doesNotContain("sip:bob@there");
    assertThat(feed(first.etag(), 90, document("open")).code()).isEqualTo(412);
    assertThat(feed(Optional.empty(), 90, "<presence").code()).isEqualTo(400);
    assertThat(feed(Optional.empty(), 90, "").code()).isEqualTo(400);
  }

  @Test
  @DisplayName("It goes on after the engine's death and is in the tables")
  void goesOn() {
    world.param("db_url", "h2://x").start();
    final LocalPresence.Outcome first = feed(Optional.empty(), 90, document("open"));
    world = world.kill();
    final LocalPresence.Outcome second = feed(first.etag(), 90, document("closed"));
    assertThat(second.code()).isEqualTo(200);
    world = world.restart();
    world.subscribe(Asked.subscribe("c"));
    assertThat(world.only().body()).contains("sip:bob@there").contains("closed");
  }
}
