// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bridge;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls between Kamailio's processes and the engine in their less usual shapes. */
@Deviation("has no engine")
class BridgeTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int LISTED = 600;

  private static final String SCRIPT =
      """
      request_route {
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
        t_newtran();
        if(is_method("PUBLISH")) {
          handle_publish();
          xlog("L_NOTICE", "PUBLISHED $ci rc=$rc code=$T_reply_code\\n");
        } else {
          handle_subscribe();
          xlog("L_NOTICE", "SUBSCRIBED $ci rc=$rc subs=$subs(callid) expires=$subs(expires)\\n");
        }
        exit;
      }

      event_route[tm:local-request] {
        $var(before) = $subs(callid);
        if(pres_has_subscribers("$subs(uri)", "presence")) {
          append_hf("X-Subscribers: some\\r\\n");
        } else {
          append_hf("X-Subscribers: none\\r\\n");
        }
        pres_refresh_watchers("sip:nobody@example.org", "presence", 1);
        xlog("L_NOTICE", "NESTED $pp $ci before=$var(before) after=$subs(callid)\\n");
      }
      """;

  @RegisterExtension
  static final Scene SCENE =
      Scene.onH2(
          config ->
              config
                  .script(SCRIPT)
                  .workers(1)
                  .line("loadmodule \"tmx.so\"")
                  .line("modparam(\"ctl\", \"binrpc_max_body_size\", 128)"));

  @Test
  @DisplayName("a call out of an event route that runs inside a call, in a worker and in a courier")
  void nestedCall() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    assertThat(alice.start().message().header("X-Subscribers")).contains("some");
    final String nested = "before=" + alice.callId() + " after=" + alice.callId();
    final String inline = SCENE.kamailio().log().await("NESTED \\d+ .*" + nested, LIMIT);
    final String after =
        SCENE.kamailio().log().await("SUBSCRIBED " + alice.callId() + " rc=", LIMIT);
    assertThat(after).contains("rc=1 subs=" + alice.callId() + " expires=600");

    final long mark = SCENE.kamailio().log().mark();
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "by a courier"));
    assertThat(alice.next().message().header("X-Subscribers")).contains("some");
    final String couriers = SCENE.kamailio().log().await("NESTED \\d+ .*" + nested, mark, LIMIT);
    assertThat(process(inline)).as("the SUBSCRIBE's NOTIFY leaves in the worker").isPositive();
    assertThat(process(couriers))
        .as("the PUBLISH's, after the commit, in a courier")
        .isNotEqualTo(process(inline));
  }

  private static int process(final String line) {
    return Integer.parseInt(line.replaceAll(".*NESTED (\\d+) .*", "$1"));
  }

  @Test
  @DisplayName("a request that comes again gets its deferred reply again, and is not run twice")
  void retransmission() {
    try (RawSipPeer peer = SCENE.udp()) {
      final String bob = someone("bob");
      final RequestDraft publish =
          peer.request("PUBLISH", bob, bob)
              .header("Event", "presence")
              .header("Expires", "600")
              .body(Documents.PIDF, Documents.pidf(bob, "t", "open", "once"));
      final SipMessage first = peer.exchange(publish);
      assertThat(first.code()).isEqualTo(200);
      final Optional<SipMessage> again = peer.exchange(publish, LIMIT);
      assertThat(again).isPresent();
      assertThat(again.get().required("SIP-ETag")).isEqualTo(first.required("SIP-ETag"));
      assertThat(again.get().required("To")).isEqualTo(first.required("To"));
      assertThat(SCENE.kamailio().log().matching("PUBLISHED " + publish.value("Call-ID")))
          .hasSize(1);
    }
  }

  /* the commit may overtake the script, so one of several publications has to show it */
  @Test
  @DisplayName("a script whose reply is deferred goes on with 1, and no reply code is known yet")
  void deferred() {
    try (RawSipPeer peer = SCENE.udp()) {
      Await.until("one reply came later", Duration.ofSeconds(20), () -> repliedLater(peer));
    }
  }

  private static boolean repliedLater(final RawSipPeer peer) {
    final String bob = someone("bob");
    final RequestDraft publish =
        peer.request("PUBLISH", bob, bob)
            .header("Event", "presence")
            .header("Expires", "600")
            .body(Documents.PIDF, Documents.pidf(bob, "t", "open", "later"));
    final int code = peer.exchange(publish).code();
    final String said =
        SCENE.kamailio().log().await("PUBLISHED " + publish.value("Call-ID"), LIMIT);
    if (code == 200) {
      assertThat(said).contains(" rc=1 ");
    }
    return code == 200 && said.endsWith(" code=0");
  }

  /* kamcmd takes 128 kB, so many short records: a frame holds about 250 of them */
  @Test
  @DisplayName("an RPC answer of several frames arrives whole")
  void rpcPages() {
    final List<String> users = new ArrayList<>();
    try (RawSipPeer peer = SCENE.udp()) {
      while (users.size() < LISTED) {
        for (int i = 0; i < 20; i++) {
          final String presentity = someone("listed" + users.size() + "x");
          users.add(user(presentity));
          peer.send(
              peer.request("PUBLISH", presentity, presentity)
                  .header("Event", "presence")
                  .header("Expires", "600")
                  .body(Documents.PIDF, Documents.pidf(presentity, "t", "open", "listed"))
                  .text());
        }
        for (int i = 0; i < 20; i++) {
          assertThat(peer.receive(LIMIT).map(SipMessage::code)).contains(200);
        }
      }
    }
    // an engine that is late says so with a fault, and the operator asks again
    final Kamcmd.Output list =
        Await.value(
            "the list of presentities",
            Duration.ofSeconds(20),
            () ->
                Optional.of(SCENE.kamailio().kamcmd().run("presence.presentity_list"))
                    .filter(output -> !output.failed()));
    assertThat(list.field("user")).containsAll(users).doesNotHaveDuplicates();
  }
}
