// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules that are not in the table but on an XCAP server: integrated_xcap_server 0. */
@Deviation("needs xcap_client, whose fetches fail")
class RulesServerTest {
  private static final Map<String, String> RULES = new ConcurrentHashMap<>();
  private static final List<String> ASKED = new CopyOnWriteArrayList<>();
  private static final HttpServer SERVER = server();

  @RegisterExtension
  static final Scene SCENE =
      Scene.onSqlite(
          config ->
              config
                  .presenceXml("force_active", 0)
                  .presenceXml("xcapauth_userdel_reason", "probation;retry-after=30")
                  .presenceXml("xcap_server", "http://127.0.0.1:" + SERVER.getAddress().getPort()));

  private static HttpServer server() {
    try {
      final HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            final String path = exchange.getRequestURI().toString();
            ASKED.add(path);
            final Optional<byte[]> rules =
                Optional.ofNullable(RULES.get(path))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(
                rules.isPresent() ? 200 : 404, rules.map(r -> (long) r.length).orElse(-1L));
            if (rules.isPresent()) {
              exchange.getResponseBody().write(rules.get());
            }
            exchange.close();
          });
      server.start();
      return server;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    SERVER.stop(0);
  }

  private static String path(final String presentity) {
    return "/pres-rules/users/" + presentity + "/index";
  }

  private static String ruleset(final String watcher, final String handling) {
    return "<ruleset><rule id=\"r\"><conditions><identity><one id=\""
        + watcher
        + "\"/></identity></conditions><actions><sub-handling>"
        + handling
        + "</sub-handling></actions></rule></ruleset>";
  }

  @Test
  @DisplayName(
      "the server's rules let a watcher in, and PKG-036 end it with xcapauth_userdel_reason")
  void pkg036() {
    final String ann = someone("ann");
    final String bo = someone("bo");
    RULES.put(path(ann), ruleset(bo, "allow"));
    SCENE.peer().publisher(ann).publish(Documents.pidf(ann, "t", "open", "hello"));
    final Watch watch = SCENE.peer().watch(bo, ann);
    assertThat(watch.start().body()).contains("hello");
    RULES.put(path(ann), "<ruleset/>");
    assertThat(SCENE.kamailio().kamcmd().run("presence.updateWatchers", ann, "presence").failed())
        .isFalse();
    assertThat(watch.next(Duration.ofSeconds(10)).subscriptionState())
        .isEqualTo("terminated;reason=probation;retry-after=30");
  }

  @Test
  @DisplayName("no rules anywhere: pending; the table comes first")
  void table() {
    final String ann = someone("ann");
    final String bo = someone("bo");
    assertThat(SCENE.peer().watch(bo, ann).start().subscriptionState()).startsWith("pending");
    assertThat(ASKED).contains(path(ann));
    final String cy = someone("cy");
    RULES.put(path(cy), ruleset(bo, "block"));
    SCENE
        .database()
        .execute(
            "INSERT INTO xcap (username, domain, doc, doc_type, etag, source, doc_uri, port)"
                + " VALUES ('"
                + user(cy)
                + "', '"
                + cy.substring(cy.indexOf('@') + 1)
                + "', '"
                + ruleset(bo, "allow")
                + "', 2, 'e', 0, '/"
                + user(cy)
                + "', 0)");
    assertThat(SCENE.peer().watch(bo, cy).start().subscriptionState()).startsWith("active");
    assertThat(ASKED).doesNotContain(path(cy));
  }
}
