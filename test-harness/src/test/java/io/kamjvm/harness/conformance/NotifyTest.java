// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NOTIFY on baseline B. */
class NotifyTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config);

  private static Watch watch(final String presentity) {
    return SCENE.peer().watch(someone("alice"), presentity);
  }

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  @Test
  @DisplayName("PRES-057 headers of a NOTIFY, as they are on the wire")
  void pres057() {
    final String bob = someone("bob");
    final String alice = someone("alice");
    SCENE.peer().publisher(bob).publish(document(bob, "here"));
    try (RawSipPeer peer = SCENE.udp()) {
      final RequestDraft draft =
          peer.request("SUBSCRIBE", bob, alice)
              .header("Event", "presence")
              .header("Expires", "600")
              .header("Contact", "<" + peer.contact(user(alice)) + ">");
      peer.send(draft.text());
      final List<SipMessage> heard = new ArrayList<>();
      while (heard.size() < 2) {
        peer.receive(LIMIT)
            .filter(message -> message.isRequest() || message.code() >= 200)
            .ifPresentOrElse(
                heard::add,
                () -> {
                  throw new AssertionError("heard only " + heard);
                });
      }
      final SipMessage reply = heard.get(0);
      final SipMessage notify = heard.get(1);
      assertThat(reply.isRequest()).as("the 200 precedes the NOTIFY").isFalse();
      assertThat(notify.startLine()).isEqualTo("NOTIFY " + peer.contact(user(alice)) + " SIP/2.0");
      assertThat(notify.header("From"))
          .contains("<" + bob + ">;tag=" + reply.toTag().orElseThrow());
      assertThat(notify.header("To")).contains(draft.value("From"));
      assertThat(notify.callId()).isEqualTo(draft.value("Call-ID"));
      assertThat(notify.header("Max-Forwards")).contains("70");
      assertThat(notify.header("Event")).contains("presence");
      assertThat(notify.header("Contact"))
          .contains("<sip:127.0.0.1:" + SCENE.kamailio().port() + ";transport=udp>");
      assertThat(notify.header("Subscription-State")).contains("active;expires=600");
      assertThat(notify.header("Content-Type")).contains(Documents.PIDF);
      assertThat(Integer.parseInt(notify.required("Content-Length")))
          .isEqualTo(notify.body().length())
          .isPositive();
    }
  }

  @Test
  @DisplayName("PRES-058 no document: NOTIFY without body and Content-Type")
  void pres058() {
    final Notify notify = watch(someone("bob")).start();
    assertThat(notify.body()).isEmpty();
    assertThat(notify.contentType()).isEmpty();
  }

  @Test
  @DisplayName("PRES-059 PUBLISH gives a NOTIFY with remaining expires, CSeq +1, aggregate")
  void pres059() {
    final String bob = someone("bob");
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "first", "open", "one"));
    final Watch alice = watch(bob);
    final Notify first = alice.start();
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "second", "open", "two"));
    final Notify second = alice.next();
    assertThat(second.cseq()).isEqualTo(first.cseq() + 1);
    assertThat(second.state()).isEqualTo("active");
    assertThat(second.expires()).isBetween(595, 600);
    assertThat(second.body()).contains("one").contains("two");
  }

  @Test
  @DisplayName("PRES-060 N PUBLISH one after the other give N NOTIFYs with CSeq +1 each")
  void pres060Sequential() {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    long cseq = alice.start().cseq();
    final Publisher publisher = SCENE.peer().publisher(bob);
    for (int i = 0; i < 10; i++) {
      publisher.publish(document(bob, "state-" + i + "."));
      final Notify notify = alice.next();
      assertThat(notify.body()).contains("state-" + i + ".");
      assertThat(notify.cseq()).isEqualTo(++cseq);
    }
    alice.expectSilence(Duration.ofMillis(300));
  }

  @Test
  @Deviation("may send older state under a higher CSeq, D-04")
  @DisplayName("PRES-060 a burst of PUBLISH: CSeq +1 each, the last NOTIFY shows the last state")
  void pres060Burst() {
    final String bob = someone("bob");
    final Watch alice = watch(bob).answering(NotifyAnswer.okAfter(Duration.ofMillis(60)));
    long cseq = alice.start().cseq();
    final Publisher publisher = SCENE.peer().publisher(bob);
    for (int i = 0; i < 20; i++) {
      publisher.publish(document(bob, "state-" + i + "."));
    }
    final List<Notify> seen = alice.untilBody("state-19.", LIMIT);
    alice.expectSilence(SHORT);
    int last = -1;
    for (final Notify notify : seen) {
      assertThat(notify.cseq()).isEqualTo(++cseq);
      final int state =
          Integer.parseInt(notify.body().replaceFirst("(?s).*state-(\\d+)\\..*", "$1"));
      assertThat(state).as("states never go back").isGreaterThan(last);
      last = state;
    }
  }

  @Test
  @DisplayName("PRES-061 CSeq of NOTIFYs only rises by one, over refresh and publication")
  void pres061() {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    long cseq = alice.start().cseq();
    alice.subscribe(600);
    assertThat(alice.next().cseq()).isEqualTo(++cseq);
    SCENE.peer().publisher(bob).publish(document(bob, "x"));
    assertThat(alice.next().cseq()).isEqualTo(++cseq);
    alice.subscribe(0);
    assertThat(alice.next().cseq()).isEqualTo(++cseq);
  }

  @ParameterizedTest(name = "NOTIFY answered {0}")
  @ValueSource(ints = {481, 404})
  @DisplayName("PRES-063 NOTIFY answered 481 or 404 ends the subscription")
  void pres063Gone(final int code) {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    alice.start();
    alice.answering(NotifyAnswer.code(code));
    final Publisher publisher = SCENE.peer().publisher(bob);
    publisher.publish(document(bob, "one"));
    alice.next();
    alice.answering(NotifyAnswer.OK);
    Await.until("refused refresh", LIMIT, () -> alice.send(alice.draft()).code() == 481);
    alice.forget();
    publisher.publish(document(bob, "two"));
    alice.expectSilence(SHORT);
  }

  @ParameterizedTest(name = "NOTIFY answered {0}")
  @ValueSource(ints = {403, 500, 503})
  @DisplayName("PRES-063 NOTIFY answered 403, 500, 503 keeps the subscription")
  void pres063Kept(final int code) {
    final String bob = someone("bob");
    final Watch alice = watch(bob);
    alice.start();
    alice.answering(NotifyAnswer.code(code));
    final Publisher publisher = SCENE.peer().publisher(bob);
    publisher.publish(document(bob, "one"));
    alice.next();
    alice.answering(NotifyAnswer.OK);
    publisher.publish(document(bob, "two"));
    assertThat(alice.next().body()).contains("two");
  }

  @Test
  @Deviation("an empty document, D-08")
  @DisplayName("PRES-069 refreshing a message summary gives nobody an empty document")
  void pres069() {
    final String mailbox = someone("box");
    final Watch phone = watch(mailbox).event("message-summary");
    phone.start();
    final Publisher voicemail =
        SCENE.peer().publisher(mailbox).event("message-summary", Documents.MWI);
    voicemail.publish(Documents.messageSummary(3));
    assertThat(phone.next().body()).contains("3/0");
    assertThat(voicemail.refresh(600).code()).isEqualTo(200);
    phone.poll(SHORT).ifPresent(notify -> assertThat(notify.body()).contains("Voice-Message: 3/0"));
  }

  @Test
  @DisplayName("PRES-070 the watcher whose Contact is the sender is not notified, others are")
  void pres070() {
    final String bob = someone("bob");
    final Watch sender = watch(bob);
    final Watch other = watch(bob);
    sender.start();
    other.start();
    SCENE.peer().publisher(bob).header("X-Sender", sender.contact()).publish(document(bob, "mine"));
    assertThat(other.next().body()).contains("mine");
    sender.expectSilence(SHORT);
  }
}
