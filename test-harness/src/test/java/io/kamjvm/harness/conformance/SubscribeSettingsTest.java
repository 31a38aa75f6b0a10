// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SUBSCRIBE under parameters that differ from the baseline; one Kamailio per nested class. */
class SubscribeSettingsTest {

  @Nested
  class Respond202 {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("subs_respond_200", 0));

    @Test
    @DisplayName("PRES-037 subs_respond_200=0 answers 202, also to a refresh")
    void pres037() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      assertThat(alice.subscribe(600).startLine()).isEqualTo("SIP/2.0 202 OK");
      alice.next();
      assertThat(alice.subscribe(600).startLine()).isEqualTo("SIP/2.0 202 OK");
    }
  }

  @Nested
  class MinExpiresRefuses {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("min_expires", 120));

    @Test
    @DisplayName("PRES-039 below min_expires is answered 423; Expires 0 never")
    void pres039Refused() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      final SipMessage brief = alice.subscribe(60);
      assertThat(brief.startLine()).isEqualTo("SIP/2.0 423 Interval Too Brief");
      assertThat(brief.header("Min-Expires")).contains("120");
      assertThat(SCENE.peer().watch(someone("alice"), someone("bob")).subscribe(0).code())
          .isEqualTo(200);
    }
  }

  @Nested
  class MinExpiresRaises {
    @RegisterExtension
    static final Scene SCENE =
        Scene.inMemory(
            config -> config.presence("min_expires", 120).presence("min_expires_action", 2));

    @Test
    @DisplayName("PRES-039 below min_expires is raised with action 2; Expires 0 stays 0")
    void pres039Raised() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      assertThat(alice.subscribe(60).header("Expires")).contains("120");
      assertThat(alice.next().expires()).isBetween(118, 120);
      assertThat(alice.subscribe(0).header("Expires")).contains("0");
    }
  }

  @Nested
  class CseqOffset {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("cseq_offset", 1));

    @Test
    @DisplayName("PRES-045 cseq_offset=1 accepts an equal CSeq and refuses a lower one")
    void pres045Offset() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      alice.start();
      alice.subscribe(600);
      alice.next();
      final long cseq = alice.lastCseq();
      final RequestDraft equal =
          alice.draft().with("CSeq", cseq + " SUBSCRIBE").header("Expires", "600");
      assertThat(alice.send(equal).code()).isEqualTo(200);
      final RequestDraft lower =
          alice.draft().with("CSeq", (cseq - 1) + " SUBSCRIBE").header("Expires", "600");
      assertThat(alice.send(lower).startLine()).isEqualTo("SIP/2.0 400 Bad request");
    }
  }

  @Nested
  class ServerAddress {
    private static final String ADDRESS = "sip:10.0.0.1:5060";

    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("server_address", ADDRESS));

    @Test
    @DisplayName("PRES-049 server_address is the Contact; TCP adds its transport, UDP nothing")
    void pres049() {
      final Watch tcp = SCENE.peer().watch(someone("alice"), someone("bob"), Transport.TCP);
      assertThat(tcp.subscribe(600).header("Contact")).contains("<" + ADDRESS + ";transport=tcp>");
      assertThat(tcp.next().message().header("Contact"))
          .contains("<" + ADDRESS + ";transport=tcp>");
      final Watch udp = SCENE.peer().watch(someone("alice"), someone("bob"));
      assertThat(udp.subscribe(600).header("Contact")).contains("<" + ADDRESS + ">");
      assertThat(udp.next().message().header("Contact")).contains("<" + ADDRESS + ">");
    }
  }
}
