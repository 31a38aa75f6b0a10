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
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PUBLISH under parameters that differ from the baseline; one Kamailio per nested class. */
class PublishSettingsTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration EXPIRY = Duration.ofSeconds(8);

  private static String document(final String presentity) {
    return Documents.pidf(presentity, "t", "open", "a note");
  }

  private static List<Map<String, String>> stored(final Scene scene, final String presentity) {
    return scene
        .database()
        .rows("SELECT * FROM presentity WHERE username='" + user(presentity) + "'");
  }

  @Nested
  class ExpiresOffset {
    @RegisterExtension
    static final Scene SCENE = Scene.onPostgres(config -> config.presence("expires_offset", 10));

    @Test
    @DisplayName("PRES-004 expires_offset is taken off the header, not off the row")
    void pres004() {
      final String bob = someone("bob");
      final SipMessage reply = SCENE.peer().publisher(bob).publish(document(bob), 600);
      assertThat(reply.header("Expires")).contains("590");
      final long now = Instant.now().getEpochSecond();
      assertThat(Long.parseLong(stored(SCENE, bob).get(0).get("expires")))
          .isBetween(now + 597, now + 601);
    }

    @Test
    @Deviation("answers Expires: -5, D-20")
    @DisplayName("PRES-005 an Expires below the offset never becomes negative")
    void pres005() {
      final String bob = someone("bob");
      final SipMessage reply = SCENE.peer().publisher(bob).publish(document(bob), 5);
      assertThat(reply.code()).isEqualTo(200);
      assertThat(Integer.parseInt(reply.required("Expires"))).isNotNegative();
    }
  }

  @Nested
  class MinExpiresRefuses {
    @RegisterExtension
    static final Scene SCENE = Scene.onPostgres(config -> config.presence("min_expires", 120));

    @Test
    @Deviation("does not apply min_expires to PUBLISH")
    @DisplayName("PRES-029 below min_expires PUBLISH is answered 423; Expires 0 never")
    void pres029Refused() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      final SipMessage brief = publisher.publish(document(bob), 60);
      assertThat(brief.startLine()).isEqualTo("SIP/2.0 423 Interval Too Brief");
      assertThat(brief.header("Min-Expires")).contains("120");
      publisher.publish(document(bob));
      assertThat(publisher.refresh(60).code()).isEqualTo(423);
      assertThat(publisher.refresh(0).code()).isEqualTo(200);
    }
  }

  @Nested
  class MinExpiresRaises {
    @RegisterExtension
    static final Scene SCENE =
        Scene.onPostgres(
            config -> config.presence("min_expires", 120).presence("min_expires_action", 2));

    @Test
    @Deviation("does not apply min_expires to PUBLISH")
    @DisplayName("PRES-029 below min_expires PUBLISH is raised with action 2; Expires 0 never")
    void pres029Raised() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      assertThat(publisher.publish(document(bob), 60).header("Expires")).contains("120");
      assertThat(publisher.refresh(60).header("Expires")).contains("120");
      assertThat(publisher.refresh(0).header("Expires")).contains("0");
    }
  }

  @Nested
  class MemoryCache {
    @RegisterExtension
    static final Scene SCENE = Scene.onPostgres(config -> config.presence("publ_cache", 2));

    @Test
    @DisplayName("PRES-030 publ_cache=2: publish, modify, remove without a row; list shows it")
    void pres030() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      assertThat(publisher.publish(document(bob)).header("Expires")).contains("600");
      assertThat(publisher.etag()).matches("a\\.\\d+\\.\\d+\\.\\d+\\.0");
      final String old = publisher.etag();
      publisher.publish(Documents.pidf(bob, "t", "closed", "changed"));
      assertThat(publisher.etag()).isNotEqualTo(old).endsWith(".1");
      assertThat(stored(SCENE, bob)).isEmpty();
      assertThat(SCENE.kamailio().kamcmd().run("presence.presentity_list").field("user"))
          .contains(user(bob));
      final String tag = publisher.etag();
      final SipMessage removed = publisher.remove();
      assertThat(removed.header("Expires")).contains("0");
      assertThat(removed.header("SIP-ETag")).contains(tag);
      assertThat(SCENE.kamailio().kamcmd().run("presence.presentity_list").field("user"))
          .doesNotContain(user(bob));
    }

    @Test
    @Deviation("forgets the body on a refresh, D-08")
    @DisplayName("PRES-031 publ_cache=2: a refresh without body keeps the document")
    void pres031() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(document(bob));
      assertThat(publisher.refresh(300).code()).isEqualTo(200);
      assertThat(SCENE.peer().watch(someone("alice"), bob).start().body()).contains("a note");
    }
  }

  @Nested
  class ForceDelete {
    @RegisterExtension
    static final Scene SCENE =
        Scene.onPostgres(config -> config.presence("clean_period", 1).presence("force_delete", 1));

    @Test
    @DisplayName("PRES-032 force_delete=1: an expired document goes without a NOTIFY")
    void pres032() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      SCENE.peer().publisher(bob).publish(document(bob), 1);
      assertThat(alice.next().body()).contains("a note");
      Await.until("row gone", EXPIRY, () -> stored(SCENE, bob).isEmpty());
      alice.expectSilence(SHORT);
    }
  }

  @Nested
  class Expiry {
    @RegisterExtension
    static final Scene SCENE = Scene.onPostgres(config -> config.presence("clean_period", 1));

    @Test
    @DisplayName("PRES-033 an expired document gives one NOTIFY that clears the state")
    void pres033() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      SCENE.peer().publisher(bob).publish(document(bob), 1);
      assertThat(alice.next().body()).contains(">open<");
      final Notify gone = alice.next(EXPIRY);
      assertThat(gone.state()).isEqualTo("active");
      assertThat(gone.body()).doesNotContain(">open<");
      Await.until("row gone", EXPIRY, () -> stored(SCENE, bob).isEmpty());
      alice.expectSilence(SHORT);
    }

    @Test
    @DisplayName("one of two documents expires: watchers get the other")
    void oneOfTwoExpires() {
      final String bob = someone("bob");
      SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "stays", "open", "stays"), 600);
      SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "goes", "open", "goes"), 2);
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      assertThat(alice.start().body()).contains(">stays<").contains(">goes<");
      final Notify later = alice.next(EXPIRY);
      assertThat(later.body()).contains(">stays<").doesNotContain(">goes<");
    }
  }
}
