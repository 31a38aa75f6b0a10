// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** presence_dfks in a real Kamailio: its SUBSCRIBE is published through pua, to itself. */
class PresenceDfksTest {
  private static final String TYPE = "application/x-as-feature-event+xml";
  private static final String CSTA =
      "xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed3\"";

  private static SipMessage set(final RawSipPeer phone, final String uri, final String body) {
    final RequestDraft subscribe =
        phone
            .request("SUBSCRIBE", uri, uri)
            .header("Event", "as-feature-event")
            .header("Contact", "<" + phone.contact("desk") + ">")
            .header("Expires", "600");
    return phone.exchange(body.isEmpty() ? subscribe : subscribe.body(TYPE, body));
  }

  @Test
  @DisplayName("A telephone sets a feature in a SUBSCRIBE and every watcher is told")
  void features(@TempDir final Path directory) {
    Scene.requireModules();
    final KamailioConfig config =
        PuaScene.load(KamailioConfig.memoryOnly(), directory)
            .line("loadmodule \"presence_dfks.so\"");
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port());
        RawSipPeer phone = RawSipPeer.udp(kamailio.port())) {
      final String uri = "sip:desk@127.0.0.1:" + kamailio.port();
      final Watch watch =
          peer.watch(Scene.someone("app"), "sip:desk@127.0.0.1").event("as-feature-event");
      watch.start();
      assertThat(set(phone, uri, "").code()).isEqualTo(200);
      assertThat(
              set(
                      phone,
                      uri,
                      "<SetDoNotDisturb "
                          + CSTA
                          + "><device/><doNotDisturbOn>true</doNotDisturbOn></SetDoNotDisturb>")
                  .code())
          .isEqualTo(200);
      assertThat(watch.next().toString())
          .contains("<DoNotDisturbEvent " + CSTA, "<notKnown/>", "<doNotDisturbOn>true<");
      assertThat(
              set(
                      phone,
                      uri,
                      "<SetForwarding "
                          + CSTA
                          + "><device>d&amp;1</device><forwardDN>sip:2@b</forwardDN>"
                          + "<forwardingType>forwardImmediate</forwardingType>"
                          + "<activateForward>true</activateForward></SetForwarding>")
                  .code())
          .isEqualTo(200);
      assertThat(watch.next().toString())
          .contains(
              "<ForwardingEvent " + CSTA,
              "<device>d&amp;1</device>",
              "<forwardingType>forwardImmediate</forwardingType>",
              "<forwardStatus>true</forwardStatus>",
              "<forwardTo>sip:2@b</forwardTo>");
      assertThat(set(phone, uri, "no document").code()).isEqualTo(415);
      assertThat(set(phone, uri, "<SetDoNotDisturb/>").code()).isEqualTo(500);
      assertThat(set(phone, uri, "<Other/>").code()).isEqualTo(200);
      assertThat(
              peer.publisher("sip:desk@127.0.0.1")
                  .event("as-feature-event", TYPE)
                  .publish("no document", 600)
                  .code())
          .isEqualTo(415);
    }
  }
}
