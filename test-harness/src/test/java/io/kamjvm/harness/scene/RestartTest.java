// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was acknowledged in a durable mode is there again after Kamailio ended, however it did. */
class RestartTest {

  private static KamailioConfig durable(final KamailioConfig config) {
    return config.presence("subs_db_mode", 1);
  }

  private static void survives(final Scene scene, final Runnable restart) {
    final String bob = someone("bob");
    final Publisher publisher = scene.peer().publisher(bob);
    publisher.publish(Documents.pidf(bob, "t", "open", "before"));
    publisher.publish(Documents.pidf(bob, "t", "open", "still before"));
    final Watch alice = scene.peer().watch(someone("alice"), bob);
    final long cseq = alice.start().cseq();

    restart.run();

    assertThat(scene.peer().watch(someone("carol"), bob).start().body()).contains("still before");
    final SipMessage modified = publisher.publish(Documents.pidf(bob, "t", "open", "after"), 600);
    assertThat(modified.code()).as("the entity tag is still good").isEqualTo(200);
    assertThat(alice.untilBody(">after<", Duration.ofSeconds(5)))
        .allSatisfy(notify -> assertThat(notify.cseq()).isGreaterThan(cseq));
    assertThat(alice.subscribe(300).code()).as("the dialog is still known").isEqualTo(200);
  }

  @Nested
  @Deviation("has no embedded database")
  class Embedded {
    @RegisterExtension static final Scene SCENE = Scene.onH2(RestartTest::durable);

    @Test
    @DisplayName("H2: publications and subscriptions survive a clean restart")
    void cleanRestart() {
      survives(SCENE, SCENE::restart);
    }

    @Test
    @DisplayName("H2: publications and subscriptions survive kill -9 of Kamailio")
    void killed() {
      survives(SCENE, SCENE::killAndRestart);
    }
  }

  @Nested
  class Postgres {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(RestartTest::durable);

    @Test
    @Deviation("uses a CSeq again, D-05")
    @DisplayName("PostgreSQL: publications and subscriptions survive a clean restart")
    void cleanRestart() {
      survives(SCENE, SCENE::restart);
    }

    @Test
    @Deviation("leaves its workers behind")
    @DisplayName("PostgreSQL: publications and subscriptions survive kill -9 of Kamailio")
    void killed() {
      survives(SCENE, SCENE::killAndRestart);
    }
  }
}
