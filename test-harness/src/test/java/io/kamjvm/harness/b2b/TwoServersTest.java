// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.b2b;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is published at one Kamailio is seen by a watcher at another one, whose presence_b2b watches
 * there and feeds its own presence server; whatever dies or gets lost between them.
 */
class TwoServersTest {
  private static final boolean FULL = "yes".equals(System.getProperty("kamjvm.full"));

  /** How long the network is cut in the full form; else until both sides have noticed. */
  private static final Duration CUT = Duration.ofMinutes(1);

  /** Between the two a packet can be lost: the other one's port is known as $shv(peer). */
  private static final String LOSSES =
      """
      loadmodule "cfgutils.so"
      reply_route {
        route(LOSS);
      }
      route[LOSS] {
        if($sp == $shv(peer)) {
          if($shv(cut) == 1) {
            drop;
          }
          if($shv(lossy) == 1 && $RANDOM mod 4 == 0) {
            drop;
          }
        }
      }
      """;

  private static final String ROUTES =
      """
      request_route {
        route(LOSS);
        if(is_method("NOTIFY")) {
          if(!handle_notify()) {
            sl_send_reply("481", "Unable to handle notification");
          }
          exit;
        }
        if(is_method("PUBLISH|SUBSCRIBE")) {
          t_newtran();
          if(is_method("PUBLISH")) {
            handle_publish();
          } else {
            handle_subscribe();
          }
          exit;
        }
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      """;

  private static int portA;
  private static int portB;
  private static KamailioProcess serverA;
  private static KamailioProcess serverB;
  private static SipPeer peerA;
  private static SipPeer peerB;

  private static KamailioConfig config(final int other, final String settings) {
    final KamailioConfig config =
        B2bScene.baseline(KamailioConfig.memoryOnly())
            .line("modparam(\"pv\", \"shvset\", \"peer=i:" + other + "\")")
            .line("modparam(\"pv\", \"shvset\", \"cut=i:0\")")
            .line("modparam(\"pv\", \"shvset\", \"lossy=i:0\")");
    B2bScene.parameter(config, "feed_mode", 1);
    return config.line(settings).script(LOSSES + ROUTES);
  }

  @BeforeAll
  static void start() {
    Scene.requireModules();
    portA = FreePort.udpAndTcp();
    portB = FreePort.udpAndTcp();
    serverA = KamailioProcess.start(config(portB, ""), portA);
    serverB = KamailioProcess.start(config(portA, ""), portB);
    peerA = SipPeer.towards(portA);
    peerB = SipPeer.towards(portB);
  }

  @AfterAll
  static void stop() {
    for (final AutoCloseable each : new AutoCloseable[] {peerA, peerB, serverB, serverA}) {
      if (each != null) {
        try {
          each.close();
        } catch (final Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Somebody who publishes at A and is watched at B. */
  private static final class Story {
    private final String user = Scene.user(Scene.someone("both"));
    private final String local = "sip:" + user + "@127.0.0.1";
    private final Publisher publisher = peerA.publisher(local);
    private final Watch watch = peerB.watch(Scene.someone("alice"), local);
    private final String id;

    Story() {
      publish("first");
      assertThat(watch.start().body()).doesNotContain("first");
      id = subscribe();
      awaitSeen("first");
    }

    private String subscribe() {
      final String text =
          serverB
              .kamcmd()
              .run(
                  "presence_b2b.subscribe",
                  "sip:" + user + "@127.0.0.1:" + portA,
                  "sip:b2b@127.0.0.1:" + portB)
              .text();
      final Matcher matcher = Pattern.compile("id: (\\S+)").matcher(text);
      assertThat(matcher.find()).as(text).isTrue();
      return matcher.group(1);
    }

    void publish(final String note) {
      assertThat(publisher.publish(Documents.pidf(local, "t", "open", note)).code()).isEqualTo(200);
    }

    void awaitSeen(final String note) {
      watch.untilBody(note, Duration.ofSeconds(30));
    }

    void refresh() {
      serverB.kamcmd().run("presence_b2b.refresh", id);
    }

    void unsubscribe() {
      serverB.kamcmd().run("presence_b2b.unsubscribe", id);
    }

    /** Unsubscribes: nothing is left on either side, and the watcher sees nothing any more. */
    void end() {
      unsubscribe();
      ended();
    }

    /** Nothing is left on either side. */
    void ended() {
      Await.until(
          "no client is left at B",
          Duration.ofSeconds(30),
          () -> serverB.kamcmd().run("presence_b2b.trace").text().contains("EUAC count: 0"));
      awaitWatchers(0);
    }

    void awaitWatchers(final int count) {
      Await.until(count + " dialogs at A", Duration.ofSeconds(40), () -> dialogs().size() == count);
    }

    /** Call-IDs of those who watch at A. */
    List<String> dialogs() {
      return serverA.kamcmd().run("presence.watcher_list", "basic", local).field("callid");
    }

    /** The Call-ID of the subscription at B. */
    List<String> dialog() {
      return serverB.kamcmd().run("presence_b2b.get", id).field("callid");
    }

    String state() {
      return serverB.kamcmd().run("presence_b2b.get", id).field("state").stream()
          .findFirst()
          .orElse("");
    }
  }

  private static void set(final String name, final int value) {
    for (final KamailioProcess each : new KamailioProcess[] {serverA, serverB}) {
      assertThat(each.kamcmd().run("pv.shvSet", name, "int", Integer.toString(value)).failed())
          .isFalse();
    }
  }

  @Test
  @DisplayName("PAB-095 PAB-096 published at A, seen at B; no longer when nobody wants it")
  void seen() {
    final Story story = new Story();
    story.publish("second");
    story.awaitSeen("second");
    story.awaitWatchers(1);
    story.end();
    final Optional<String> last = Optional.of(story.watch.next(Duration.ofSeconds(10)).body());
    assertThat(last.get()).doesNotContain("second");
  }

  @Test
  @DisplayName("B's engine is killed: its successor goes on in the same dialog")
  void engineKilled() {
    final Story story = new Story();
    final long before = serverB.engine().orElseThrow();
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Await.until(
        "another engine",
        Duration.ofSeconds(30),
        () -> serverB.engine().filter(pid -> pid != before).isPresent());
    story.publish("after the death");
    story.awaitSeen("after the death");
    Await.until("confirmed", Duration.ofSeconds(30), () -> story.state().equals("confirmed"));
    story.awaitWatchers(1);
    story.end();
  }

  @Test
  @DisplayName("A restarts and knows nothing: the renewal makes another dialog")
  void otherRestarts() {
    final Story story = new Story();
    peerA.close();
    serverA.close();
    serverA = KamailioProcess.start(config(portB, ""), portA);
    peerA = SipPeer.towards(portA);
    final Publisher publisher = peerA.publisher(story.local);
    assertThat(
            publisher.publish(Documents.pidf(story.local, "t", "open", "after the restart")).code())
        .isEqualTo(200);
    serverB.kamcmd().run("presence_b2b.refresh", story.id);
    story.awaitSeen("after the restart");
    story.awaitWatchers(1);
    story.end();
  }

  @Test
  @DisplayName("The network is cut, then it is not: the last state is seen, one dialog is left")
  void cut() {
    final List<Story> stories = Stream.generate(Story::new).limit(3).toList();
    final long begin = System.nanoTime();
    set("cut", 1);
    stories.forEach(story -> story.publish("while cut"));
    stories.get(0).refresh();
    Await.until("waiting", Duration.ofSeconds(30), () -> stories.get(0).state().equals("waiting"));
    stories.forEach(story -> story.awaitWatchers(0));
    if (FULL) {
      Await.until(
          "nobody at B has a dialog any more",
          CUT.multipliedBy(2),
          () -> stories.stream().allMatch(story -> story.state().matches("waiting|unconfirmed")));
      LockSupport.parkNanos(Math.max(0, CUT.toNanos() - (System.nanoTime() - begin)));
      stories.forEach(story -> story.publish("still cut"));
    }
    set("cut", 0);
    for (final Story story : stories) {
      if (!FULL) {
        story.refresh();
      }
      story.awaitSeen(FULL ? "still cut" : "while cut");
      Await.until("confirmed", Duration.ofSeconds(30), () -> story.state().equals("confirmed"));
      Await.until(
          "the same dialog on both sides",
          Duration.ofSeconds(40),
          () -> story.dialogs().size() == 1 && story.dialogs().equals(story.dialog()));
    }
    assertThat(serverB.kamcmd().run("presence_b2b.trace").text()).contains("EUAC count: 3");
    stories.forEach(Story::unsubscribe);
    stories.forEach(Story::ended);
  }

  @Test
  @DisplayName("One packet in four is lost each way: the last state is seen, nothing is left")
  void lossy() {
    final Story story = new Story();
    set("lossy", 1);
    for (int i = 0; i < 5; i++) {
      story.publish("lossy " + i);
      serverB.kamcmd().run("presence_b2b.refresh", story.id);
    }
    story.publish("lossy end");
    set("lossy", 0);
    serverB.kamcmd().run("presence_b2b.refresh", story.id);
    story.awaitSeen("lossy end");
    Await.until("confirmed", Duration.ofSeconds(30), () -> story.state().equals("confirmed"));
    story.end();
  }
}
