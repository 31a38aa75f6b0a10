// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packages with the parameters that change them. */
class EventPackageSettingsTest {

  @RegisterExtension static final Scene SCENE = Scene.inMemory(EventPackageSettingsTest::configure);

  private static KamailioConfig configure(final KamailioConfig config) {
    config
        .line("loadmodule \"presence_dialoginfo.so\"")
        .line("modparam(\"presence_dialoginfo\", \"force_single_dialog\", 1)")
        .line("modparam(\"presence_dialoginfo\", \"force_dummy_dialog\", 1)")
        .line("loadmodule \"presence_reginfo.so\"");
    return ModuleSet.selected() == ModuleSet.OURS
        ? config.line("modparam(\"presence_reginfo\", \"aggregate_presentities\", 1)")
        : config;
  }

  private static Publisher dialog(final String whom, final String... dialogs) {
    final Publisher publisher = SCENE.peer().publisher(whom).event("dialog", Documents.DIALOG_INFO);
    publisher.publish(Documents.dialogInfo(whom, dialogs));
    return publisher;
  }

  private static Notify shown(final String whom, final String event) {
    return SCENE.peer().watch(someone("bo"), whom).event(event).start();
  }

  @Test
  @DisplayName("PKG-003 with disable_presence there is no presence")
  void pkg003() {
    try (KamailioProcess kamailio =
            KamailioProcess.start(KamailioConfig.memoryOnly().presenceXml("disable_presence", 1));
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      final String ann = someone("ann");
      final SipMessage reply =
          peer.exchange(
              RequestDraft.of("PUBLISH", ann, "UDP 127.0.0.1:9", ann)
                  .header("Event", "presence")
                  .body(Documents.PIDF, Documents.pidf(ann, "t", "open", "x")));
      assertThat(reply.code()).isEqualTo(489);
      assertThat(reply.required("Allow-Events").split(", "))
          .contains("presence.winfo")
          .doesNotContain("presence");
    }
  }

  @Test
  @DisplayName("PKG-004 dialog;sla must be asked for")
  void pkg004() {
    final Watch watch = SCENE.peer().watch(someone("bo"), someone("line")).event("dialog;sla");
    assertThat(SCENE.peer().send(watch.draft()).code()).isEqualTo(489);
  }

  @Test
  @DisplayName("PKG-049 force_single_dialog: who is being called goes before who talks")
  void pkg049() {
    final String desk = someone("desk");
    dialog(desk, "X=confirmed");
    dialog(desk, "Y=early");
    assertThat(shown(desk, "dialog").body())
        .containsOnlyOnce("<dialog ")
        .contains("id=\"Y\"")
        .contains("early");
  }

  @Test
  @DisplayName("PKG-050 force_single_dialog: what is over elsewhere does not talk any more")
  void pkg050() {
    final String desk = someone("desk");
    dialog(desk, "Z=early", "X=confirmed");
    dialog(desk, "W=terminated", "X=terminated", "Z=terminated");
    dialog(desk, "Y=trying");
    assertThat(shown(desk, "dialog").body())
        .containsOnlyOnce("<dialog ")
        .contains("id=\"Y\"")
        .contains("trying");
  }

  @Test
  @DisplayName("PKG-054 force_dummy_dialog: without state a terminated dialog")
  void pkg054() {
    final String desk = someone("desk");
    final Notify first = shown(desk, "dialog");
    assertThat(first.body())
        .contains("entity=\"" + desk + "\"")
        .containsOnlyOnce("<dialog ")
        .contains("direction=\"recipient\"")
        .contains("<state>terminated</state>");
    assertThat(first.contentType()).contains(Documents.DIALOG_INFO);
  }

  @Test
  @DisabledIfSystemProperty(
      named = "kamjvm.modules",
      matches = "stock",
      disabledReason = "stock 5.6 has no aggregate_presentities")
  @DisplayName("PKG-055 aggregate_presentities: all registrations, the subscription's version")
  void pkg055() {
    final String ann = someone("ann");
    final Watch watch = SCENE.peer().watch(someone("bo"), ann).event("reg");
    watch.start();
    final Publisher one = SCENE.peer().publisher(ann).event("reg", Documents.REGINFO);
    one.publish(Documents.reginfo(ann, "r1", "sip:a@192.0.2.1"));
    watch.next();
    SCENE
        .peer()
        .publisher(ann)
        .event("reg", Documents.REGINFO)
        .publish(Documents.reginfo(ann, "r2", "sip:a@192.0.2.2"));
    assertThat(watch.next().body())
        .containsOnlyOnce("<reginfo ")
        .contains("version=\"3\" state=\"full\"")
        .contains("id=\"r1\"")
        .contains("id=\"r2\"");
    one.remove();
    assertThat(watch.next(Duration.ofSeconds(5)).body())
        .contains("version=\"4\"")
        .contains("id=\"r2\"")
        .doesNotContain("id=\"r1\"");
  }
}
