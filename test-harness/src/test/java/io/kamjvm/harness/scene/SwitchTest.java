// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Databases;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator switches from the stock modules to ours on the same database, and back. */
class SwitchTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @RegisterExtension static final Databases DATABASES = new Databases();

  @BeforeAll
  static void built() {
    Scene.requireModules();
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRES, 2, 1",
    "MARIADB, 2, 1",
    "SQLITE, 2, 1",
    "POSTGRES, 1, 0",
    "MARIADB, 3, 1",
    "POSTGRES, 3, 0"
  })
  @DisplayName("stock, ours, stock: dialogs go on, documents are shown, entity tags are accepted")
  void thereAndBack(
      final Databases.Kind kind,
      final int subsDbMode,
      final int publCache,
      @TempDir final Path directory) {
    final Database database = DATABASES.fresh(kind, directory);
    final int port = FreePort.udpAndTcp();
    final String bob = someone("bob");
    final String carol = someone("carol");
    try (SipPeer peer = SipPeer.towards(port)) {
      final Publisher bobs = peer.publisher(bob);
      final Watch alice = peer.watch(someone("alice"), bob);
      try (KamailioProcess stock =
          KamailioProcess.start(
              config(database, subsDbMode, publCache).modules(ModuleSet.STOCK), port)) {
        assertThat(bobs.publish(document(bob, "by-stock-1"), 3000).code()).isEqualTo(200);
        committed(database, bobs);
        assertThat(bobs.publish(document(bob, "by-stock-2"), 3000).code()).isEqualTo(200);
        committed(database, bobs);
        assertThat(alice.start().body()).contains("by-stock-2");
      }

      final Publisher carols = peer.publisher(carol);
      final Watch dave = peer.watch(someone("dave"), carol);
      try (KamailioProcess ours =
          KamailioProcess.start(
              config(database, subsDbMode, publCache).modules(ModuleSet.selected()), port)) {
        Scene.warmUp(peer);
        goesOn(peer, bob, bobs, alice, "by-stock-2", "ours-");
        assertThat(carols.publish(document(carol, "by-ours-1"), 3000).code()).isEqualTo(200);
        assertThat(carols.publish(document(carol, "by-ours-2"), 3000).code()).isEqualTo(200);
        assertThat(dave.start().body()).contains("by-ours-2");
      }

      try (KamailioProcess stock =
          KamailioProcess.start(
              config(database, subsDbMode, publCache).modules(ModuleSet.STOCK), port)) {
        goesOn(peer, carol, carols, dave, "by-ours-2", "back-");
        goesOn(peer, bob, bobs, alice, "ours-published", "again-");
      }
    }
  }

  /** Stock presence sends the 200 first and ends the transaction afterwards. */
  private static void committed(final Database database, final Publisher publisher) {
    final String row = "select etag from presentity where etag = '" + publisher.etag() + "'";
    Await.until("the acknowledged document's row", LIMIT, () -> !database.rows(row).isEmpty());
  }

  private static KamailioConfig config(
      final Database database, final int subsDbMode, final int publCache) {
    return KamailioConfig.on(database.kamailioUrl())
        .presence("subs_db_mode", subsDbMode)
        .presence("publ_cache", publCache)
        .presence("db_table_lock_type", 0)
        .presence("notifier_processes", 0);
  }

  private static String document(final String presentity, final String note) {
    return Documents.pidf(presentity, "t", "open", note);
  }

  /** What the server before has left is there, and can be worked with. */
  private static void goesOn(
      final SipPeer peer,
      final String presentity,
      final Publisher publisher,
      final Watch watch,
      final String shown,
      final String mark) {
    final Watch visitor = peer.watch(someone("visitor"), presentity);
    assertThat(visitor.subscribe(0).code()).isEqualTo(200);
    assertThat(visitor.next(LIMIT).body()).as("the document is shown").contains(shown);

    assertThat(watch.subscribe(3000).code()).as("a refresh in the dialog").isEqualTo(200);
    assertThat(watch.next(LIMIT).subscriptionState()).startsWith("active;expires=");

    assertThat(publisher.publish(document(presentity, mark + "published"), 3000).code())
        .as("the entity tag is still good")
        .isEqualTo(200);
    assertThat(watch.untilBody(mark + "published", LIMIT)).isNotEmpty();
  }
}
