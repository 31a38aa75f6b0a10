// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
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

/** {@code publ_cache} 0: other servers and programs write the table, too. */
class DocumentTableTest {
  private final World world = new World().param("publ_cache", 0);

  private String publishOpen(final String tuple) {
    return world.publish(publish().expires(600).body(pidf(tuple, "open"))).etag();
  }

  /** Another program writes a row. */
  private PublicationRow write(final String etag, final String body, final long expires) {
    final PublicationRow row =
        new PublicationRow(
            "bob",
            "d",
            "presence",
            etag,
            expires,
            world.now(),
            body.getBytes(StandardCharsets.UTF_8),
            "",
            0,
            "pres-" + etag);
    world.store.publications.put("bob d presence " + etag, row);
    return row;
  }

  private String asked() {
    world.subscribe(subscribe().callId("f" + world.store.asked.size()).expires(0));
    return world.peers.last().body();
  }

  @Test
  @DisplayName("a row that another program inserts, updates or deletes is seen at once")
  void outsideChanges() {
    world.start();
    write("b.1.1.1.0", noted("t1", "first"), world.now() + 600);
    assertThat(asked()).contains("first");
    write("b.1.1.1.0", noted("t1", "second"), world.now() + 600);
    assertThat(asked()).contains("second").doesNotContain("first");
    world.store.publications.clear();
    assertThat(asked()).isEmpty();
  }

  @Test
  @DisplayName("a tag that another server has given is accepted, and its document goes on here")
  void tagsOfOthers() {
    world.start();
    write("b.1.1.1.0", pidf("t1", "open"), world.now() + 600);
    world.subscribe(subscribe());
    final FakeCall refresh = world.publish(publish().ifMatch("b.1.1.1.0").expires(300));
    assertThat(refresh.code()).isEqualTo(200);
    assertThat(refresh.etag()).isEqualTo("b.1.1.1.1");
    assertThat(world.store.publication().expires()).isEqualTo(world.now() + 300);
    final FakeCall removal = world.publish(publish().ifMatch("b.1.1.1.1").expires(0));
    assertThat(removal.code()).isEqualTo(200);
    assertThat(world.store.publications).isEmpty();
    assertThat(world.peers.last().body()).contains("closed");
  }

  @Test
  @DisplayName("a tag that another server has renewed or removed meanwhile is unknown")
  void renewedByOthers() {
    world.start();
    final String tag = publishOpen("t1");
    final PublicationRow row = world.store.publication();
    world.store.publications.clear();
    write("b.1.1.1.7", pidf("t1", "open"), row.expires());
    assertThat(world.publish(publish().ifMatch(tag)).code()).isEqualTo(412);
    assertThat(world.publish(publish().ifMatch(tag).expires(0)).code()).isEqualTo(412);
    assertThat(world.store.publications).hasSize(1);
  }

  @Test
  @DisplayName("who is overtaken between decision and commit gets 412, and nothing is undone")
  void overtaken() {
    world.start();
    final String tag = publishOpen("t1");
    for (final int expires : new int[] {600, 0}) {
      world.store.paused = true;
      final FakeCall late =
          world.publish(publish().ifMatch(tag).expires(expires).body(pidf("t1", "closed")));
      world.store.resume();
      assertThat(late.code()).as("not overtaken").isEqualTo(200);
      world.store.publications.clear();
      write(tag, pidf("t1", "open"), world.now() + 600);
      world.store.beforeCommit =
          () -> {
            world.store.publications.clear();
            write("b.1.1.1.1", noted("t1", "other"), world.now() + 600);
          };
      final FakeCall overtaken =
          world.publish(publish().ifMatch(tag).expires(expires).body(pidf("t1", "closed")));
      world.store.beforeCommit = () -> {};
      assertThat(overtaken.code()).isEqualTo(412);
      assertThat(world.store.publication().etag()).isEqualTo("b.1.1.1.1");
      world.store.publications.clear();
      write(tag, pidf("t1", "open"), world.now() + 600);
    }
  }

  @Test
  @DisplayName("the NOTIFY of a change shows what others have written meanwhile")
  void notifyShowsAll() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    write("b.1.1.1.0", noted("t9", "theirs"), world.now() + 600);
    publishOpen("t1");
    final List<Notify> told = world.peers.take();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).body()).contains("t1").contains("theirs");
  }

  @Test
  @DisplayName("a refresh tells nobody, unless others have changed what watchers were told")
  void refreshTellsOutsideChanges() {
    world.start();
    write("b.1.1.1.0", noted("t9", "theirs"), world.now() + 600);
    world.advance(1);
    final String tag = publishOpen("t1");
    world.subscribe(subscribe());
    world.peers.take();
    final String renewed = world.publish(publish().ifMatch(tag)).etag();
    assertThat(world.peers.take()).isEmpty();
    world.store.publications.replaceAll(
        (key, row) ->
            row.etag().equals(renewed)
                ? row
                : new PublicationRow(
                    "bob",
                    "d",
                    "presence",
                    row.etag(),
                    row.expires(),
                    row.receivedTime(),
                    noted("t9", "changed").getBytes(StandardCharsets.UTF_8),
                    "",
                    0,
                    row.ruid()));
    world.publish(publish().ifMatch(renewed));
    assertThat(world.peers.take()).hasSize(1);
  }

  @Test
  @DisplayName("what has not changed is not parsed again; what nobody watches is not kept")
  void nothingIsKept() {
    world.start();
    publishOpen("t1");
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(1);
    world.store.publications.clear();
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThat(asked()).isEmpty();
  }

  @Test
  @DisplayName("a database that does not answer is busy; afterwards everything goes on")
  void unavailable() {
    world.start();
    final String tag = publishOpen("t1");
    world.store.unavailable = true;
    final FakeCall refused = world.publish(publish().ifMatch(tag));
    assertThat(refused.busy).isTrue();
    assertThat(refused.replies).isEmpty();
    final FakeCall subscription = world.subscribe(subscribe());
    world.advance(20);
    world.store.unavailable = false;
    world.advance(3);
    assertThat(world.publish(publish().ifMatch(tag)).code()).isEqualTo(200);
    if (!subscription.busy) {
      assertThat(world.peers.last().body()).contains("t1");
    }
  }

  @Test
  @DisplayName("a watcher who came while the database was silent gets its NOTIFY with the state")
  void firstNotifyWaits() {
    world.param("subs_db_mode", 0).start();
    publishOpen("t1");
    world.store.unavailable = true;
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(200);
    world.advance(5);
    assertThat(world.peers.take()).isEmpty();
    world.store.unavailable = false;
    world.advance(2);
    final List<Notify> told = world.peers.take();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).body()).contains("t1");
  }

  @Test
  @DisplayName("a full queue of questions is a busy answer")
  void fullQueue() {
    world.start();
    world.store.full = true;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).busy).isTrue();
    world.store.full = false;
    assertThat(world.publish(publish().body(pidf("t1", "open"))).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("while the table is asked the script goes on and others are served")
  void nobodyWaits() {
    world.start();
    world.store.paused = true;
    final FakeCall call = world.publish(publish().body(pidf("t1", "open")));
    assertThat(call.ended()).isTrue();
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(call.replies).isEmpty();
    world.advance(1);
    assertThat(world.module("presence").uncommittedAgeNanos()).isGreaterThan(900_000_000L);
    world.store.resume();
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.module("presence").uncommittedAgeNanos()).isZero();
  }

  @Test
  @DisplayName("a row whose body its package does not take is left out and hurts nobody")
  void unreadableRow() {
    world.start();
    write("b.1.1.1.0", "<presence", world.now() + 600);
    publishOpen("t1");
    assertThat(asked()).contains("t1");
    assertThat(world.publish(publish().ifMatch("b.1.1.1.0")).code()).isEqualTo(412);
  }

  @Test
  @DisplayName("large bodies are parsed in the background, once")
  void largeBodies() {
    world.start();
    world.publish(publish().body(noted("t1", "x".repeat(20_000))));
    assertThat(asked()).hasSizeGreaterThan(20_000);
  }

  @Test
  @DisplayName("startup_mode=1 hides what has expired and was not collected, 0 shows it")
  void startupMode() {
    for (final int mode : new int[] {1, 0}) {
      final World each = new World().param("publ_cache", 0).param("startup_mode", mode).start();
      each.publish(publish().expires(10).body(pidf("t1", "open")));
      each.publish(publish().expires(1000).body(pidf("t2", "open")));
      each.advance(11);
      each.subscribe(subscribe());
      assertThat(each.peers.last().body()).contains("t2");
      assertThat(each.peers.last().body().contains("t1")).isEqualTo(mode == 0);
    }
  }

  @Test
  @DisplayName("hard state is shown whatever startup_mode says, and never collected (D-24)")
  void hardState() {
    world.start();
    write("bob.xml", noted("h1", "hard"), -1);
    assertThat(asked()).contains("hard");
    world.advance(1_000);
    assertThat(asked()).contains("hard");
    assertThat(world.store.publications).hasSize(1);
  }

  @Test
  @DisplayName("every decision and every body asks the table, and a change asks it again")
  void questions() {
    world.start();
    world.subscribe(subscribe());
    world.store.asked.clear();
    publishOpen("t1");
    assertThat(world.store.asked)
        .hasSize(2)
        .allMatch(q -> q.equals(new Query.PublicationsOf("bob", "d", "presence")));
  }

  @Test
  @DisplayName("a removal is conditional: the row must still be there")
  void removalIsConditional() {
    world.start();
    final String tag = publishOpen("t1");
    world.store.poison =
        change -> {
          assertThat(change).isNotInstanceOf(Change.ReplacePublication.class);
          return false;
        };
    assertThat(world.publish(publish().ifMatch(tag)).code()).isEqualTo(200);
  }
}
