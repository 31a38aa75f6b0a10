// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** NOTIFY under parameters that differ from the baseline; one Kamailio per nested class. */
class NotifySettingsTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration EXPIRY = Duration.ofSeconds(8);

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  private static KamailioConfig quickTimeout(final KamailioConfig config) {
    return config.line("modparam(\"tm\", \"fr_timer\", 800)");
  }

  @Nested
  class NoFastNotify {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("send_fast_notify", 0));

    @Test
    @DisplayName("PRES-062 send_fast_notify=0: message-summary waits for PUBLISH, unsubscribe not")
    void pres062MessageSummary() {
      final String box = someone("box");
      final Watch phone = SCENE.peer().watch(box, box).event("message-summary");
      assertThat(phone.subscribe(600).code()).isEqualTo(200);
      phone.expectSilence(SHORT);
      SCENE
          .peer()
          .publisher(box)
          .event("message-summary", Documents.MWI)
          .publish(Documents.messageSummary(1));
      assertThat(phone.next().body()).contains("1/0");
      phone.subscribe(0);
      assertThat(phone.next().state()).isEqualTo("terminated");
    }

    @Test
    @DisplayName("PRES-062 send_fast_notify=0: presence, which has winfo, is notified at once")
    void pres062Presence() {
      assertThat(SCENE.peer().watch(someone("alice"), someone("bob")).start().state())
          .isEqualTo("active");
    }
  }

  @Nested
  class TimeoutRemoves {
    @RegisterExtension static final Scene SCENE = Scene.inMemory(NotifySettingsTest::quickTimeout);

    @Test
    @DisplayName("PRES-064 timeout_rm_subs=1: an unanswered NOTIFY ends the subscription")
    void pres064() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      alice.answering(NotifyAnswer.NONE);
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(document(bob, "one"));
      alice.next();
      Await.until(
          "subscription gone",
          EXPIRY,
          () ->
              SCENE
                      .peer()
                      .send(
                          SCENE
                              .peer()
                              .request(Transport.UDP, "INFO", bob, someone("asker"))
                              .header("X-Event", "presence"))
                      .code()
                  == 480);
      alice.answering(NotifyAnswer.OK);
      assertThat(alice.subscribe(600).code()).isEqualTo(481);
      publisher.publish(document(bob, "two"));
      alice.expectSilence(SHORT);
    }
  }

  @Nested
  class TimeoutKeeps {
    @RegisterExtension
    static final Scene SCENE =
        Scene.inMemory(config -> quickTimeout(config).presence("timeout_rm_subs", 0));

    @Test
    @DisplayName("PRES-064 timeout_rm_subs=0: an unanswered NOTIFY keeps the subscription")
    void pres064Kept() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      alice.answering(NotifyAnswer.NONE);
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(document(bob, "one"));
      alice.next();
      alice.answering(NotifyAnswer.OK);
      /* past the time-out, and before it: the newest state arrives */
      alice.expectSilence(Duration.ofMillis(1600));
      publisher.publish(document(bob, "two"));
      assertThat(alice.next().body()).contains("two");
      assertThat(alice.subscribe(600).code()).isEqualTo(200);
    }
  }

  @Nested
  class LocalRequest {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.define("WITH_LOCAL_REQUEST"));

    @Test
    @DisplayName("PRES-067 drop in tm:local-request: nothing sent, subscription kept")
    void pres067() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      final Notify first = alice.start();
      assertThat(first.message().header("X-Local-Request")).contains("seen");
      final Publisher publisher = SCENE.peer().publisher(bob);
      final long mark = SCENE.kamailio().log().mark();
      publisher.publish(document(bob, "drop-this"));
      SCENE.kamailio().log().await("NOTIFY-SENT " + alice.callId(), mark, EXPIRY);
      alice.expectSilence(SHORT);
      publisher.publish(document(bob, "after that"));
      final Notify next = alice.next();
      assertThat(next.body()).contains("after that");
      assertThat(next.cseq()).isGreaterThan(first.cseq());
    }

    @Test
    @DisplayName("tm:local-request sees $subs of the subscription being notified")
    void localRequestSeesSubs() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      SCENE
          .kamailio()
          .log()
          .await("NOTIFY-SENT " + alice.callId() + " uri=" + bob + " event=presence", EXPIRY);
      final long mark = SCENE.kamailio().log().mark();
      SCENE.peer().publisher(bob).publish(document(bob, "x"));
      SCENE
          .kamailio()
          .log()
          .await("NOTIFY-SENT " + alice.callId() + " uri=" + bob + " event=presence", mark, EXPIRY);
    }
  }

  @Nested
  class Expiry {
    @RegisterExtension
    static final Scene SCENE =
        Scene.onPostgres(
            config -> config.presence("db_update_period", 1).presence("subs_db_mode", 1));

    @Test
    @DisplayName("PRES-068 an expired subscription gets one terminated NOTIFY without body")
    void pres068() {
      final String bob = someone("bob");
      SCENE.peer().publisher(bob).publish(document(bob, "here"));
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      assertThat(alice.subscribe(2).code()).isEqualTo(200);
      alice.next();
      final Notify last = alice.next(EXPIRY);
      assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
      assertThat(last.body()).isEmpty();
      alice.expectSilence(Duration.ofMillis(1500));
      assertThat(
              SCENE
                  .database()
                  .rows("SELECT * FROM active_watchers WHERE presentity_uri='" + bob + "'"))
          .isEmpty();
      assertThat(alice.subscribe(600).code()).isEqualTo(481);
    }
  }
}
