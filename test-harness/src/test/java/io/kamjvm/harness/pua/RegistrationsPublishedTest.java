// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pua_reginfo publishes and subscribes to, seen by a stub (spec pua 6). */
class RegistrationsPublishedTest {
  @RegisterExtension
  static final RegistrarScene SCENE = new RegistrarScene(RegistrarScene::publishing);

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static String contact(final String user, final String host) {
    return "sip:" + user + "@" + host;
  }

  @Test
  @DisplayName(
      "PUA-096 PUA-097 PUA-104 a registration is published at the proxy, its refresh as an update")
  void pua096pua097pua104() {
    final String user = someone("alice");
    final String address = contact(user, "10.1.1.5:5060");
    SCENE.register(user, address, 600, "k77@ua", 4);
    final SipMessage first = SCENE.stub().next(user);
    assertThat(first.method()).isEqualTo("PUBLISH");
    assertThat(first.requestUri()).isEqualTo("sip:" + user + "@" + RegistrarScene.DOMAIN);
    assertThat(first.required("Event")).isEqualTo("reg");
    assertThat(first.required("Expires")).isEqualTo("3601");
    assertThat(first.required("Content-Type")).isEqualTo("application/reginfo+xml");
    assertThat(first.header("SIP-If-Match")).isEmpty();
    assertThat(first.body())
        .contains("version=\"0\" state=\"full\"")
        .contains("aor=\"sip:" + user + "@" + RegistrarScene.DOMAIN + "\"")
        .contains("state=\"active\" event=\"created\" expires=\"")
        .contains("callid=\"k77@ua\" cseq=\"4\"")
        .contains("user_agent=\"TestUA 1\"")
        .contains("<uri>" + address + "</uri>")
        .containsPattern("expires=\"(600|59[0-9])\"");
    SCENE.register(user, address, 600, "k77@ua", 5);
    final SipMessage second = SCENE.stub().next(user);
    assertThat(second.required("SIP-If-Match")).startsWith("e");
    assertThat(second.body()).contains("event=\"refreshed\"").contains("cseq=\"5\"");
  }

  @Test
  @DisplayName("PUA-098 PUA-099 PUA-100 a second contact, the end of one, the end of the last")
  void pua098pua099pua100() {
    final String user = someone("dora");
    final String one = contact(user, "10.1.1.5");
    final String two = contact(user, "192.0.2.77");
    SCENE.register(user, one, 600, "one@ua", 1);
    SCENE.stub().next(user);
    SCENE.register(user, two, 600, "two@ua", 1);
    final String both = SCENE.stub().next(user).body();
    assertThat(event(both, two)).isEqualTo("active created");
    assertThat(event(both, one)).isEqualTo("active registered");
    SCENE.register(user, one, 0, "one@ua", 2);
    final String left = SCENE.stub().next(user).body();
    assertThat(event(left, one)).isEqualTo("terminated unregistered");
    assertThat(event(left, two)).isEqualTo("active registered");
    assertThat(registration(left)).isEqualTo("active");
    SCENE.register(user, two, 0, "two@ua", 2);
    assertThat(registration(SCENE.stub().next(user).body())).isEqualTo("terminated");
  }

  @Test
  @DisplayName("PUA-101 when the last contact expires, the registration is terminated and empty")
  void pua101() {
    final String user = someone("brief");
    SCENE.register(user, contact(user, "10.1.1.5"), 1, "brief@ua", 1);
    SCENE.stub().next(user);
    final String body = SCENE.stub().next(user).body();
    assertThat(registration(body)).isEqualTo("terminated");
    assertThat(body).doesNotContain("<contact");
  }

  @Test
  @DisplayName("PUA-102 a long contact with what XML must escape is complete and well-formed")
  @Deviation("writes an ampersand as it is, and cuts at 511 bytes")
  void pua102() {
    final String user = someone("long");
    final String address = "sip:" + user + "@10.1.1.5;x=a&b;p=" + "y".repeat(440);
    SCENE.register(user, address, 600, "long@ua", 1);
    assertThat(SCENE.stub().next(user).body())
        .contains("<uri>" + address.replace("&", "&amp;") + "</uri>");
  }

  @Test
  @DisplayName("PUA-105 SUBSCRIBE as it leaves; what can not be reached is 1, too")
  void pua105() {
    final String user = someone("watched");
    final String uri = SCENE.stub().uri(user);
    assertThat(subscribe(uri)).isEqualTo(1);
    final SipMessage subscribe = SCENE.stub().next(user);
    assertThat(subscribe.method()).isEqualTo("SUBSCRIBE");
    assertThat(subscribe.requestUri()).isEqualTo(uri);
    assertThat(subscribe.required("To")).isEqualTo("<" + uri + ">");
    assertThat(subscribe.required("From")).startsWith("<sip:reginfo@127.0.0.1>;tag=");
    assertThat(subscribe.required("Contact")).isEqualTo("<sip:reginfo@127.0.0.1>");
    assertThat(subscribe.required("Event")).isEqualTo("reg");
    assertThat(subscribe.required("Expires")).isEqualTo("3610");
    assertThat(subscribe("sip:" + user + "@nowhere.invalid")).isEqualTo(1);
  }

  @Test
  @DisplayName("PUA-049 another remote target than the dialog's is another dialog")
  void pua049() {
    final String user = someone("moved");
    final String uri = SCENE.stub().uri(user);
    SCENE.stub().reaction =
        r ->
            Optional.of(
                StubServer.reply(
                    r,
                    "200 OK",
                    List.of(
                        "Expires: " + r.required("Expires"), "Contact: <" + r.requestUri() + ">")));
    try {
      subscribe(uri);
      final SipMessage first = SCENE.stub().next(user);
      final SipMessage same = subscribeAgain(uri, user);
      assertThat(same.callId()).isEqualTo(first.callId());
      assertThat(same.required("CSeq")).isEqualTo("11 SUBSCRIBE");
      assertThat(same.required("To")).contains(";tag=");
      // the notifier moves on
      SCENE.stub().reaction = SCENE.stub()::grant;
      subscribe(uri);
      assertThat(SCENE.stub().next(user).callId()).isEqualTo(first.callId());
      subscribe(uri);
      final SipMessage other = SCENE.stub().next(user);
      assertThat(other.callId()).isNotEqualTo(first.callId());
      assertThat(other.required("CSeq")).isEqualTo("10 SUBSCRIBE");
      assertThat(other.required("To")).doesNotContain(";tag=");
      assertThat(other.requestUri()).isEqualTo(uri);
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
  }

  /** Until something comes: nothing does while the first SUBSCRIBE's answer is on its way. */
  private static SipMessage subscribeAgain(final String uri, final String user) {
    Optional<SipMessage> came = Optional.empty();
    for (int i = 0; i < 15 && came.isEmpty(); i++) {
      subscribe(uri);
      came = SCENE.stub().find(user, Duration.ofSeconds(1));
    }
    return came.orElseThrow();
  }

  private static int subscribe(final String uri) {
    return RegistrarScene.code(
        SCENE
            .peer()
            .exchange(
                SCENE.peer().request("INFO", uri, "sip:x@y.invalid").header("X-Subscribe", uri)));
  }

  private static int subscribe(final String uri, final String header, final String value) {
    return RegistrarScene.code(
        SCENE
            .peer()
            .exchange(
                SCENE
                    .peer()
                    .request("INFO", uri, "sip:x@y.invalid")
                    .header("X-Subscribe", uri)
                    .header(header, value)));
  }

  @Test
  @DisplayName("PUA-106 the time to live may be a variable; text or nothing in it is -1")
  void pua106() {
    final String user = someone("timed");
    final String uri = SCENE.stub().uri(user);
    assertThat(subscribe(uri, "X-Expires", "120")).isEqualTo(1);
    assertThat(SCENE.stub().next(user).required("Expires")).isEqualTo("130");
    assertThat(subscribe(uri, "X-Expires", "soon")).isEqualTo(-1);
    assertThat(subscribe(uri, "X-Null", "1")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PUA-108 reginfo_disable_publish() keeps one message silent, not the next")
  @Deviation("does not know the function")
  void pua108() {
    final String user = someone("silent");
    final String address = contact(user, "10.1.1.5");
    SCENE.send(SCENE.registration(user, address, 600, "s@ua", 1).header("X-Silent", "1"));
    assertThat(SCENE.stub().find(user, Duration.ofMillis(700))).isEmpty();
    SCENE.register(user, address, 600, "s@ua", 2);
    assertThat(SCENE.stub().next(user).body()).contains("event=\"refreshed\"");
  }

  @Test
  @DisplayName("A contact that an administrator removes is told of as unregistered")
  void removedByCommand() {
    final String user = someone("removed");
    SCENE.register(user, contact(user, "10.1.1.5"), 600, "r@ua", 1);
    SCENE.stub().next(user);
    assertThat(SCENE.kamailio().kamcmd().run("ul.rm", "location", user).failed()).isFalse();
    final String body = SCENE.stub().next(user).body();
    assertThat(registration(body)).isEqualTo("terminated");
    assertThat(body).contains("event=\"unregistered\"");
  }

  @Test
  @DisplayName("A server that says 503 hears of it again, with everything that came meanwhile")
  @Deviation("tells it with the next change only")
  void triedAgain() {
    final String user = someone("again");
    SCENE.stub().reaction = r -> StubServer.refusal(r, "503 Later");
    try {
      SCENE.register(user, contact(user, "10.1.1.5"), 600, "a1@ua", 1);
      SCENE.stub().next(user);
    } finally {
      SCENE.stub().reaction = SCENE.stub()::grant;
    }
    final SipMessage again = SCENE.stub().next(user);
    assertThat(again.header("SIP-If-Match")).isEmpty();
    assertThat(again.body()).contains("event=\"created\"");
  }

  private static String registration(final String document) {
    return document.replaceAll("(?s).*<registration[^>]* state=\"(\\w+)\".*", "$1");
  }

  /** State and event of the contact with this address. */
  private static String event(final String document, final String uri) {
    for (final String contact : document.split("<contact ")) {
      if (contact.contains("<uri>" + uri + "</uri>")) {
        return contact.replaceAll("(?s).*state=\"(\\w+)\" event=\"(\\w+)\".*", "$1 $2");
      }
    }
    return "not listed";
  }
}
