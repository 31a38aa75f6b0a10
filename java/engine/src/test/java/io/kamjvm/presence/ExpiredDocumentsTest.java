// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clean-up of the table of documents where it is the truth. */
class ExpiredDocumentsTest {
  private final World world = new World().param("publ_cache", 0).param("clean_period", 100);

  private void write(final String user, final String event, final String etag, final String body) {
    world.store.publications.put(
        user + " d " + event + " " + etag,
        new PublicationRow(
            user,
            "d",
            event,
            etag,
            world.now() - 10,
            world.now() - 20,
            body.getBytes(StandardCharsets.UTF_8),
            "",
            0,
            "pres-" + user + etag));
  }

  private long scans() {
    return world.store.asked.stream().filter(q -> q instanceof Query.ExpiredPublications).count();
  }

  @Test
  @DisplayName("PRES-032 force_delete=1 removes at the next clean_period and tells nobody")
  void pres032() {
    world.param("force_delete", 1).start();
    world.subscribe(subscribe());
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.peers.take();
    world.advance(99);
    assertThat(world.store.publications).hasSize(1);
    world.advance(2);
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("PRES-033 an expired document is shown as closed, once, by its clean_period")
  void pres033() {
    for (final int mode : new int[] {0, 1}) {
      final World each = new World().param("publ_cache", 0).param("startup_mode", mode).start();
      each.subscribe(subscribe());
      each.publish(publish().expires(30).body(pidf("t1", "open")));
      each.peers.take();
      each.advance(101);
      final List<Notify> told = each.peers.take();
      assertThat(told).hasSize(1);
      assertThat(told.get(0).body()).contains("<basic>closed</basic>");
      each.advance(200);
      assertThat(each.peers.take()).isEmpty();
      assertThat(each.store.publications).isEmpty();
    }
  }

  @Test
  @DisplayName("of two that expire together and one that stays each is told as it is")
  void severalDocuments() {
    world.start();
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.publish(publish().expires(30).body(pidf("t2", "open")));
    world.publish(publish().expires(3000).body(pidf("t3", "open")));
    world.subscribe(subscribe());
    world.advance(101);
    assertThat(world.store.publications).hasSize(1);
    world.subscribe(subscribe().callId("fresh").expires(0));
    assertThat(world.peers.last().body()).contains("t3").doesNotContain("t1").doesNotContain("t2");
  }

  @Test
  @DisplayName("clean-up goes through the table in batches of fetch_rows and ends")
  void batches() {
    world.param("fetch_rows", 10).start();
    for (int i = 0; i < 35; i++) {
      write("u" + i, "presence", "t", pidf("t1", "open"));
    }
    world.rpc("presence.cleanup");
    assertThat(world.store.publications).isEmpty();
    assertThat(scans()).isEqualTo(4);
  }

  @Test
  @DisplayName("clean-up continues after rows that can not be removed, and comes to an end")
  void badRows() {
    world.param("fetch_rows", 3).start();
    for (int i = 10; i < 30; i++) {
      write("u" + i, "presence", "t", pidf("t1", "open"));
    }
    world.store.poison =
        change ->
            change instanceof Change.RemovePublication remove
                && List.of("u10", "u11", "u12", "u13", "u20").contains(remove.user());
    world.rpc("presence.cleanup");
    assertThat(world.store.publications).hasSize(5);
    world.store.poison = change -> false;
    world.advance(101);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("rows that can not be read and rows of unknown packages are removed silently")
  void strangeRows() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    write("bob", "presence", "x", "<presence");
    write("bob", "unheard-of", "y", "?");
    world.rpc("presence.cleanup");
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.take()).isEmpty();
  }

  @Test
  @DisplayName("what was refreshed while it was looked for stays")
  void refreshedMeanwhile() {
    world.param("presence_xml", "disable_bla", 0).start();
    final String body = "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\"/>";
    final String tag = world.publish(publish().event("dialog;sla").expires(30).body(body)).etag();
    world.advance(31);
    world.store.paused = true;
    world.rpc("presence.cleanup");
    final PublicationRow row = world.store.publication();
    world.store.publications.replaceAll(
        (key, old) ->
            new PublicationRow(
                row.user(),
                row.domain(),
                row.event(),
                tag,
                world.now() + 600,
                world.now(),
                row.body(),
                "",
                0,
                row.ruid()));
    world.store.resume();
    assertThat(world.store.publications).hasSize(1);
  }

  @Test
  @DisplayName("a database that does not answer: the next period finds what this one missed")
  void unavailable() {
    world.start();
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.store.unavailable = true;
    world.advance(101);
    world.store.unavailable = false;
    assertThat(world.store.publications).hasSize(1);
    world.advance(100);
    assertThat(world.store.publications).isEmpty();
  }

  @Test
  @DisplayName("clean_period 0 switches clean-up off; the command still does it")
  void switchedOff() {
    world.param("clean_period", 0).start();
    world.publish(publish().expires(30).body(pidf("t1", "open")));
    world.advance(1_000);
    assertThat(world.store.publications).hasSize(1);
    assertThat(world.rpc("presence.cleanup").strings).containsExactly("Reload OK");
    assertThat(world.store.publications).isEmpty();
  }
}
