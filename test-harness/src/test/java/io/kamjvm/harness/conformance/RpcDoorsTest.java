// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The RPC commands through both doors: kamcmd (binrpc) and JSON-RPC. */
class RpcDoorsTest {
  private static final JsonRpc JSON = new JsonRpc();

  @RegisterExtension static final Scene SCENE = Scene.inMemory(JSON::into);

  @AfterAll
  static void remove() {
    JSON.close();
  }

  private static Kamcmd.Output kamcmd(final String... command) {
    return SCENE.kamailio().kamcmd().run(command);
  }

  @Test
  @DisplayName("presence.cleanup answers Reload OK")
  void cleanup() {
    assertThat(kamcmd("presence.cleanup").text()).contains("Reload OK");
    assertThat(JSON.call("presence.cleanup")).contains("\"result\":").contains("Reload OK");
  }

  @Test
  @DisplayName("PRES-096 presentity_list: the fields in their order, numbers as numbers")
  void list() {
    final String bob = someone("bob");
    final Publisher publisher = SCENE.peer().publisher(bob);
    publisher.publish(Documents.pidf(bob, "t", "open", "both doors"));
    final String record =
        "\"user\":\"%s\",\"domain\":\"example.org\",\"event\":\"presence\",\"etag\":\"%s\",\"sender\":\"\",\"expires\":"
            .formatted(user(bob), publisher.etag());
    final String basic = JSON.call("presence.presentity_list").replace("\t", "");
    assertThat(basic).containsPattern(Pattern.quote(record) + "\\d{10}\\s*}");
    final String full = JSON.call("presence.presentity_list", "full").replace("\t", "");
    assertThat(full)
        .containsPattern(
            Pattern.quote(record)
                + "\\d{10},\"received_time\":\\d{10},\"priority\":0,\"ruid\":\"[^\"]+\",\"body\":\".*both"
                + " doors.*\",\"hashid\":\\d+");
    assertThat(kamcmd("presence.presentity_list").field("etag")).contains(publisher.etag());
    assertThat(kamcmd("presence.presentity_list", "full").text()).contains("both doors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "presence.cleanup",
        "presence.presentity_list",
        "presence.refreshWatchers",
        "presence.updateWatchers"
      })
  @DisplayName("each command is there, with a description")
  void documented(final String command) {
    assertThat(kamcmd("system.listMethods").text()).contains(command);
    assertThat(kamcmd("help", command).text().strip()).isNotEmpty().doesNotContain("not found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "presence.presentity_show",
        "presence.watcher_list",
        "presence.publish_cache_sync"
      })
  @Deviation("only newer versions have it")
  @DisplayName("each command of the newer versions is there, with a description")
  void documentedNewer(final String command) {
    documented(command);
  }

  @Test
  @DisplayName("a fault has code 500 and its text, whichever door it leaves by")
  void faults() {
    final String event = "no-such-event";
    final Kamcmd.Output binary = kamcmd("presence.refreshWatchers", someone("bob"), event, "1");
    assertThat(binary.failed()).isTrue();
    assertThat(binary.text()).contains("500").contains("Execution failed");
    assertThat(JSON.call("presence.refreshWatchers", someone("bob"), event, 1))
        .containsPattern("\"code\":\\s*500")
        .contains("Execution failed");
  }
}
