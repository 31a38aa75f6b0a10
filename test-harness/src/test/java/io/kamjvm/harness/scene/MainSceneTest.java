// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The path that everything else stands on, in the variations that scripts and peers have. */
class MainSceneTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config);

  @ParameterizedTest(name = "{0}")
  @EnumSource(Transport.class)
  @DisplayName("alice watches bob: away, open, gone")
  void watcherFollowsPublisher(final Transport transport) {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob, transport);
    final Publisher publisher = SCENE.peer().publisher(bob, transport);

    final Notify first = alice.start();
    assertThat(first.state()).isEqualTo("active");
    assertThat(first.body()).isEmpty();

    assertThat(publisher.publish(Documents.withActivity(bob, "t1", "open", "away")).code())
        .isEqualTo(200);
    final Notify away = alice.next();
    assertThat(away.body()).contains("away").contains("open");
    assertThat(away.cseq()).isEqualTo(first.cseq() + 1);

    publisher.publish(Documents.pidf(bob, "t1", "open", "back again"));
    final Notify open = alice.next();
    assertThat(open.body()).contains("back again").doesNotContain("away");
    assertThat(open.cseq()).isEqualTo(away.cseq() + 1);

    assertThat(publisher.remove().code()).isEqualTo(200);
    final Notify gone = alice.next();
    assertThat(gone.body()).doesNotContain(">open<");
    assertThat(gone.cseq()).isEqualTo(open.cseq() + 1);

    assertThat(alice.subscribe(0).header("Expires")).contains("0");
    assertThat(alice.next().state()).isEqualTo("terminated");
  }

  @Test
  @DisplayName("two publishers of one presentity are aggregated")
  void twoPublishersAreAggregated() {
    final String bob = someone("bob");
    final Publisher phone = SCENE.peer().publisher(bob);
    final Publisher desk = SCENE.peer().publisher(bob);
    phone.publish(Documents.pidf(bob, "phone", "open", "on the phone"));
    desk.publish(Documents.pidf(bob, "desk", "open", "at the desk"));

    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    assertThat(alice.start().body()).contains("on the phone").contains("at the desk");

    phone.remove();
    desk.publish(Documents.pidf(bob, "desk", "open", "alone at the desk"));
    assertThat(alice.untilBody("alone at the desk", LIMIT))
        .last()
        .satisfies(notify -> assertThat(notify.body()).doesNotContain("on the phone"));
  }

  @Test
  @DisplayName("message waiting: a mailbox tells its phone")
  void messageSummary() {
    final String mailbox = someone("mailbox");
    final Watch phone = SCENE.peer().watch(mailbox, mailbox).event("message-summary");
    phone.start();
    final Publisher voicemail =
        SCENE.peer().publisher(mailbox).event("message-summary", Documents.MWI);
    assertThat(voicemail.publish(Documents.messageSummary(2)).code()).isEqualTo(200);
    final Notify notify = phone.next();
    assertThat(notify.contentType()).contains("application/simple-message-summary");
    assertThat(notify.body()).contains("Voice-Message: 2/0");
  }

  @ParameterizedTest(name = "X-Scene: {0}")
  @ValueSource(strings = {"no-newtran", "no-release", "append", "async-task", "async-timer"})
  @DisplayName("the handlers work from every kind of script")
  void scriptVariations(final String scene) {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob).scene(scene);
    final SipMessage subscribed = alice.subscribe(600);
    assertThat(subscribed.code()).isEqualTo(200);
    assertThat(alice.next().state()).isEqualTo("active");

    final Publisher publisher = SCENE.peer().publisher(bob).scene(scene);
    final SipMessage published = publisher.publish(Documents.pidf(bob, "t", "open", scene));
    assertThat(published.code()).isEqualTo(200);
    assertThat(publisher.etag()).isNotEmpty();
    assertThat(alice.next().body()).contains(scene);
    if (scene.equals("append")) {
      assertThat(subscribed.header("X-Appended")).contains("by the script");
      assertThat(published.header("X-Appended")).contains("by the script");
    }
  }
}
