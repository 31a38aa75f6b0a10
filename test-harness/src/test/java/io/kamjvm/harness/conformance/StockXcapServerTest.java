// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The distribution's xcap_server in one Kamailio with our modules, on the same xcap table. */
class StockXcapServerTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @RegisterExtension
  static final Scene SCENE =
      Scene.onSqlite(
          config ->
              config
                  .global("tcp_accept_no_cl=yes")
                  .presenceXml("force_active", 0)
                  .presenceXml("integrated_xcap_server", 1)
                  .line("loadmodule \"xhttp.so\"")
                  .line("loadmodule \"xcap_server.so\"")
                  .sameDatabase("xcap_server", "db_url")
                  .script(
                      """
                      request_route {
                        if(is_method("PUBLISH")) handle_publish();
                        else if(is_method("SUBSCRIBE")) handle_subscribe();
                        else if(is_method("OPTIONS")) sl_send_reply("200", "OK");
                        exit;
                      }
                      event_route[xhttp:request] {
                        $xcapuri(u=>data) = $hu;
                        $var(owner) = $(xcapuri(u=>xuid));
                        if($rm == "PUT") {
                          xcaps_put("$var(owner)", "$hu", "$rb");
                          pres_refresh_watchers("$var(owner)", "presence", "0");
                        } else if($rm == "GET") {
                          xcaps_get("$var(owner)", "$hu");
                        } else if($rm == "DELETE") {
                          xcaps_del("$var(owner)", "$hu");
                        }
                        exit;
                      }
                      """));

  private static HttpResponse<String> http(final HttpRequest.Builder request, final String user)
      throws IOException, InterruptedException {
    return HTTP.send(
        request
            .uri(
                URI.create(
                    "http://127.0.0.1:"
                        + SCENE.kamailio().port()
                        + "/xcap-root/pres-rules/users/"
                        + user
                        + "/index"))
            .build(),
        BodyHandlers.ofString());
  }

  private static String put(final String user, final String rules)
      throws IOException, InterruptedException {
    final HttpResponse<String> stored =
        http(HttpRequest.newBuilder().PUT(BodyPublishers.ofString(rules)), user);
    assertThat(stored.statusCode()).isEqualTo(200);
    return stored.headers().firstValue("ETag").orElseThrow();
  }

  private static String ruleset(final String watcher, final String handling) {
    return "<ruleset xmlns=\"urn:ietf:params:xml:ns:common-policy\""
        + " xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\">"
        + "<rule id=\"r\"><conditions><identity><one id=\""
        + watcher
        + "\"/></identity></conditions><actions><pr:sub-handling>"
        + handling
        + "</pr:sub-handling></actions></rule></ruleset>";
  }

  @Test
  @DisplayName("PKG-059 xcaps_put twice: the first entity-tag gets 200, the second 304")
  void pkg059() throws IOException, InterruptedException {
    final String ann = someone("ann");
    final String first = put(ann, ruleset("sip:bo@d", "allow"));
    final String second = put(ann, ruleset("sip:bo@d", "block"));
    final HttpResponse<String> changed =
        http(HttpRequest.newBuilder().GET().header("If-None-Match", first), ann);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).contains("block");
    assertThat(
            http(HttpRequest.newBuilder().GET().header("If-None-Match", second), ann).statusCode())
        .isEqualTo(304);
  }

  @Test
  @DisplayName("PKG-060 xcaps_del of a document that is not there: 500")
  void pkg060() throws IOException, InterruptedException {
    assertThat(http(HttpRequest.newBuilder().DELETE(), someone("cy")).statusCode()).isEqualTo(500);
  }

  @Test
  @DisplayName("rules that xcap_server stores decide at once about who watches")
  void rules() throws IOException, InterruptedException {
    final String ann = someone("ann");
    final String bo = someone("bo");
    SCENE.peer().publisher(ann).publish(Documents.pidf(ann, "t", "open", "hello " + user(ann)));
    final Watch watch = SCENE.peer().watch(bo, ann);
    assertThat(watch.start().subscriptionState()).startsWith("pending");
    put(ann, ruleset(bo, "allow"));
    assertThat(watch.next().subscriptionState()).startsWith("active");
    put(ann, ruleset(bo, "block"));
    assertThat(watch.next().subscriptionState()).startsWith("terminated");
  }
}
