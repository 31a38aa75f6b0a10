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
import io.kamjvm.harness.sip.Watch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static void fault(final String text, final String method, final Object... params) {
    final String[] command = new String[params.length + 1];
    command[0] = method;
    for (int i = 0; i < params.length; i++) {
      command[i + 1] = params[i] instanceof Integer ? params[i].toString() : "s:" + params[i];
    }
    final Kamcmd.Output binary = kamcmd(command);
    assertThat(binary.failed()).as(binary.text()).isTrue();
    assertThat(binary.text()).contains("500").contains(text);
    assertThat(json(method, params)).contains("\"code\":500").contains(text);
  }

  private static String json(final String method, final Object... params) {
    return JSON.call(method, params).replace("\t", "");
  }

  @Test
  @DisplayName("PRES-089 refreshWatchers: which arguments are missing or empty, by either door")
  void pres089() {
    final String bob = someone("bob");
    final String refresh = "presence.refreshWatchers";
    fault("Not enough parameters", refresh);
    fault("Not enough parameters", refresh, bob, "presence");
    fault("Empty presentity URI", refresh, "", "presence", 1);
    fault("Empty event parameter", refresh, bob, "", 1);
    fault("No file uri or name parameters", refresh, bob, "presence", 2);
    fault("Empty file uri parameter", refresh, bob, "presence", 2, "", "name");
    fault("Empty file name parameter", refresh, bob, "presence", 2, "uri", "");
    fault("Execution failed", refresh, bob, "no-such-event", 1);
  }

  @Test
  @DisplayName("updateWatchers: which arguments are missing or empty, by either door")
  void updateFaults() {
    final String bob = someone("bob");
    final String update = "presence.updateWatchers";
    fault("Not enough parameters", update, bob);
    fault("Empty presentity URI", update, "", "presence");
    fault("Empty event parameter", update, bob, "");
    fault("Processing error", update, bob, "no-such-event");
  }

  @Test
  @DisplayName("refreshWatchers tells the watchers again; its type may be a number or a text")
  void refresh() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    assertThat(kamcmd("presence.refreshWatchers", bob, "presence", "1").failed()).isFalse();
    alice.next();
    assertThat(json("presence.refreshWatchers", bob, "presence", 1)).doesNotContain("error");
    alice.next();
  }

  @Test
  @Deviation("takes a number only")
  @DisplayName("refreshWatchers: its type may be a text too")
  void refreshByText() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    assertThat(kamcmd("presence.refreshWatchers", bob, "presence", "s:1").failed()).isFalse();
    alice.next();
    assertThat(json("presence.refreshWatchers", bob, "presence", "1")).doesNotContain("error");
    alice.next();
  }

  @Test
  @Deviation("only newer versions have it")
  @DisplayName("PRES-093 presentity_show takes a user of digits as a text and as a number")
  void pres093() {
    final String user = Long.toString(System.nanoTime() % 1_000_000_000 + 1_000_000_000);
    final String presentity = "sip:" + user + "@digits.example.org";
    SCENE.peer().publisher(presentity).publish(Documents.pidf(presentity, "t", "open", "7"));
    final String show = "presence.presentity_show";
    for (final String each : new String[] {"s:" + user, user, "s:*"}) {
      assertThat(kamcmd(show, "basic", each, "DIGITS.example.org").field("user"))
          .as(each)
          .containsExactly(user);
    }
    assertThat(json(show, "basic", Integer.parseInt(user), "*"))
        .contains("\"user\":\"" + user + "\"");
    assertThat(json(show, "full", user, "*")).contains("\"ruid\":").contains("\"body\":");
    assertThat(kamcmd(show, "basic", "s:" + user, "other.example.org").field("user")).isEmpty();
    fault("Unknown output mode", show, "xyz", "*", "*");
    fault("Not enough parameters", show, "basic", "*");
  }

  private static String names(final String record) {
    return Pattern.compile("\"(\\w+)\":[\"\\d-]")
        .matcher(record)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.joining(" "));
  }

  @Test
  @Deviation("only newer versions have it")
  @DisplayName("PRES-094 watcher_list: the fields in their order, numbers as numbers")
  void pres094() {
    final String bob = someone("bob");
    final Watch alice = SCENE.peer().watch(someone("alice"), bob);
    alice.start();
    final String fields =
        "pres_uri to_user to_domain from_user from_domain watcher_user watcher_domain contact"
            + " event_id callid user_agent expires status version flags";
    final String more =
        " reason to_tag from_tag socket local_contact record_route auth_rules remote_cseq"
            + " local_cseq recv_event updated updated_winfo";
    final String basic = json("presence.watcher_list", "basic", bob.replace("bob", "BOB"));
    assertThat(names(basic.substring(basic.indexOf('[')))).startsWith(fields).doesNotContain("tag");
    assertThat(basic).contains("\"status\":1,").containsPattern("\"expires\":\\d{10},");
    final String full = json("presence.watcher_list", "full", bob);
    assertThat(names(full.substring(full.indexOf('[')))).startsWith(fields + more);
    assertThat(full).contains("\"remote_cseq\":1,").contains("\"updated\":-1,");
    final Kamcmd.Output binary = kamcmd("presence.watcher_list", "full", bob);
    assertThat(binary.field("callid")).containsExactly(alice.callId());
    assertThat(binary.field("from_tag")).containsExactly(alice.fromTag());
    assertThat(kamcmd("presence.watcher_list", "basic", someone("nobody")).field("callid"))
        .isEmpty();
    fault("Unknown output mode", "presence.watcher_list", "xyz", bob);
    fault("Not enough parameters", "presence.watcher_list", "full");
  }

  @Test
  @Deviation("only newer versions have it, and it crashes there")
  @DisplayName("PRES-095 publish_cache_sync without such a cache: a fault")
  void pres095() {
    fault("Failed to sync presinity table with the publish cache.", "presence.publish_cache_sync");
  }
}
