// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What packages say about publications that meet stored ones, and requests that come twice. */
class PublicationRulesTest {
  private static final String INFO = "urn:ietf:params:xml:ns:dialog-info";

  private final World world = new World();

  /** Documents are {@code id state}; a call that is over has said its last word. */
  private static final class Calls implements EventPackage {
    @Override
    public String name() {
      return "dialog";
    }

    @Override
    public String contentType() {
      return "text/plain";
    }

    private static String[] words(final Document document) {
      return new String(document.bytes(), StandardCharsets.UTF_8).split(" ");
    }

    @Override
    public boolean replaces(final Document published, final Document stored) {
      return words(published)[0].equals(words(stored)[0]);
    }

    @Override
    public boolean ignores(
        final Document stored, final Optional<Document> published, final boolean samePublisher) {
      return words(stored)[1].equals("terminated");
    }
  }

  private static Requests call(final String body) {
    return publish().event("dialog").expires(600).body(body);
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-024 a call that is published again under its id replaces its document")
  void pres024(final int mode) {
    world.param("publ_cache", mode).with(new Calls()).start();
    final String old = world.publish(call("a early")).etag();
    world.publish(call("b early"));
    world.subscribe(subscribe().event("dialog"));
    world.peers.take();
    final FakeCall again = world.publish(call("a confirmed"));
    assertThat(again.code()).isEqualTo(200);
    assertThat(world.peers.last().body()).isEqualTo("a confirmed");
    assertThat(world.peers.take()).hasSize(1);
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(2);
    assertThat(world.publish(call("a x").ifMatch(old)).code()).isEqualTo(412);
    if (mode != 2) {
      assertThat(world.store.publications).hasSize(2);
    }
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PRES-025 a call that is over is not modified; its tag stays usable (D-11)")
  void pres025(final int mode) {
    world.param("publ_cache", mode).with(new Calls()).start();
    final String tag = world.publish(call("a terminated")).etag();
    world.subscribe(subscribe().event("dialog"));
    world.peers.take();
    final FakeCall late = world.publish(call("a confirmed").ifMatch(tag));
    assertThat(late.code()).isEqualTo(200);
    assertThat(late.etag()).isEqualTo(tag);
    assertThat(late.header("Expires")).isEqualTo("600");
    assertThat(world.peers.take()).isEmpty();
    final FakeRpc list = world.rpc("presence.presentity_list", "full");
    assertThat(list.structs.get(0).get("body")).isEqualTo("a terminated");
    assertThat(world.publish(publish().event("dialog").ifMatch(tag).expires(0)).code())
        .isEqualTo(200);
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
  }

  private static String line(final String content) {
    return "<dialog-info xmlns=\"" + INFO + "\" entity=\"sip:bob@d\">" + content + "</dialog-info>";
  }

  private World sharedLine() {
    return world.param("presence_xml", "disable_bla", 0).start();
  }

  private static Requests seize(final String content) {
    return publish().event("dialog;sla").expires(600).body(line(content));
  }

  @Test
  @DisplayName("dialog;sla: somebody without a call does not end the call of somebody else")
  void sharedLineIsKept() {
    sharedLine();
    final String tag = world.publish(seize("<dialog id=\"1\"/>"), "sip:one@192.0.2.1").etag();
    final FakeCall other = world.publish(seize("").ifMatch(tag), "sip:two@192.0.2.2");
    assertThat(other.code()).isEqualTo(200);
    assertThat(other.etag()).isEqualTo(tag);
    assertThat(new String(world.store.publication().body(), StandardCharsets.UTF_8))
        .contains("<dialog ");
    final FakeCall own = world.publish(seize("").ifMatch(tag), "sip:one@192.0.2.1");
    assertThat(own.etag()).isEqualTo(tag);
    assertThat(new String(world.store.publication().body(), StandardCharsets.UTF_8))
        .doesNotContain("<dialog ");
    world.publish(seize("<dialog id=\"2\"/>").ifMatch(tag), "sip:two@192.0.2.2");
    assertThat(world.store.publication().sender()).isEqualTo("sip:two@192.0.2.2");
  }

  @Test
  @DisplayName("dialog;sla: who has published the line's state is told of no call on SUBSCRIBE")
  void sharedLineOfItsOwn() {
    sharedLine();
    world.publish(seize("<dialog id=\"1\"/>"), "sip:bob@192.0.2.7:5062");
    final Requests own =
        subscribe().event("dialog;sla").contact("sip:bob@192.0.2.7:5062").from("sip:alice@d");
    assertThat(world.subscribe(own).code()).isEqualTo(200);
    assertThat(world.peers.last().body())
        .contains("entity=\"sip:bob@d\"")
        .contains("version=\"1\"")
        .contains("state=\"full\"")
        .doesNotContain("<dialog ");
    world.subscribe(
        subscribe()
            .event("dialog;sla")
            .callId("c2")
            .contact("sip:bob@192.0.2.9")
            .from("sip:alice@d"));
    assertThat(world.peers.last().body()).contains("<dialog ");
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("a retransmitted PUBLISH gets the same answer and is not carried out twice")
  void retransmission(final int mode) {
    world.param("publ_cache", mode).start();
    world.subscribe(subscribe());
    world.peers.take();
    final Requests initial = publish().callId("r1").cseq(7).body(pidf("t1", "open"));
    final FakeCall first = world.publish(initial);
    final FakeCall second = world.publish(initial);
    assertThat(second.reply()).isEqualTo(first.reply());
    assertThat(second.returnCode()).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(1);
    final Requests change =
        publish().callId("r1").cseq(8).ifMatch(first.etag()).body(pidf("t1", "closed"));
    final String renewed = world.publish(change).etag();
    assertThat(world.publish(change).etag()).isEqualTo(renewed);
    final Requests removal = publish().callId("r1").cseq(9).ifMatch(renewed).expires(0);
    assertThat(world.publish(removal).code()).isEqualTo(200);
    assertThat(world.publish(removal).code()).isEqualTo(200);
    world.advance(40);
    assertThat(world.publish(removal).code()).isEqualTo(412);
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1})
  @DisplayName("a retransmission that overtakes the commit waits for it and gets its answer")
  void earlyRetransmission(final int mode) {
    world.param("publ_cache", mode).start();
    world.store.paused = true;
    final Requests initial = publish().callId("r1").cseq(7).body(pidf("t1", "open"));
    final FakeCall first = world.publish(initial);
    final FakeCall second = world.publish(initial);
    for (int i = 0; i < 5; i++) {
      world.store.resume();
    }
    assertThat(second.reply()).isEqualTo(first.reply());
    assertThat(world.store.publications).hasSize(1);
  }

  @Test
  @DisplayName("what was refused as busy is not remembered: the retransmission is a new attempt")
  void busyIsNotRemembered() {
    world.start();
    world.store.unavailable = true;
    final Requests initial = publish().callId("r1").cseq(7).body(pidf("t1", "open"));
    assertThat(world.publish(initial).busy).isTrue();
    world.store.unavailable = false;
    assertThat(world.publish(initial).code()).isEqualTo(200);
    assertThat(world.store.publications).hasSize(1);
  }

  @Test
  @DisplayName("publ_cache=2: two publishers of one presentity keep their documents apart")
  void twoPublishers() {
    world.param("publ_cache", 2).start();
    final String one = world.publish(publish().body(pidf("t1", "open"))).etag();
    final String two = world.publish(publish().body(pidf("t2", "open"))).etag();
    assertThat(one).isNotEqualTo(two);
    final String renewed = world.publish(publish().ifMatch(one).body(pidf("t1", "closed"))).etag();
    world.publish(publish().ifMatch(two));
    world.publish(publish().ifMatch(renewed).expires(0));
    final FakeRpc list = world.rpc("presence.presentity_list", "full");
    assertThat(list.structs).hasSize(1);
    assertThat(list.structs.get(0).get("body")).isEqualTo(pidf("t2", "open"));
  }

  @Test
  @DisplayName("two servers that were started in the same second never give the same tag")
  void tagsOfTwoServers() {
    final World one = new World().param("publ_cache", 0);
    final World two = new World(one.store).param("publ_cache", 0);
    two.listen = List.of("udp:192.0.2.2:5060");
    one.start();
    two.start();
    final String first = one.publish(publish().body(pidf("t1", "open"))).etag();
    final String second = two.publish(publish().body(pidf("t2", "open"))).etag();
    assertThat(first).isNotEqualTo(second);
    assertThat(one.store.publications).hasSize(2);
    assertThat(one.store.publications.values()).extracting(r -> r.ruid()).doesNotHaveDuplicates();
  }
}
