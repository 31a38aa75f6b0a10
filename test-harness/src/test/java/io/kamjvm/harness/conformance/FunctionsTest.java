// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Script functions other than the two handlers, and RPC commands. */
class FunctionsTest {

  private static int hasSubscribers(
      final Scene scene, final String presentity, final String event) {
    return scene
        .peer()
        .send(
            scene
                .peer()
                .request(Transport.UDP, "INFO", presentity, someone("asker"))
                .header("X-Event", event))
        .code();
  }

  @Nested
  class Baseline {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> config);

    @Test
    @DisplayName("PRES-087 pres_has_subscribers: 1 with a subscription to that package, else -1")
    void pres087() {
      final String bob = someone("bob");
      assertThat(hasSubscribers(SCENE, bob, "presence")).isEqualTo(480);
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      assertThat(hasSubscribers(SCENE, bob, "presence")).isEqualTo(200);
      assertThat(hasSubscribers(SCENE, bob, "foo")).isEqualTo(480);
      alice.subscribe(0);
      alice.next();
      assertThat(hasSubscribers(SCENE, bob, "presence")).isEqualTo(480);
    }

    @Test
    @Deviation("may find a subscription of another package, D-33")
    @DisplayName("PRES-087 pres_has_subscribers tells packages apart")
    void pres087OtherPackage() {
      final String bob = someone("bob");
      SCENE.peer().watch(someone("alice"), bob).start();
      assertThat(hasSubscribers(SCENE, bob, "message-summary")).isEqualTo(480);
    }

    @Test
    @Deviation("an empty list")
    @DisplayName("PRES-096 presentity_list shows the live documents with publ_cache=1")
    void pres096() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(Documents.pidf(bob, "t", "open", "listed"));
      final Kamcmd.Output brief = SCENE.kamailio().kamcmd().run("presence.presentity_list");
      assertThat(brief.field("user")).contains(user(bob));
      assertThat(brief.field("domain")).contains("example.org");
      assertThat(brief.field("event")).contains("presence");
      assertThat(brief.field("etag")).contains(publisher.etag());
      assertThat(brief.field("body")).isEmpty();
      final Kamcmd.Output full = SCENE.kamailio().kamcmd().run("presence.presentity_list", "full");
      assertThat(full.text()).contains("listed");
      assertThat(full.field("ruid")).isNotEmpty();
      publisher.remove();
      assertThat(SCENE.kamailio().kamcmd().run("presence.presentity_list").field("user"))
          .doesNotContain(user(bob));
    }
  }

  @Nested
  class Cleanup {
    @RegisterExtension
    static final Scene SCENE =
        Scene.inMemory(
            config -> config.presence("clean_period", 1000).presence("db_update_period", 1000));

    @Test
    @Deviation("drops the subscription silently, D-17")
    @DisplayName("PRES-092 presence.cleanup: Reload OK, an expired subscription is terminated")
    void pres092() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.subscribe(1);
      alice.next();
      /* expiry has whole seconds; whichever comes first, the timer or the RPC, ends it */
      final var gone = alice.poll(Duration.ofMillis(2200));
      final Kamcmd.Output output = SCENE.kamailio().kamcmd().run("presence.cleanup");
      assertThat(output.text()).contains("Reload OK");
      final Notify last = gone.orElseGet(alice::next);
      assertThat(last.subscriptionState()).isEqualTo("terminated;reason=timeout");
      alice.expectSilence(Duration.ofMillis(500));
    }
  }
}
