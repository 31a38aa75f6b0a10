// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The event route that hears how each NOTIFY ended. */
class NotifyReplyTest {
  private static final Duration LIMIT = Duration.ofSeconds(8);

  @RegisterExtension
  static final Scene SCENE =
      Scene.inMemory(
          config ->
              config
                  .line("modparam(\"tm\", \"fr_timer\", 800)")
                  .define("WITH_NOTIFY_REPLY")
                  .presence("xavp_cfg", "pres"));

  @Test
  @DisplayName("PRES-065 notify-reply sees $subs(callid) and $notify_reply($rs)=200")
  void pres065() {
    final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
    alice.start();
    SCENE.kamailio().log().await("NOTIFY-REPLY " + alice.callId() + " rs=200 rr=OK", LIMIT);
  }

  @Test
  @DisplayName("PRES-065 on a time-out notify-reply sees 408 TIMEOUT")
  void pres065Timeout() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    alice.answering(NotifyAnswer.NONE);
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "unheard"));
    alice.next();
    SCENE.kamailio().log().await("NOTIFY-REPLY " + alice.callId() + " rs=408 rr=TIMEOUT", LIMIT);
  }

  @Test
  @DisplayName("PRES-066 delete_subscription=1 in notify-reply ends the subscription")
  void pres066() {
    final String bob = someone("bob");
    final Watch watch = SCENE.peer().watch("sip:forgotten@example.org", bob);
    watch.start();
    SCENE.kamailio().log().await("NOTIFY-REPLY " + watch.callId(), LIMIT);
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "unseen"));
    watch.expectSilence(Duration.ofMillis(700));
  }
}
