// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pa;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.NotifyAnswer;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agent in a real Kamailio, with the manual's script. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class PaTest {
  @RegisterExtension
  static final PaScene SCENE =
      PaScene.ofExample(
          "modparam(\"registrar\", \"min_expires\", 1)",
          "modparam(\"tm\", \"fr_timer\", 2500)",
          "modparam(\"pa\", \"pa_domain\", \"ser.example.com\")",
          "modparam(\"pa\", \"accept_internal_subscriptions\", 1)",
          "loadmodule \"presence_b2b.so\"",
          "modparam(\"presence_b2b\", \"handle_presence_subscriptions\", 0)",
          "event_route[presence-b2b:notify] {",
          " xlog(\"L_NOTICE\", \"SAID $pb2b(record) $pb2b(status) $pb2b(basic)\\n\");",
          "}");

  private static String contact(final String user) {
    return "sip:" + user + "@192.0.2.9:5070";
  }

  private static void quiet(final Watch watch) {
    watch.expectSilence(Duration.ofMillis(2_500));
  }

  @Test
  @DisplayName("PAB-009 SUBSCRIBE as in the manual: 200, then a NOTIFY with the tuple none")
  void pab009() {
    final Watch watch = SCENE.watch(someone("bob"));
    final SipMessage reply = watch.send(watch.draft());
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.required("Expires")).isEqualTo("3600");
    assertThat(reply.required("Contact"))
        .isEqualTo("<sip:127.0.0.1:" + SCENE.kamailio().port() + ">");
    final Notify notify = watch.next();
    assertThat(notify.state()).isEqualTo("active");
    assertThat(notify.expires()).isBetween(3590, 3600);
    assertThat(notify.body()).contains("id=\"none\"").contains("closed");
    assertThat(notify.contentType().orElse("")).startsWith("application/pidf+xml");
  }

  @Test
  @DisplayName("PAB-011 PAB-013 PAB-014 a fetch; Accept decides about the document")
  void pab011() {
    final String bob = someone("bob");
    final Watch fetch = SCENE.watch(bob);
    assertThat(fetch.subscribe(0).required("Expires")).isEqualTo("0");
    final Notify only = fetch.next();
    assertThat(only.subscriptionState()).isEqualTo("terminated;reason=timeout");
    assertThat(only.body()).contains("none");
    final Watch xpidf = SCENE.watch(bob).header("Accept", "application/xpidf+xml");
    assertThat(xpidf.start().body()).contains("<!DOCTYPE presence PUBLIC");
    final Watch lean = SCENE.watch(bob).header("Accept", "text/lpidf");
    assertThat(lean.start().body()).startsWith("To: " + bob);
    final Watch none = SCENE.watch(bob).header("Accept", "application/sdp");
    assertThat(none.subscribe(600).code()).isEqualTo(406);
  }

  @Test
  @DisplayName("PAB-012 PAB-017 an unknown package: 489; a dialog that is none: 481")
  void pab012() {
    final Watch other = SCENE.watch(someone("bob")).event("foo");
    assertThat(other.subscribe(600).code()).isEqualTo(489);
    final Watch watch = SCENE.watch(someone("bob"));
    assertThat(watch.send(watch.draft().with("To", "<" + someone("bob") + ">;tag=nobody")).code())
        .isEqualTo(481);
  }

  @Test
  @DisplayName("PAB-016 PAB-018 a refresh addressed to our Contact, and the end")
  void pab016() {
    final String bob = someone("bob");
    final Watch watch = SCENE.watch(bob);
    final long first = watch.start().cseq();
    assertThat(watch.subscribe(300).code()).isEqualTo(200);
    assertThat(watch.next().cseq()).isEqualTo(first + 1);
    assertThat(watch.subscribe(0).code()).isEqualTo(200);
    assertThat(watch.next().subscriptionState()).isEqualTo("terminated;reason=timeout");
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"));
    quiet(watch);
  }

  @Test
  @DisplayName("PAB-019 PAB-020 who does not refresh, and who answers 481, is forgotten")
  void pab019() {
    final String bob = someone("bob");
    final Watch brief = SCENE.watch(bob);
    assertThat(brief.subscribe(2).code()).isEqualTo(200);
    brief.next();
    assertThat(brief.next(PaScene.PATIENCE).subscriptionState())
        .isEqualTo("terminated;reason=timeout");
    final Watch gone = SCENE.watch(bob);
    gone.answering(NotifyAnswer.code(481));
    gone.start();
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"));
    quiet(gone);
  }

  @Test
  @DisplayName("PAB-021 who does not answer a NOTIFY is forgotten")
  void pab021() {
    final String bob = someone("bob");
    final Watch mute = SCENE.watch(bob).answering(NotifyAnswer.NONE);
    mute.start();
    final var kamcmd = SCENE.kamailio().kamcmd();
    assertThat(kamcmd.run("pa.watched", "registrar").text()).contains(bob);
    Await.until(
        "nobody watches",
        PaScene.PATIENCE,
        () -> !kamcmd.run("pa.watched", "registrar").text().contains(bob));
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"));
    quiet(mute);
  }

  @Test
  @DisplayName("PAB-023 two dialogs of one watcher with different Event ids hear their own")
  void pab023() {
    final String bob = someone("bob");
    final String alice = someone("alice");
    final Watch one = SCENE.peer().watch(alice, bob).event("presence;id=1");
    final Watch two = SCENE.peer().watch(alice, bob).event("presence;id=2");
    assertThat(one.start().message().required("Event")).isEqualTo("presence;id=1");
    assertThat(two.start().message().required("Event")).isEqualTo("presence;id=2");
    SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "both"));
    for (final Watch each : new Watch[] {one, two}) {
      final Notify notify = each.next(PaScene.PATIENCE);
      assertThat(notify.body()).contains("both");
      assertThat(notify.message().required("Event"))
          .isEqualTo(each == one ? "presence;id=1" : "presence;id=2");
    }
  }

  @Test
  @DisplayName("PAB-101 pa alone serves internal subscriptions: every message comes once")
  void pab101() {
    final String bob = someone("bob");
    final var kamcmd = SCENE.kamailio().kamcmd();
    final var made = kamcmd.run("presence_b2b.subscribe", bob, someone("alice"));
    assertThat(made.failed()).isFalse();
    said("SAID " + bob + " active");
    SCENE.register(bob, contact("bob"), 600);
    said("SAID " + bob + " active open");
    SCENE.register(bob, contact("bob"), 0);
    said("SAID " + bob + " active closed");
    assertThat(kamcmd.run("presence_b2b.unsubscribe", made.field("id").get(0)).failed()).isFalse();
    assertThat(
            SCENE.kamailio().log().matching("SAID " + Pattern.quote(bob) + " active (open|closed)"))
        .hasSize(2);
  }

  @Test
  @DisplayName("PAB-102 xcap-change: which document at pa_domain has changed")
  void pab102() {
    final String bob = someone("bob");
    final Watch watch = SCENE.watch(bob).event("xcap-change");
    assertThat(watch.start().body()).contains("<documents>").doesNotContain("<document ");
    SCENE.peer().publisher(bob).event("xcap-change", "text/plain").publish("presence-lists");
    final Notify notify = watch.next(PaScene.PATIENCE);
    assertThat(notify.contentType().orElse("")).startsWith("application/xcap-change+xml");
    assertThat(notify.body())
        .contains("uri=\"http://ser.example.com/presence-lists/users/" + bob.substring(4))
        .doesNotContain("watcherinfo");
  }

  @Test
  @DisplayName("PAB-026 PAB-028 PAB-029 PAB-030 registrations come, stay and go")
  void pab026() {
    final String bob = "sip:" + someone("bob").substring(4);
    final Watch watch = SCENE.watch(bob);
    assertThat(watch.start().body()).contains("none");
    assertThat(SCENE.register(bob, contact("one"), 600).code()).isEqualTo(200);
    final String open = watch.next(PaScene.PATIENCE).body();
    assertThat(open)
        .contains("<basic>open</basic>")
        .contains("<contact priority=\"0.50\">" + contact("one") + "</contact>");
    SCENE.register(bob, contact("two"), 600);
    assertThat(watch.next(PaScene.PATIENCE).body().split("<basic>open</basic>")).hasSize(3);
    SCENE.register(bob, contact("two"), 700);
    quiet(watch);
    SCENE.register(bob, contact("two"), 0);
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("closed");
    assertThat(watch.next(PaScene.PATIENCE).body())
        .contains(contact("one"))
        .doesNotContain(contact("two"));
  }

  @Test
  @DisplayName(
      "PAB-027 PAB-034 who has registered before is open in the first NOTIFY; & is escaped")
  void pab027() {
    final String bob = someone("bob");
    SCENE.register(bob, contact("bob") + ";a=1&b", 600);
    final Watch watch = SCENE.watch(bob);
    assertThat(watch.start().body()).contains("open").contains("a=1&amp;b");
  }

  @Test
  @DisplayName("PAB-031 a binding that expires: closed or gone, in the end only none")
  void pab031() {
    final String bob = someone("bob");
    SCENE.register(bob, contact("bob"), 2);
    final Watch watch = SCENE.watch(bob);
    watch.start();
    watch.untilBody("id=\"none\"", PaScene.PATIENCE);
  }

  @Test
  @DisplayName("PAB-035 PAB-036 PAB-037 PAB-038 PAB-041 a publication's life")
  void pab035() {
    final String bob = someone("bob");
    final Watch watch = SCENE.watch(bob);
    watch.start();
    final Publisher phone = SCENE.peer().publisher(bob);
    phone.publish(Documents.withActivity(bob, "theirs", "open", "busy"));
    final String body = watch.next(PaScene.PATIENCE).body();
    assertThat(body).contains("open").contains("busy").doesNotContain("id=\"theirs\"");
    final String tag = phone.etag();
    assertThat(phone.refresh(600).code()).isEqualTo(200);
    assertThat(phone.etag()).isNotEqualTo(tag);
    quiet(watch);
    phone.publish(Documents.pidf(bob, "theirs", "closed", "gone home"));
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("gone home").doesNotContain("busy");
    phone.remove();
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("none");
  }

  @Test
  @DisplayName("PAB-039 PAB-040 PAB-042 PAB-045 PUBLISH refused, and bounded")
  void pab039() {
    final String bob = someone("bob");
    final Publisher phone = SCENE.peer().publisher(bob);
    final String document = Documents.pidf(bob, "t", "open", "x");
    assertThat(
            phone
                .send(phone.draft().header("SIP-If-Match", "nobody").body(Documents.PIDF, document))
                .code())
        .isEqualTo(412);
    assertThat(phone.send(phone.draft()).code()).isEqualTo(400);
    assertThat(phone.send(phone.draft().body("text/plain", "here")).code()).isEqualTo(415);
    assertThat(phone.send(phone.draft().body(Documents.PIDF, "<presence")).code()).isEqualTo(400);
    assertThat(phone.publish(document, 99_999).required("Expires")).isEqualTo("3600");
  }

  @Test
  @DisplayName("PAB-024 PAB-047 PAB-048 PAB-049 a feeder tells of Jabber users; watch and unwatch")
  void pab047() throws IOException, InterruptedException {
    final String user = "romeo" + System.nanoTime();
    final String uri = "sip:" + user + "*example.net@xmpp.example.org";
    final Watch watch = SCENE.watch(uri);
    assertThat(watch.start().body()).contains("none");
    said("watch jabber " + uri);
    assertThat(SCENE.kamailio().kamcmd().run("pa.watched", "jabber").text()).contains(uri);
    feed(user + "@example.net/phone available dnd \"do not disturb\"");
    assertThat(watch.next(PaScene.PATIENCE).body())
        .contains("<basic>open</basic>")
        .contains("<rpid:busy/>")
        .contains("do not disturb");
    feed(user + "@example.net unavailable");
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("<basic>closed</basic>");
    feed(user + "@example.net refused");
    assertThat(watch.next(PaScene.PATIENCE).subscriptionState())
        .isEqualTo("terminated;reason=rejected");
    said("unwatch jabber " + uri);
    assertThat(SCENE.watch(uri).subscribe(600).code()).isEqualTo(403);
  }

  private static void said(final String line) {
    Await.until(
        "event route: " + line,
        PaScene.PATIENCE,
        () -> SCENE.kamailio().log().matching(Pattern.quote(line)).size() == 1);
  }

  /** Through the example's feeder. */
  private static void feed(final String line) throws IOException, InterruptedException {
    final ProcessBuilder builder =
        new ProcessBuilder(ModuleSet.root().resolve("kamailio-cfg/pa-jabber-feeder.sh").toString());
    builder
        .environment()
        .put("PA_SOCKET", "unixs:" + SCENE.kamailio().directory().resolve("kamailio_ctl"));
    builder.redirectErrorStream(true);
    final Process feeder = builder.start();
    feeder.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    feeder.getOutputStream().close();
    assertThat(feeder.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(feeder.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .doesNotContain("error");
    assertThat(feeder.exitValue()).isZero();
  }

  @Test
  @DisplayName("PAB-050 PAB-051 who watches is told to the presentity, and to nobody else")
  void pab050() {
    final String bob = someone("bob");
    final Watch own = SCENE.peer().watch(bob, bob).event("presence.winfo");
    assertThat(own.start().body()).contains("version=\"0\"").contains("state=\"full\"");
    final Watch alice = SCENE.watch(bob);
    alice.start();
    assertThat(own.next(PaScene.PATIENCE).body())
        .contains("version=\"1\"")
        .contains("status=\"active\"")
        .contains("alice");
    alice.subscribe(600);
    alice.next();
    quiet(own);
    final Watch named = SCENE.watch(bob);
    final String from = "\"Alice \\\"L.\\\"\" <" + someone("liddell") + ">;tag=" + named.fromTag();
    assertThat(named.send(named.draft().with("From", from)).code()).isEqualTo(200);
    assertThat(own.next(PaScene.PATIENCE).body())
        .contains("display-name=\"Alice &quot;L.&quot;\">sip:liddell");
    assertThat(SCENE.watch(bob).event("presence.winfo").subscribe(600).code()).isEqualTo(403);
  }

  @Test
  @DisplayName("PAB-056 pa.publish by kamcmd; pa.list, pa.trace and faults")
  void pab056() {
    final String bob = someone("bob");
    final Watch watch = SCENE.watch(bob);
    watch.start();
    final var kamcmd = SCENE.kamailio().kamcmd();
    assertThat(
            kamcmd
                .run(
                    "pa.publish",
                    "registrar",
                    bob,
                    Documents.pidf(bob, "t", "open", "by command").strip(),
                    "s:3")
                .text())
        .contains("etag");
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("by command");
    assertThat(watch.next(PaScene.PATIENCE).body()).contains("none");
    assertThat(kamcmd.run("pa.list", "registrar").text()).contains(bob);
    assertThat(kamcmd.run("pa.trace", "1").text()).contains("registrar_watchers");
    assertThat(kamcmd.run("pa.inject", "jabber", bob, "asleep").failed()).isTrue();
    assertThat(kamcmd.run("pa.authorize", "nowhere", bob, bob).failed()).isTrue();
  }

  @Test
  @DisplayName("Requests by TCP are answered with a Contact that says so")
  void tcp() {
    final String bob = someone("bob");
    final Watch watch = SCENE.peer().watch(someone("alice"), bob, Transport.TCP);
    assertThat(watch.start().message().required("Contact")).contains(";transport=tcp");
  }

  @Test
  @DisplayName("The engine is killed: watchers and publications go on, and nobody is told twice")
  void engineKilled() throws IOException, InterruptedException {
    final String bob = someone("bob");
    SCENE.register(bob, contact("bob"), 600);
    final Watch watch = SCENE.watch(bob);
    assertThat(watch.start().body()).contains("open");
    final Publisher phone = SCENE.peer().publisher(bob);
    phone.publish(Documents.pidf(bob, "t", "open", "here"));
    final long before = watch.next(PaScene.PATIENCE).cseq();
    final long engine = SCENE.kamailio().engine().orElseThrow();
    new ProcessBuilder("kill", "-9", Long.toString(engine)).start().waitFor();
    Await.until(
        "another engine",
        PaScene.PATIENCE,
        () -> SCENE.kamailio().engine().map(e -> e != engine).orElse(false));
    Await.until("it serves", PaScene.PATIENCE, () -> phone.refresh(600).code() == 200);
    quiet(watch);
    SCENE.register(bob, contact("bob"), 0);
    final Notify next = watch.next(PaScene.PATIENCE);
    assertThat(next.cseq()).isEqualTo(before + 1);
    assertThat(next.body()).contains("here").contains("closed");
  }
}
