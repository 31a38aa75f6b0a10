// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More changes of usrloc than the event ring holds while the engine does not listen. */
class LocationRingFullTest {
  @RegisterExtension
  static final RegistrarScene SCENE =
      new RegistrarScene(
          (config, stub) ->
              RegistrarScene.publishing(config, stub).presence("engine_dead_after", 120));

  /** A refresh of these fills some 30 kB of the ring's 4 MB. */
  private static final int CONTACTS = 25;

  private static final int REFRESHES = 300;
  private static final String LOST = "changes of the location table were lost";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static String address(final String user) {
    return "sip:" + user + "@10.1.1.5";
  }

  private static void refresh(final String user, final int cseq) {
    final String addresses =
        IntStream.range(0, CONTACTS)
            .mapToObj(i -> "<" + address(user) + ";n=" + i + ";p=" + "y".repeat(440) + ">")
            .collect(Collectors.joining(", "));
    SCENE.send(
        SCENE
            .registration(user, address(user), 600, "c".repeat(200) + user, cseq)
            .with("Contact", addresses)
            .with("User-Agent", "u".repeat(200)));
  }

  @Test
  @DisplayName("What was lost is read again, and what has changed meanwhile is published")
  void lost() {
    final String busy = someone("busy");
    final String goes = someone("goes");
    final String stays = someone("stays");
    final String comes = someone("comes");
    for (final String user : new String[] {goes, stays}) {
      SCENE.register(user, address(user), 600, user, 1);
      SCENE.stub().next(user);
    }
    refresh(busy, 1);
    SCENE.stub().next(busy);
    final long mark = SCENE.kamailio().log().mark();
    final long engine = SCENE.kamailio().engine().orElseThrow();
    Signal.STOP.send(engine);
    try {
      for (int i = 2; i < REFRESHES; i++) {
        refresh(busy, i);
      }
      SCENE.register(goes, address(goes), 0, goes, 2);
      SCENE.register(comes, address(comes), 600, comes, 1);
    } finally {
      Signal.CONT.send(engine);
    }
    SCENE.kamailio().log().await(LOST, mark, LIMIT);
    final SipMessage gone = SCENE.stub().next(goes);
    assertThat(gone.body()).containsPattern("<registration[^>]* state=\"terminated\"");
    assertThat(gone.required("SIP-If-Match")).startsWith("e");
    assertThat(SCENE.stub().next(comes).body())
        .contains("<uri>" + address(comes) + "</uri>")
        .containsPattern("<registration[^>]* state=\"active\"");
    assertThat(SCENE.stub().find(stays, Duration.ofMillis(500))).isEmpty();
    assertThat(SCENE.kamailio().engine()).as("the same engine").hasValue(engine);
  }
}
