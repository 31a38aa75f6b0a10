// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.SipMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions of pua_reginfo and pua_usrloc as a KEMI script calls them. */
class ReginfoKemiTest {
  private static final String SCRIPT =
      """
      function ksr_request_route() {
        if(KSR.is_method("OPTIONS")) {
          KSR.sl.sl_send_reply(200, "OK");
        } else if(KSR.is_method("REGISTER")) {
          if(KSR.pv.get("$hdr(X-Silent)") != null) {
            KSR.pua_reginfo.reginfo_disable_publish();
          }
          KSR.pua.pua_set_publish();
          KSR.registrar.save("location", 0);
        } else if(KSR.is_method("NOTIFY")) {
          var rc = KSR.pua_reginfo.reginfo_handle_notify("location");
          KSR.sl.sl_send_reply(299, "code " + rc);
        } else {
          var uri = KSR.pv.get("$hdr(X-Subscribe)");
          var one = KSR.pua_reginfo.reginfo_subscribe(uri);
          var other = "sip:other" + uri.substring(uri.indexOf("@"));
          var two = KSR.pua_reginfo.reginfo_subscribe_expires(other, 120);
          var three = KSR.pua.pua_update_contact();
          KSR.sl.sl_send_reply(299, "codes " + one + " " + two + " " + three);
        }
      }
      """;

  @Test
  @DisplayName("All of them work from a KEMI script; pua's own function is still there")
  void functions(@TempDir final Path directory) throws IOException {
    Scene.requireModules();
    final Path script = directory.resolve("script.js");
    Files.writeString(script, SCRIPT);
    try (StubServer stub = new StubServer();
        KamailioProcess kamailio =
            KamailioProcess.start(
                RegistrarScene.publishing(
                        RegistrarScene.modules(
                            KamailioConfig.memoryOnly(), directory.resolve("pua.db")),
                        stub)
                    .line("loadmodule \"pua_usrloc.so\"")
                    .line("modparam(\"pua_usrloc\", \"default_domain\", \"home.invalid\")")
                    .line(
                        "modparam(\"pua\", \"outbound_proxy\", \"sip:127.0.0.1:"
                            + stub.port()
                            + "\")")
                    .line("modparam(\"usrloc\", \"preload\", \"location\")")
                    .line("loadmodule \"app_jsdt.so\"")
                    .line("modparam(\"app_jsdt\", \"load\", \"" + script + "\")")
                    .script("cfgengine \"jsdt\"\n"));
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      final String kim = "sip:kim@home.invalid";
      final SipMessage codes =
          peer.exchange(peer.request("INFO", kim, kim).header("X-Subscribe", stub.uri("told")));
      assertThat(codes.reason()).isEqualTo("codes 1 1 -1");
      // two couriers send them, and both are refreshed when the location table has been read
      final Set<String> seen = new TreeSet<>();
      while (!seen.containsAll(Set.of("sip:told 3610", "sip:other 130"))) {
        final SipMessage subscribe = stub.next("");
        seen.add(
            subscribe.requestUri().replaceAll("@.*", "") + " " + subscribe.required("Expires"));
      }
      peer.exchange(
          peer.request("REGISTER", "sip:home.invalid", kim)
              .with("To", "<" + kim + ">")
              .header("X-Silent", "1")
              .header("Contact", "<sip:kim@192.0.2.1>"));
      final SipMessage publish = stub.next("kim");
      assertThat(publish.required("Event")).isEqualTo("presence");
      assertThat(stub.find("kim", Duration.ofMillis(500))).isEmpty();
      final SipMessage notified =
          peer.exchange(
              peer.request("NOTIFY", "sip:x@y", kim)
                  .body(
                      "application/reginfo+xml",
                      ReginfoDocuments.document(
                          ReginfoDocuments.active(
                              "kim",
                              ReginfoDocuments.contact(
                                  "sip:kim@192.0.2.2", "created", ReginfoDocuments.expires(60))))));
      assertThat(notified.reason()).isEqualTo("code 1");
    }
  }
}
