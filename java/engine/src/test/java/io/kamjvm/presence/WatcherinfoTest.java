// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Reaction;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatcherinfoTest {
  final World world = world();

  /** A server in the mode that is tested. */
  World world() {
    return new World();
  }

  private static Requests watchWatchers() {
    return subscribe().event("presence.winfo").callId("wi").from("sip:bob@d");
  }

  private String lastTo(final String callId) {
    return world.peers.notifies.stream()
        .filter(n -> n.request().callId().equals(callId))
        .reduce((first, second) -> second)
        .orElseThrow()
        .body();
  }

  @Test
  @DisplayName("PRES-077 who watches the watchers is told all of them, in version 1")
  void pres077() {
    world.param("subs_respond_200", 0).start();
    world.subscribe(subscribe());
    final FakeCall call = world.subscribe(watchWatchers());
    assertThat(call.code()).isEqualTo(200);
    assertThat(world.peers.last().header("Content-Type")).isEqualTo("application/watcherinfo+xml");
    assertThat(world.peers.last().body())
        .isEqualTo(
            "<?xml version=\"1.0\"?>\n"
                + "<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\" version=\"1\""
                + " state=\"full\">\n"
                + "  <watcher-list resource=\"sip:bob@d\" package=\"presence\">\n"
                + "    <watcher id=\"c1\" event=\"subscribe\" status=\"active\">sip:alice@d"
                + "</watcher>\n  </watcher-list>\n</watcherinfo>\n");
  }

  @Test
  @DisplayName("PRES-078 a new watcher is told alone, in version 2; who leaves, by the rest")
  void pres078() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(watchWatchers());
    world.subscribe(subscribe().callId("c2").from("sip:carol@d"));
    assertThat(lastTo("wi"))
        .contains("version=\"2\" state=\"partial\"")
        .contains("sip:carol@d")
        .doesNotContain("sip:alice@d");
    world.subscribe(
        subscribe().callId("c2").from("sip:carol@d").toTag("tag-c2-f1").cseq(2).expires(0));
    assertThat(lastTo("wi"))
        .contains("version=\"3\" state=\"full\"")
        .contains("sip:alice@d")
        .doesNotContain("sip:carol@d");
  }

  @Test
  @DisplayName("PRES-079 the order is: the watcher's 200, the watcherinfo NOTIFY, its own NOTIFY")
  void pres079() {
    world.start();
    world.subscribe(watchWatchers());
    world.peers.take();
    world.peers.log.clear();
    world.subscribe(subscribe());
    assertThat(world.peers.log).containsExactly("reply 200", "NOTIFY 2", "NOTIFY 1");
    assertThat(world.peers.notifies)
        .extracting(n -> n.request().callId())
        .containsExactly("wi", "c1");
  }

  @Test
  @DisplayName("PRES-080 a watcherinfo NOTIFY that can not be sent harms no watcher")
  void pres080() {
    world.start();
    world.subscribe(watchWatchers());
    world.peers.take();
    world.peers.reaction = r -> r.callId().equals("wi") ? Reaction.UNSENT : Reaction.OK;
    final FakeCall call = world.subscribe(subscribe());
    assertThat(call.returnCode()).isEqualTo(1);
    assertThat(world.peers.take()).extracting(n -> n.request().callId()).containsExactly("c1");
    world.peers.reaction = r -> Reaction.OK;
    world.advance(3);
    assertThat(lastTo("wi")).contains("state=\"full\"").contains("sip:alice@d");
  }

  @Test
  @DisplayName("expiry and a watcher that is gone are told too, with what ended them")
  void endsAreTold() {
    world.start();
    world.subscribe(watchWatchers().expires(3600));
    world.subscribe(subscribe().expires(100));
    world.advance(102);
    assertThat(lastTo("wi"))
        .contains("state=\"partial\"")
        .contains("id=\"c1\" event=\"timeout\" status=\"terminated\">sip:alice@d<");
    world.subscribe(subscribe().callId("c2"));
    world.peers.reaction = r -> r.callId().equals("c2") ? Reaction.UNKNOWN : Reaction.OK;
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(lastTo("wi"))
        .contains("state=\"partial\"")
        .contains("id=\"c2\" event=\"deactivated\" status=\"terminated\">sip:alice@d<");
    world.subscribe(watchWatchers().toTag("tag-wi-f1").cseq(2));
    assertThat(lastTo("wi")).contains("state=\"full\"").doesNotContain("<watcher ");
  }

  @Test
  @DisplayName("while a watcherinfo NOTIFY is under way changes merge into one document")
  void changesMerge() {
    world.start();
    world.subscribe(watchWatchers());
    world.peers.reaction = r -> r.callId().equals("wi") ? Reaction.SILENT : Reaction.OK;
    for (int i = 0; i < 5; i++) {
      world.subscribe(subscribe().callId("c" + i).from("sip:u" + i + "@d"));
    }
    world.peers.take();
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    final List<Peers.Notify> late = world.peers.take();
    assertThat(late).hasSize(1);
    assertThat(late.get(0).body()).contains("partial", "sip:u1@d", "sip:u2@d", "sip:u4@d");
  }

  @Test
  @DisplayName("a fetch and the end of a watcherinfo subscription carry the whole list")
  void farewells() {
    world.start();
    world.subscribe(subscribe());
    world.subscribe(watchWatchers().expires(0));
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=timeout");
    assertThat(world.peers.last().body()).contains("version=\"1\"", "sip:alice@d");
    world.subscribe(watchWatchers().callId("w2"));
    world.subscribe(watchWatchers().callId("w2").toTag("tag-w2-f1").cseq(2).expires(0));
    assertThat(world.peers.last().body()).contains("version=\"2\"", "full", "sip:alice@d");
  }

  @Test
  @DisplayName("what a watcher is called can not break the document")
  void escapes() {
    world.start();
    world.subscribe(subscribe().callId("a\"<&b"), "sip:a&b@d");
    world.subscribe(watchWatchers());
    assertThat(world.peers.last().body())
        .contains("id=\"a&quot;&lt;&amp;b\"")
        .contains("sip:a&amp;b@d");
  }
}
