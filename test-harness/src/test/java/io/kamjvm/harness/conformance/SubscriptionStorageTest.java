// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When subscriptions reach the table, and what a restart brings back. */
class SubscriptionStorageTest {

  private static KamailioConfig mode(final KamailioConfig config, final int mode) {
    return config.presence("subs_db_mode", mode).presence("db_update_period", 2);
  }

  private static int rows(final Scene scene, final String presentity) {
    return scene
        .database()
        .rows("SELECT id FROM active_watchers WHERE presentity_uri='" + presentity + "'")
        .size();
  }

  @Nested
  class Memory {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 0));

    @Test
    @DisplayName("PRES-076 mode 0: a subscription never reaches the table")
    void pres076Memory() {
      final String bob = someone("bob");
      SCENE.peer().watch(someone("alice"), bob).start();
      assertThat(Await.holdsWithin(Duration.ofSeconds(4), () -> rows(SCENE, bob) > 0)).isFalse();
    }
  }

  @Nested
  class WriteThrough {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 1));

    @Test
    @DisplayName("PRES-076 mode 1: the row is there when the 200 is")
    void pres076Through() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      assertThat(alice.subscribe(600).code()).isEqualTo(200);
      assertThat(rows(SCENE, bob)).isEqualTo(1);
    }
  }

  @Nested
  class WriteBack {
    @RegisterExtension static final Scene SCENE = Scene.onPostgres(config -> mode(config, 2));

    @Test
    @DisplayName("PRES-076 mode 2: the row appears within db_update_period")
    void pres076Back() {
      final String bob = someone("bob");
      SCENE.peer().watch(someone("alice"), bob).start();
      Await.until("row", Duration.ofSeconds(5), () -> rows(SCENE, bob) == 1);
    }

    @Test
    @DisplayName("PRES-075 restart in mode 2: subscription and document survive, CSeq goes on")
    void pres075() {
      final String bob = someone("bob");
      final Publisher publisher = SCENE.peer().publisher(bob);
      publisher.publish(Documents.pidf(bob, "t", "open", "before"));
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      final long before = alice.start().cseq();
      SCENE.restart();
      assertThat(publisher.publish(Documents.pidf(bob, "t", "open", "after"), 600).code())
          .isEqualTo(200);
      final Notify notify = alice.untilBody("after", Duration.ofSeconds(5)).get(0);
      assertThat(notify.cseq()).isGreaterThan(before);
      assertThat(alice.subscribe(300).code()).isEqualTo(200);
      assertThat(alice.next().cseq()).isGreaterThan(notify.cseq());
    }
  }
}
