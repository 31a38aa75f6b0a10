// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** presence_xml with rules out of an XCAP server. */
class XcapRulesTest {
  private static final String HIDING =
      RulesTest.ruleset(
          "<rule id=\"r\"><conditions><identity><many/></identity></conditions><actions>"
              + "<pr:sub-handling>allow</pr:sub-handling></actions><transformations>"
              + "<pr:provide-persons>FALSE</pr:provide-persons></transformations></rule>");

  private HttpServer server;
  private volatile int code = 200;
  private volatile String document = HIDING;
  private final World world = new World();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          final byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(code, code == 200 ? bytes.length : -1);
          if (code == 200) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
    server.start();
    world
        .param("presence_xml", "force_active", 0)
        .param("presence_xml", "integrated_xcap_server", 0)
        .param("presence_xml", "xcap_server", "http://127.0.0.1:" + server.getAddress().getPort())
        .start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String body(final String id) {
    return "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@d\""
        + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\"><tuple id=\""
        + id
        + "\"><status><basic>open</basic></status></tuple><dm:person id=\"p\"><dm:note>secret"
        + "</dm:note></dm:person></presence>";
  }

  private void seesTheRest(final String id) {
    world.peers.take();
    world.publish(publish().expires(3600).body(body(id)));
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains(id).doesNotContain("secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"503", "refused", "broken"})
  @DisplayName(
      "while the server fails its last rules hide what they hid, but nobody is judged by them")
  void failing(final String how) {
    world.subscribe(subscribe().expires(3600));
    seesTheRest("t1");
    switch (how) {
      case "refused" -> server.stop(0);
      case "broken" -> document = "<ruleset>";
      default -> code = 503;
    }
    world.advance(60);
    seesTheRest("t2");
    assertThat(world.subscribe(subscribe().callId("c2").from("sip:cy@d")).busy).isTrue();
    assertThat(world.store.watchers).hasSize(1);
    assertThat(world.function("pres_auth_status", "sip:cy@d", "sip:bob@d")).isEqualTo(-1);
    assertThat(world.rpc("presence.updateWatchers", "sip:bob@d", "presence").fault).isEqualTo(500);
    seesTheRest("t3");
    if (!how.equals("refused")) {
      code = 200;
      document = HIDING.replace("allow", "block");
      assertThat(world.rpc("presence.updateWatchers", "sip:bob@d", "presence").fault).isZero();
      assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
    }
  }
}
