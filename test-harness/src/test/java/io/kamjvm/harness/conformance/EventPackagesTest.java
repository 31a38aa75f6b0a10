// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages that modules bring, all in one Kamailio. */
class EventPackagesTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Pattern VERSION = Pattern.compile(" version=\"(\\d+)\"");

  @RegisterExtension static final Scene SCENE = Scene.onSqlite(EventPackagesTest::configure);

  private static KamailioConfig configure(final KamailioConfig config) {
    return config
        .presence("db_update_period", 1)
        .presence("clean_period", 1)
        .presenceXml("disable_bla", 0)
        .line("loadmodule \"presence_dialoginfo.so\"")
        .line("loadmodule \"presence_reginfo.so\"")
        .line("loadmodule \"presence_conference.so\"")
        .line("loadmodule \"presence_profile.so\"");
  }

  private static Publisher publisher(final String whom, final String event, final String type) {
    return SCENE.peer().publisher(whom).event(event, type);
  }

  private static Publisher dialog(final String whom) {
    return publisher(whom, "dialog", Documents.DIALOG_INFO);
  }

  private static Watch watch(final String whom, final String event) {
    return SCENE.peer().watch(someone("bo"), whom).event(event);
  }

  private static List<Map<String, String>> stored(final String whom) {
    return SCENE
        .database()
        .rows("SELECT etag, body FROM presentity WHERE username='" + user(whom) + "'");
  }

  /* a change may be told that the first NOTIFY has shown already */
  private static String until(final Watch watch, final Predicate<String> wanted) {
    String body = watch.next().body();
    while (!wanted.test(body)) {
      body = watch.next().body();
    }
    return body;
  }

  private static SipMessage raw(final RequestDraft draft) {
    try (RawSipPeer peer = SCENE.udp()) {
      return peer.exchange(draft);
    }
  }

  private static int version(final Notify notify) {
    final Matcher matcher = VERSION.matcher(notify.body().replaceFirst("<\\?[^>]*>", ""));
    assertThat(matcher.find()).as(notify.body()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /* stock takes times in seconds: those who publish within one have no order */
  private static void nextSecond() {
    if (ModuleSet.selected() == ModuleSet.STOCK) {
      try {
        Thread.sleep(1_100);
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  @Test
  @DisplayName("PKG-001 an unknown Event gets 489 and all names, the newest first")
  void pkg001() {
    /* JAIN-SIP does not know that a name in Allow-Events may have a parameter */
    final SipMessage reply = raw(watch(someone("ann"), "foo").draft());
    assertThat(reply.startLine()).isEqualTo("SIP/2.0 489 Bad Event");
    assertThat(reply.header("Allow-Events"))
        .contains(
            "ua-profile, conference, reg, dialog, message-summary, xcap-diff, dialog;sla,"
                + " presence.winfo, presence");
  }

  @Test
  @Deviation("489: parameters decide the match")
  @DisplayName("PKG-002 Event: presence;id=1 is presence, and the id comes back (D-01)")
  void pkg002() {
    final Notify first = watch(someone("ann"), "presence;id=1").start();
    assertThat(first.message().required("Event").replace(" ", "")).isEqualTo("presence;id=1");
  }

  @Test
  @DisplayName("PKG-005 dialog;sla is about the Contact's user in the From header's domain")
  void pkg005() {
    final String line = someone("line");
    final Watch watch =
        SCENE
            .peer()
            .watch("sip:x@lab.example", someone("whatever"))
            .event("dialog;sla")
            .contact(SCENE.peer().contact(user(line), Transport.UDP));
    assertThat(watch.subscribe(600).code()).isEqualTo(200);
    watch.next();
    Await.until(
        "the subscription is stored",
        Duration.ofSeconds(10),
        () ->
            SCENE
                .database()
                .rows(
                    "SELECT presentity_uri FROM active_watchers WHERE callid='"
                        + watch.callId()
                        + "'")
                .equals(List.of(Map.of("presentity_uri", "sip:" + user(line) + "@lab.example"))));
  }

  @Test
  @DisplayName("PKG-006 dialog;sla keeps its tag when it is published again")
  void pkg006() {
    final String line = someone("line");
    final Publisher publisher = publisher(line, "dialog;sla", Documents.DIALOG_INFO);
    publisher.publish(Documents.dialogInfo(line, "a=early"));
    final String tag = publisher.etag();
    publisher.publish(Documents.dialogInfo(line, "a=confirmed"));
    assertThat(publisher.etag()).isEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no-newtran"})
  @Deviation("sends a 500 after the 415 where there is no transaction")
  @DisplayName("PKG-008 a body that is not well-formed gets one 415")
  void pkg008(final String scene) {
    final String ann = someone("ann");
    for (final String event :
        List.of("presence", "dialog", "dialog;sla", "reg", "conference", "ua-profile")) {
      try (RawSipPeer peer = SCENE.udp()) {
        final RequestDraft draft =
            RequestDraft.of("PUBLISH", ann, "UDP 127.0.0.1:9", ann)
                .header("Event", event)
                .header("X-Scene", scene)
                .body("application/xml", "<a>");
        assertThat(peer.exchange(draft).startLine())
            .as(event)
            .isEqualTo("SIP/2.0 415 Unsupported media type");
        assertThat(peer.finalReply(draft.value("Call-ID"), Duration.ofMillis(200))).isEmpty();
      }
    }
    assertThat(stored(ann)).isEmpty();
    assertThat(
            SCENE
                .kamailio()
                .log()
                .matching("PUBLISH conference for " + ann + " from udp:.* refused with 415"))
        .hasSize(1);
  }

  @Test
  @DisplayName("PKG-010 without body and SIP-If-Match 400")
  void pkg010() {
    for (final String event : List.of("presence", "dialog", "reg", "conference", "ua-profile")) {
      assertThat(publisher(someone("ann"), event, "text/xml").refresh(600).code()).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("PKG-045 a message summary is delivered byte for byte")
  void pkg045() {
    final String body = "Messages-Waiting: yes\r\nVoice-Message: 1/0 (0/0)\r\n";
    final String box = someone("box");
    publisher(box, "message-summary", Documents.MWI).publish(body);
    final Notify first = watch(box, "message-summary").start();
    assertThat(first.body()).isEqualTo(body);
    assertThat(first.contentType()).contains(Documents.MWI);
  }

  @ParameterizedTest
  @DisplayName("PKG-046 what is not written as RFC 3842 says gets 500")
  @ValueSource(
      strings = {
        "messages-waiting: yes\r\n",
        "Messages-Waiting: Yes\r\n",
        "Messages-Waiting:yes\r\n",
        "Messages-Waiting: yes\n",
        "Messages-Waiting: yes \r\n",
        "Messages-Waiting: yes\r\nX: \u00e4\r\n",
        "Messages-Waiting: yes\r\nVoice-Message: 1/0"
      })
  void pkg046(final String body) {
    final Publisher publisher = publisher(someone("box"), "message-summary", Documents.MWI);
    assertThat(raw(publisher.draft().body(Documents.MWI, body)).startLine())
        .isEqualTo("SIP/2.0 500 Server Internal Error");
  }

  @Test
  @DisplayName("PKG-047 blanks around the colon do not matter")
  void pkg047() {
    final Publisher publisher = publisher(someone("box"), "message-summary", Documents.MWI);
    assertThat(publisher.publish("Messages-Waiting \t:\t no\r\n", 600).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PKG-048 dialogs of two publishers in one full document, its version rising by one")
  void pkg048() {
    final String desk = someone("desk");
    final Watch watch = watch(desk, "dialog");
    watch.start();
    dialog(desk).publish(Documents.dialogInfo("sip:other@x", "one=confirmed"));
    final Notify second = watch.next();
    nextSecond();
    dialog(desk).publish(Documents.dialogInfo("sip:other@x", "two=early"));
    final Notify third = watch.next();
    assertThat(third.body())
        .contains("id=\"one\"")
        .contains("id=\"two\"")
        .contains("entity=\"" + desk + "\"")
        .contains("state=\"full\"");
    assertThat(version(third)).isEqualTo(version(second) + 1);
    watch.subscribe(600);
    assertThat(version(watch.next())).isEqualTo(version(third) + 1);
    assertThat(third.contentType()).contains(Documents.DIALOG_INFO);
  }

  @Test
  @Deviation("shows the removed dialog once more")
  @DisplayName("PKG-051 a dialog whose publication is removed is no longer shown (D-23)")
  void pkg051() {
    final String desk = someone("desk");
    final Publisher one = dialog(desk);
    one.publish(Documents.dialogInfo(desk, "one=confirmed"));
    final Publisher two = dialog(desk);
    two.publish(Documents.dialogInfo(desk, "two=early"));
    final Watch watch = watch(desk, "dialog");
    watch.start();
    one.remove();
    assertThat(until(watch, body -> !body.contains("id=\"one\""))).contains("id=\"two\"");
    two.remove();
    assertThat(until(watch, body -> !body.contains("early")))
        .contains("id=\"two\"")
        .contains("<state>terminated</state>");
  }

  @Test
  @DisplayName("PKG-052 a call that is published again under its id replaces its document")
  void pkg052() {
    final String desk = someone("desk");
    dialog(desk).publish(Documents.dialogInfo(desk, "same=early"));
    final Watch watch = watch(desk, "dialog");
    watch.start();
    dialog(desk).publish(Documents.dialogInfo(desk, "same=confirmed"));
    assertThat(watch.untilBody("confirmed", Duration.ofSeconds(5)))
        .last()
        .satisfies(n -> assertThat(n.body()).containsOnlyOnce("<dialog ").doesNotContain("early"));
    assertThat(stored(desk)).hasSize(1);
  }

  @Test
  @DisplayName("PKG-053 what is over stays over: 200, and nobody is told")
  void pkg053() {
    final String desk = someone("desk");
    final Publisher publisher = dialog(desk);
    publisher.publish(Documents.dialogInfo(desk, "one=terminated"));
    final String tag = publisher.etag();
    // shown what was published: nobody is still being told of it
    final Watch visitor = watch(desk, "dialog");
    visitor.subscribe(0);
    visitor.next();
    final Watch watch = watch(desk, "dialog");
    watch.start();
    assertThat(publisher.publish(Documents.dialogInfo(desk, "one=early"), 600).code())
        .isEqualTo(200);
    watch.expectSilence(SHORT);
    assertThat(stored(desk)).hasSize(1);
    assertThat(stored(desk).get(0)).containsEntry("etag", tag);
    assertThat(stored(desk).get(0).get("body")).contains("terminated");
    if (ModuleSet.selected() == ModuleSet.OURS) {
      assertThat(publisher.etag()).isEqualTo(tag);
      assertThat(publisher.remove().code()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("PKG-055 reg: the last published document, as it is")
  void pkg055() {
    final String ann = someone("ann");
    publisher(ann, "reg", Documents.REGINFO)
        .publish(Documents.reginfo(ann, "r1", "sip:a@192.0.2.1"));
    nextSecond();
    final String last = Documents.reginfo(ann, "r2", "sip:a@192.0.2.2");
    publisher(ann, "reg", Documents.REGINFO).publish(last);
    final Notify first = watch(ann, "reg").start();
    assertThat(first.body()).isEqualTo(last);
    assertThat(first.contentType()).contains(Documents.REGINFO);
  }

  @Test
  @DisplayName("PKG-056 conference: an entity without scheme, the subscription's version")
  void pkg056() {
    final String room = someone("room");
    final Watch watch = watch(room, "conference");
    watch.start();
    publisher(room, "conference", Documents.CONFERENCE_INFO)
        .publish(Documents.conferenceInfo(room, "standup"));
    final Notify second = watch.next();
    assertThat(second.body())
        .contains("entity=\"" + room.substring("sip:".length()) + "\"")
        .contains("standup");
    watch.subscribe(600);
    assertThat(version(watch.next())).isEqualTo(version(second) + 1);
    assertThat(second.contentType()).contains(Documents.CONFERENCE_INFO);
  }

  @Test
  @Deviation("489: parameters decide the match")
  @DisplayName("PKG-057 ua-profile with the parameters of RFC 6080 (D-01)")
  void pkg057() {
    final String phone = someone("phone");
    publisher(phone, "ua-profile", "text/xml").publish("<profile name=\"a\"/>");
    final Notify first =
        watch(phone, "ua-profile;profile-type=device;vendor=\"lab.example\";model=\"9\"").start();
    assertThat(first.body()).isEqualTo("<profile name=\"a\"/>");
    assertThat(first.contentType()).contains("text/xml");
  }
}
