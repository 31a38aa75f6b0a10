// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.LogBuffer;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script may see and do in event_route[presence:notify-reply]. */
class NotifyReplyRouteTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String SCRIPT =
      """
      request_route {
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
        $avp(mine) = "request";
        $xavp(pres=>delete_subscription) = 0;
        t_newtran();
        if(is_method("PUBLISH")) {
          handle_publish();
        } else if(is_method("SUBSCRIBE")) {
          handle_subscribe();
        } else {
          xlog("L_NOTICE", "OUTSIDE $ci [$notify_reply($rs)]\\n");
          t_reply("200", "OK");
        }
        t_release();
      }

      event_route[tm:local-request] {
        append_hf("X-Sent: as-it-left\\r\\n");
        if(search_body("drop-this")) {
          drop;
        }
      }

      event_route[presence:notify-reply] {
        pres_has_subscribers("$subs(uri)", "presence");
        $var(some) = $retcode;
        xlog("L_NOTICE", "REPLY $ci subs=$subs(callid) $rm $cs hdr=$hdr(X-Sent) rs=$notify_reply($rs) rr=$notify_reply($rr) method=$notify_reply($rm) ci=$notify_reply($ci) proto=$proto some=$var(some) avp=$avp(mine) xavp=$xavp(pres=>delete_subscription) after=$subs(watcher_username)\\n");
        $avp(mine) = "notify-reply";
        if($subs(watcher_username) =~ "^forgotten") {
          $xavp(pres=>delete_subscription) = 1;
        } else if($subs(watcher_username) =~ "^text") {
          $xavp(pres=>delete_subscription) = "yes";
        }
      }
      """;

  /* durable, so that the first NOTIFY leaves in the worker and a PUBLISH's in a courier */
  @RegisterExtension
  static final Scene SCENE =
      Scene.onPostgres(
          config ->
              config
                  .line("modparam(\"tm\", \"fr_timer\", 900)")
                  .script(SCRIPT)
                  .presence("timeout_rm_subs", 0)
                  .presence("xavp_cfg", "pres"));

  private static LogBuffer log() {
    return SCENE.kamailio().log();
  }

  private static void publish(final String presentity, final String note) {
    SCENE.peer().publisher(presentity).publish(Documents.pidf(presentity, "t", "open", note));
  }

  private static List<String> replies(final Watch watch) {
    return log().matching("REPLY " + watch.callId());
  }

  private static String reply(final Watch watch, final Notify notify) {
    return log().await("REPLY " + watch.callId() + " .* NOTIFY " + notify.cseq() + " ", LIMIT);
  }

  private static boolean subscribed(final Watch watch) {
    return watch.subscribe(600).code() != 481;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @DisplayName("PRES-065 it runs once per NOTIFY, sees the request as it left, and the reply")
  void pres065(final Transport transport) {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob, transport);
    final Notify first = alice.start();
    publish(bob, "second");
    final Notify second = alice.next();
    for (final Notify notify : List.of(first, second)) {
      assertThat(reply(alice, notify))
          .contains("subs=" + alice.callId())
          .contains("hdr=as-it-left rs=200 rr=OK method=NOTIFY ci=" + alice.callId())
          .contains("after=alice");
    }
    assertThat(replies(alice)).hasSize(2);
  }

  @Test
  @Deviation("none")
  @DisplayName("the request that it sees has the transport by which it left")
  void transport() {
    final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"), Transport.TCP);
    assertThat(reply(alice, alice.start())).contains(" proto=tcp ");
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 403, 489, 503, 603})
  @DisplayName("PRES-065 it hears of any final code; none of these ends the subscription")
  void pres065Codes(final int code) {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    alice.answering(NotifyAnswer.code(code));
    publish(bob, "refused");
    assertThat(reply(alice, alice.next())).contains(" rs=" + code + " ");
    alice.answering(NotifyAnswer.OK);
    assertThat(subscribed(alice)).isTrue();
  }

  @Test
  @DisplayName("PRES-065 481: it is heard first, then the subscription is deleted")
  void pres065Denied() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    alice.answering(NotifyAnswer.code(481));
    publish(bob, "unknown");
    assertThat(reply(alice, alice.next())).contains(" rs=481 ").contains(" some=1 ");
    alice.answering(NotifyAnswer.OK);
    Await.until("gone", LIMIT, () -> !subscribed(alice));
  }

  @Test
  @DisplayName("PRES-065 a received 408 and a time-out look alike: 408 TIMEOUT")
  void pres065Timeouts() {
    final String bob = someone("bob");
    final Watch late = SCENE.peer().watch(someone("late"), bob);
    final Watch mute = SCENE.peer().watch(someone("mute"), bob);
    late.start();
    mute.start();
    late.answering(NotifyAnswer.code(408));
    mute.answering(NotifyAnswer.NONE);
    publish(bob, "unheard");
    for (final Watch each : List.of(late, mute)) {
      assertThat(reply(each, each.next()))
          .contains("rs=408 rr=TIMEOUT method=TIMEOUT ci=invalid")
          .contains("subs=" + each.callId());
    }
    assertThat(replies(mute)).hasSize(2);
  }

  @Test
  @DisplayName("PRES-066 delete_subscription deletes on a 200: no NOTIFY, no row, 481")
  void pres066() {
    final String bob = someone("bob");
    final Watch forgotten = SCENE.peer().watch(someone("forgotten"), bob, Transport.TCP);
    reply(forgotten, forgotten.start());
    Await.until("deleted", LIMIT, () -> rows(bob).isEmpty());
    publish(bob, "unseen");
    forgotten.expectSilence(Duration.ofMillis(700));
    assertThat(subscribed(forgotten)).isFalse();
    assertThat(replies(forgotten)).hasSize(1);
  }

  private static List<?> rows(final String presentity) {
    return SCENE
        .database()
        .rows("SELECT * FROM active_watchers WHERE presentity_uri='" + presentity + "'");
  }

  @Test
  @DisplayName("PRES-066 a value that is no number is ignored")
  void pres066Text() {
    final String bob = someone("bob");
    final Watch text = SCENE.peer().watch(someone("text"), bob);
    reply(text, text.start());
    publish(bob, "seen");
    assertThat(text.next().body()).contains("seen");
  }

  @Test
  @DisplayName("what it sets is seen by no other route, and it sees what no other has set")
  void nothingLeaks() {
    final String bob = someone("bob");
    final Watch forgotten = SCENE.peer().watch(someone("forgotten"), bob);
    reply(forgotten, forgotten.start());
    for (int i = 0; i < 6; i++) {
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      assertThat(reply(alice, alice.start())).contains(" avp=<null> xavp=<null> ");
      assertThat(subscribed(alice)).isTrue();
    }
  }

  @Test
  @DisplayName("PRES-067 it does not run for a NOTIFY that was dropped")
  void pres067() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    final Notify first = alice.start();
    reply(alice, first);
    publish(bob, "drop-this");
    alice.expectSilence(Duration.ofMillis(500));
    publish(bob, "after that");
    final Notify next = alice.next();
    assertThat(next.cseq()).isEqualTo(first.cseq() + 2);
    reply(alice, next);
    assertThat(replies(alice)).hasSize(2);
  }

  @Test
  @DisplayName("it does not run for a NOTIFY that could not be sent")
  void unsent() {
    final long mark = log().mark();
    final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
    alice.contact("sip:alice@127.0.0.1:5099;transport=sctp");
    assertThat(alice.subscribe(600).code()).isEqualTo(200);
    log().await("no socket found|could not be sent|sending Notify not successful", mark, LIMIT);
    assertThat(replies(alice)).isEmpty();
  }

  @Test
  @Deviation("the line can not be written")
  @DisplayName("outside of it $notify_reply(...) is null")
  void outside() {
    final String nobody = someone("nobody");
    final var draft = SCENE.peer().request(Transport.UDP, "INFO", nobody, someone("asker"));
    assertThat(SCENE.peer().send(draft).code()).isEqualTo(200);
    log().await("OUTSIDE " + draft.value("Call-ID") + " \\[<null>\\]", LIMIT);
  }
}
