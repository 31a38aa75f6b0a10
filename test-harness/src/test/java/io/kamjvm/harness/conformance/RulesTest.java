// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Authorisation by the rules in table xcap: force_active 0, integrated_xcap_server 1. */
class RulesTest {
  private static final Duration QUIET = Duration.ofMillis(800);

  @RegisterExtension
  static final Scene SCENE =
      Scene.onSqlite(
          config -> config.presenceXml("force_active", 0).presenceXml("integrated_xcap_server", 1));

  private final String ann = someone("ann");
  private final String bo = someone("bo");

  private static String rule(final String watcher, final String handling, final String provide) {
    return "<cr:rule id=\"r\"><cr:conditions>"
        + (watcher.isEmpty() ? "" : "<cr:identity><cr:one id=\"" + watcher + "\"/></cr:identity>")
        + "</cr:conditions><cr:actions><pr:sub-handling>"
        + handling
        + "</pr:sub-handling></cr:actions><cr:transformations>"
        + provide
        + "</cr:transformations></cr:rule>";
  }

  private String allow(final String provide) {
    return rule(bo, "allow", provide);
  }

  private void annSays(final String... rules) {
    put(
        2,
        "/pres-rules/users/" + ann + "/index",
        "<?xml version=\"1.0\"?><cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\""
            + " xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\">"
            + String.join("", rules)
            + "</cr:ruleset>");
  }

  private void put(final int type, final String uri, final String text) {
    try (Connection connection = SCENE.database().connect();
        PreparedStatement put =
            connection.prepareStatement(
                "REPLACE INTO xcap (username, domain, doc, doc_type, etag, source, doc_uri, port)"
                    + " VALUES (?, ?, ?, ?, 'etag', 0, ?, 0)")) {
      put.setString(1, user(ann));
      put.setString(2, ann.substring(ann.indexOf('@') + 1));
      put.setBytes(3, text.getBytes(StandardCharsets.UTF_8));
      put.setInt(4, type);
      put.setString(5, uri);
      put.execute();
    } catch (final SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void forgetRules() {
    SCENE.database().execute("DELETE FROM xcap WHERE username='" + user(ann) + "'");
  }

  private Kamcmd.Output update() {
    return SCENE.kamailio().kamcmd().run("presence.updateWatchers", ann, "presence");
  }

  private Map<String, String> row() {
    final List<Map<String, String>> rows =
        SCENE
            .database()
            .rows("SELECT status, reason FROM watchers WHERE presentity_uri='" + ann + "'");
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private String asked() {
    return SCENE
        .peer()
        .send(
            SCENE.peer().request(Transport.UDP, "INFO", ann, someone("asker")).header("X-Asks", bo))
        .reason();
  }

  private String document(final String tuple) {
    return "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\""
        + ann
        + "\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\"><tuple id=\""
        + tuple
        + "\"><status><basic>open</basic></status><contact>"
        + ann
        + "</contact></tuple><tuple id=\"mail\"><status><basic>open</basic></status>"
        + "<contact>mailto:ann@lab.example</contact></tuple>"
        + "<dm:person id=\"p\"><dm:note>private</dm:note></dm:person>"
        + "<dm:device id=\"d\"><dm:deviceID>urn:x:1</dm:deviceID></dm:device></presence>";
  }

  private Publisher published() {
    final Publisher publisher = SCENE.peer().publisher(ann);
    publisher.publish(document("t1"));
    return publisher;
  }

  private Watch watch() {
    return SCENE.peer().watch(bo, ann);
  }

  @Test
  @DisplayName("PKG-026 without rules a watcher is pending, and stands so in watchers")
  void pkg026() {
    published();
    final Notify first = watch().start();
    assertThat(first.subscriptionState()).startsWith("pending");
    assertThat(first.body()).isEmpty();
    assertThat(row()).containsEntry("status", "2");
    assertThat(asked()).isEqualTo("status 2");
  }

  @Test
  @DisplayName("PKG-027 a rule that allows the watcher: active with body")
  void pkg027() {
    annSays(allow(""));
    published();
    final Notify first = watch().start();
    assertThat(first.subscriptionState()).startsWith("active");
    assertThat(first.body()).contains("t1", "private");
    assertThat(row()).containsEntry("status", "1");
    assertThat(asked()).isEqualTo("status 1");
  }

  @ParameterizedTest
  @CsvSource({
    "confirm, pending, 2, status 2",
    "block, terminated;reason=rejected, 3, status 3",
    "polite-block, active, 1, status 5"
  })
  @DisplayName("PKG-028 confirm, block, polite-block: no body, no NOTIFY after a PUBLISH")
  void pkg028(final String handling, final String state, final String status, final String asked) {
    annSays(rule(bo, handling, ""));
    final Publisher publisher = published();
    final Watch watch = watch();
    assertThat(watch.subscribe(600).code()).isEqualTo(200);
    final Notify first = watch.next();
    assertThat(first.subscriptionState()).startsWith(state);
    assertThat(first.body()).isEmpty();
    assertThat(row()).containsEntry("status", status);
    assertThat(asked()).isEqualTo(asked);
    publisher.publish(document("t2"));
    watch.expectSilence(QUIET);
  }

  @Test
  @DisplayName("PKG-029 a sub-handling with a blank in front: 500")
  void pkg029() {
    annSays(rule(bo, " allow", ""));
    assertThat(watch().subscribe(600).code()).isEqualTo(500);
  }

  @Test
  @DisplayName("PKG-030 of two rules that apply the first decides")
  void pkg030() {
    annSays(rule(bo, "block", ""), allow(""));
    final Watch watch = watch();
    watch.subscribe(600);
    assertThat(watch.next().subscriptionState()).isEqualTo("terminated;reason=rejected");
  }

  @Test
  @DisplayName("PKG-031 the user part of an identity is compared exactly")
  void pkg031() {
    annSays(rule(bo.replace("sip:bo", "sip:BO"), "allow", ""));
    assertThat(watch().start().subscriptionState()).startsWith("pending");
  }

  @Test
  @Deviation("passes over a rule without identity, Q10")
  @DisplayName("PKG-032 a rule without identity applies to everybody")
  void pkg032() {
    annSays(rule("", "polite-block", ""), allow(""));
    published();
    final Notify first = watch().start();
    assertThat(first.subscriptionState()).startsWith("active");
    assertThat(first.body()).isEmpty();
  }

  @Test
  @Deviation("ends its reading at a comment, Q10")
  @DisplayName("PKG-033 a comment in front of the rules does not matter")
  void pkg033() {
    annSays("<!-- my friends -->", allow(""));
    published();
    assertThat(watch().start().subscriptionState()).startsWith("active");
  }

  @Test
  @Deviation("tells no watcher of watchers, Q17")
  @DisplayName("PKG-034 a pending watcher is let in; watchers of watchers hear it")
  void pkg034() {
    published();
    final Watch watch = watch();
    watch.start();
    final Watch winfo = SCENE.peer().watch(ann, ann).event("presence.winfo");
    winfo.start();
    annSays(allow(""));
    assertThat(update().failed()).isFalse();
    final Notify approved = watch.next();
    assertThat(approved.subscriptionState()).startsWith("active");
    assertThat(approved.body()).contains("private");
    assertThat(winfo.next().body()).contains("status=\"active\">" + bo + "<");
    assertThat(row()).containsEntry("status", "1");
  }

  @Test
  @DisplayName("PKG-035 whom no rule names any more is ended for probation; the dialog is gone")
  void pkg035() {
    annSays(allow(""));
    published();
    final Watch watch = watch();
    watch.start();
    annSays();
    assertThat(update().failed()).isFalse();
    assertThat(watch.next().subscriptionState()).isEqualTo("terminated;reason=probation");
    assertThat(row()).containsEntry("status", "3").containsEntry("reason", "probation");
    assertThat(watch.subscribe(600).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("PKG-037 without rules document an update is a fault and changes nothing")
  void pkg037() {
    annSays(allow(""));
    published();
    final Watch watch = watch();
    watch.start();
    forgetRules();
    assertThat(update().text()).contains("500").contains("Processing error");
    watch.expectSilence(QUIET);
    assertThat(row()).containsEntry("status", "1");
  }

  @Test
  @DisplayName("PKG-038 what was decided holds until somebody says that the rules have changed")
  void pkg038() {
    annSays(allow(""));
    watch().start();
    annSays(rule(bo, "block", ""));
    assertThat(watch().start().subscriptionState()).startsWith("active");
  }

  @Test
  @Deviation("hides only in some NOTIFYs, Q6")
  @DisplayName("PKG-039 what rules hide is in no NOTIFY: first, PUBLISH, refresh, refreshWatchers")
  void pkg039() {
    annSays(allow("<pr:provide-persons>FALSE</pr:provide-persons>"));
    final Publisher publisher = published();
    final Watch watch = watch();
    assertHidden(watch.start(), "t1");
    publisher.publish(document("t2"));
    assertHidden(watch.next(), "t2");
    watch.subscribe(600);
    assertHidden(watch.next(), "t2");
    assertThat(
            SCENE
                .kamailio()
                .kamcmd()
                .run("presence.refreshWatchers", ann, "presence", "1")
                .failed())
        .isFalse();
    assertHidden(watch.next(), "t2");
  }

  private static void assertHidden(final Notify notify, final String tuple) {
    assertThat(notify.body())
        .contains("\"" + tuple + "\"", "device")
        .doesNotContain("person", "private");
  }

  @Test
  @DisplayName("PKG-040 provide-services by scheme: only the sip tuple")
  void pkg040() {
    annSays(
        allow(
            "<pr:provide-services><pr:service-uri-scheme>sip</pr:service-uri-scheme>"
                + "</pr:provide-services>"));
    published();
    assertThat(watch().start().body()).contains("\"t1\"").doesNotContain("\"mail\"");
  }

  @Test
  @Deviation("leaves the devices, Q11")
  @DisplayName("PKG-041 provide-devices FALSE: no devices")
  void pkg041() {
    annSays(allow("<pr:provide-devices>FALSE</pr:provide-devices>"));
    published();
    assertThat(watch().start().body()).contains("person").doesNotContain("device");
  }

  @Test
  @DisplayName("PKG-042 a rule without permissions: the whole document")
  void pkg042() {
    annSays(allow(""));
    published();
    assertThat(watch().start().body()).contains("\"t1\"", "\"mail\"", "person", "device");
  }

  @Test
  @Deviation("does not show hard state with startup_mode 1, Q15")
  @DisplayName("PKG-058 hard state: stored under the file's name for ever, merged, removed")
  void pkg058() {
    annSays(allow(""));
    published();
    final Watch watch = watch();
    watch.start();
    final String uri = "/pidf-manipulation/users/" + ann + "/hard";
    put(16, uri, document("hard"));
    final String[] refresh = {"presence.refreshWatchers", ann, "presence", "2", uri, "hard.xml"};
    assertThat(SCENE.kamailio().kamcmd().run(refresh).failed()).isFalse();
    assertThat(watch.next().body()).contains("\"hard\"", "\"t1\"");
    final String stored =
        "SELECT expires FROM presentity WHERE etag='hard.xml' AND username='" + user(ann) + "'";
    assertThat(SCENE.database().rows(stored)).containsExactly(Map.of("expires", "-1"));
    forgetRules();
    SCENE.kamailio().kamcmd().run(refresh);
    Await.until(
        "the row is gone", Duration.ofSeconds(10), () -> SCENE.database().rows(stored).isEmpty());
  }
}
