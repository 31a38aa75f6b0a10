// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Databases;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One life of a document and a dialog with a restart in the middle, in each storage mode and on
 * each database twice, with {@code --full} in all modes on all databases. The engine's own tests
 * run all modes on all databases; this is whether Kamailio gives the same.
 */
@Deviation("has no embedded database, and uses a CSeq again after a restart, D-05")
class StorageSampleTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @RegisterExtension static final Databases DATABASES = new Databases();

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  @ParameterizedTest
  @CsvSource({
    "H2, 2, 1",
    "H2, 1, 2",
    "SQLITE, 0, 1",
    "SQLITE, 3, 2",
    "POSTGRES, 2, 1",
    "POSTGRES, 3, 0",
    "MARIADB, 0, 0",
    "MARIADB, 1, 1"
  })
  @DisplayName("published, watched, changed, restarted, changed, refreshed, ended")
  void life(
      final String kind, final int subsDbMode, final int publCache, @TempDir final Path directory) {
    live(kind, subsDbMode, publCache, directory);
  }

  @ParameterizedTest
  @EnabledIfSystemProperty(named = "kamjvm.full", matches = "yes")
  @CsvSource({
    "H2, 0, 0",
    "H2, 3, 1",
    "SQLITE, 2, 1",
    "SQLITE, 1, 0",
    "POSTGRES, 0, 1",
    "POSTGRES, 1, 2",
    "MARIADB, 2, 1",
    "MARIADB, 3, 0"
  })
  @DisplayName("the same in the other modes")
  void moreLives(
      final String kind, final int subsDbMode, final int publCache, @TempDir final Path directory) {
    live(kind, subsDbMode, publCache, directory);
  }

  private static void live(
      final String kind, final int subsDbMode, final int publCache, final Path directory) {
    final KamailioConfig config =
        KamailioConfig.on(url(kind, directory))
            .presence("subs_db_mode", subsDbMode)
            .presence("publ_cache", publCache)
            .presence("waitn_time", 1)
            .presence("db_update_period", 1);
    final int port = FreePort.udpAndTcp();
    final String bob = someone("bob");
    try (SipPeer peer = SipPeer.towards(port)) {
      final Publisher publisher = peer.publisher(bob);
      final Watch alice = peer.watch(someone("alice"), bob);
      final long last;
      try (KamailioProcess kamailio = KamailioProcess.start(config, port)) {
        Scene.warmUp(peer);
        publish(publisher, bob, "first");
        assertThat(alice.start().body()).contains("first");
        publish(publisher, bob, "second");
        last = told(alice, "second").cseq();
      }
      try (KamailioProcess kamailio = KamailioProcess.start(config, port)) {
        Scene.warmUp(peer);
        final int refreshed = alice.subscribe(600).code();
        assertThat(refreshed).isEqualTo(subsDbMode == 0 ? 481 : 200);
        if (refreshed == 200) {
          assertThat(alice.next(LIMIT).cseq()).isGreaterThan(last);
        }
        final int modified =
            publisher.publish(Documents.pidf(bob, "t", "open", "third"), 600).code();
        assertThat(modified).isEqualTo(publCache == 2 ? 412 : 200);
        if (modified == 412) {
          publish(peer.publisher(bob), bob, "third");
        }
        if (refreshed == 200) {
          told(alice, "third");
          assertThat(alice.subscribe(0).code()).isEqualTo(200);
          assertThat(alice.next(LIMIT).subscriptionState()).startsWith("terminated");
        }
        final Watch visitor = peer.watch(someone("visitor"), bob);
        assertThat(visitor.subscribe(0).code()).isEqualTo(200);
        assertThat(visitor.next(LIMIT).body()).contains("third").doesNotContain("second");
        Await.until("481", LIMIT, () -> alice.subscribe(600).code() == 481);
      }
    }
  }

  private static String url(final String kind, final Path directory) {
    return kind.equals("H2")
        ? "h2://" + directory.resolve("presence")
        : DATABASES.fresh(Databases.Kind.valueOf(kind), directory).kamailioUrl();
  }

  private static void publish(
      final Publisher publisher, final String presentity, final String note) {
    Await.until(
        "published",
        LIMIT,
        () -> publisher.publish(Documents.pidf(presentity, "t", "open", note), 600).code() == 200);
  }

  private static Notify told(final Watch watch, final String note) {
    final var notifies = watch.untilBody(note, LIMIT);
    return notifies.get(notifies.size() - 1);
  }
}
