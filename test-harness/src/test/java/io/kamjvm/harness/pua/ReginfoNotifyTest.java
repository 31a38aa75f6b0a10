// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static io.kamjvm.harness.pua.ReginfoDocuments.active;
import static io.kamjvm.harness.pua.ReginfoDocuments.contact;
import static io.kamjvm.harness.pua.ReginfoDocuments.document;
import static io.kamjvm.harness.pua.ReginfoDocuments.expires;
import static io.kamjvm.harness.pua.ReginfoDocuments.full;
import static io.kamjvm.harness.pua.ReginfoDocuments.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What reginfo_handle_notify() makes of a NOTIFY (spec pua 6). */
class ReginfoNotifyTest {
  @RegisterExtension
  static final RegistrarScene SCENE = new RegistrarScene(RegistrarScene::publishing);

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static String at(final String user, final String host) {
    return "sip:" + user + "@" + host;
  }

  private static int one(final String user, final String event, final int seconds) {
    return SCENE.notify(
        document(active(user, contact(at(user, "192.0.2.5"), event, expires(seconds)))));
  }

  @Test
  @DisplayName(
      "PUA-109 PUA-126 registered: 1, the lookup finds it under the user, until it expires")
  @Deviation("stores under user@host, which no lookup finds, when use_domain is 0")
  void pua109pua126() {
    final String user = someone("alice");
    assertThat(one(user, "registered", 2)).isEqualTo(1);
    assertThat(SCENE.lookup(user)).hasValueSatisfying(v -> assertThat(v).contains("192.0.2.5"));
    SCENE.awaitNowhere(user);
  }

  @Test
  @DisplayName("PUA-110 PUA-111 created, refreshed, shortened: 1, one contact with a new expiry")
  @Deviation("ignores shortened")
  void pua110pua111() {
    final String user = someone("bob");
    assertThat(one(user, "created", 100)).isEqualTo(1);
    assertThat(one(user, "refreshed", 200)).isEqualTo(1);
    assertThat(SCENE.contacts(user)).hasSize(1);
    assertThat(one(user, "shortened", 1)).isEqualTo(1);
    SCENE.awaitNowhere(user);
  }

  @Test
  @DisplayName("PUA-112 expired or unregistered: 2, the lookup finds nobody")
  @Deviation("updates the contact instead of removing it")
  void pua112() {
    for (final String event : new String[] {"expired", "unregistered"}) {
      final String user = someone(event);
      assertThat(one(user, "registered", 100)).isEqualTo(1);
      assertThat(one(user, event, 0)).isEqualTo(2);
      assertThat(SCENE.lookup(user)).isEmpty();
    }
  }

  @Test
  @DisplayName("PUA-113 unregistered with time left takes one of two contacts away: 1")
  @Deviation("keeps the contact alive")
  void pua113() {
    final String user = someone("two");
    final String first = at(user, "192.0.2.5");
    final String second = at(user, "192.0.2.6");
    assertThat(
            SCENE.notify(
                document(
                    active(
                        user,
                        contact(first, "registered", expires(300)),
                        contact(second, "registered", expires(300))))))
        .isEqualTo(1);
    assertThat(SCENE.notify(document(active(user, contact(first, "unregistered", expires(300))))))
        .isEqualTo(1);
    assertThat(SCENE.contacts(user)).containsExactly(second);
  }

  @Test
  @DisplayName("PUA-114 deactivated, probation, rejected: the contact is gone, 2")
  @Deviation("ignores them")
  void pua114() {
    for (final String event : new String[] {"deactivated", "probation", "rejected"}) {
      final String user = someone(event);
      one(user, "registered", 100);
      assertThat(one(user, event, 100)).isEqualTo(2);
      assertThat(SCENE.lookup(user)).isEmpty();
    }
  }

  @Test
  @DisplayName("PUA-115 a terminated registration: 2 and all contacts gone; -1 for an unknown AOR")
  @Deviation("stores under user@host, which no lookup finds, when use_domain is 0")
  void pua115() {
    final String user = someone("ended");
    one(user, "registered", 100);
    SCENE.register(user, at(user, "10.0.0.9"), 100, user + "-local", 1);
    SCENE.stub().next(user);
    assertThat(SCENE.notify(document(registration(user, "terminated")))).isEqualTo(2);
    assertThat(SCENE.contacts(user)).isEmpty();
    assertThat(SCENE.notify(document(registration(someone("unknown"), "terminated"))))
        .isEqualTo(-1);
  }

  @Test
  @DisplayName("PUA-116 state init: -1")
  void pua116() {
    final String user = someone("init");
    assertThat(
            SCENE.notify(
                document(
                    registration(
                        user, "init", contact(at(user, "192.0.2.5"), "registered", expires(100))))))
        .isEqualTo(-1);
    assertThat(SCENE.lookup(user)).isEmpty();
  }

  @Test
  @DisplayName("PUA-117 unknown-param becomes part of the address")
  @Deviation("stores under user@host, which no lookup finds, when use_domain is 0")
  void pua117() {
    final String user = someone("param");
    final String contact =
        contact(at(user, "192.0.2.5"), "registered", expires(100))
            .replace(
                "    </contact>",
                "<unknown-param name=\"audio\"></unknown-param>"
                    + "<unknown-param name=\"language\">en</unknown-param></contact>");
    assertThat(SCENE.notify(document(active(user, contact)))).isEqualTo(1);
    assertThat(SCENE.contacts(user)).containsExactly(at(user, "192.0.2.5;audio;language=en"));
  }

  @Test
  @DisplayName("PUA-118 one valid registration, then a terminated one: 1")
  void pua118() {
    final String first = someone("first");
    final String second = someone("second");
    one(second, "registered", 100);
    assertThat(
            SCENE.notify(
                document(
                    active(first, contact(at(first, "192.0.2.5"), "registered", expires(100))),
                    registration(second, "terminated"))))
        .isEqualTo(1);
    assertThat(SCENE.lookup(second)).isEmpty();
  }

  @Test
  @DisplayName(
      "PUA-119 PUA-120 no body: 1; a body without Content-Length is the rest of the datagram")
  @Deviation("crashes without Content-Length")
  void pua119pua120() {
    assertThat(SCENE.notify(SCENE.notification("").with("Content-Length", "0"))).isEqualTo(1);
    final String user = someone("bare");
    final RequestDraft draft =
        SCENE.notification(
            document(active(user, contact(at(user, "192.0.2.5"), "registered", expires(100)))));
    assertThat(SCENE.notify(draft.without("Content-Length"))).isEqualTo(1);
    assertThat(SCENE.lookup(user)).isPresent();
    assertThat(SCENE.notify(SCENE.notification("").without("Content-Length"))).isEqualTo(1);
  }

  @Test
  @DisplayName("PUA-121 no XML, no reginfo, an empty reginfo: -1")
  void pua121() {
    assertThat(SCENE.notify("this is no XML")).isEqualTo(-1);
    assertThat(SCENE.notify("<presence/>")).isEqualTo(-1);
    assertThat(SCENE.notify(document())).isEqualTo(-1);
  }

  @Test
  @DisplayName(
      "PUA-122 PUA-123 a contact without Call-ID and id, without or with bad expires: skipped")
  @Deviation("crashes without Call-ID and id")
  void pua122pua123() {
    final String user = someone("partly");
    final String good = contact(at(user, "192.0.2.5"), "registered", expires(100));
    final String bare =
        contact(at(user, "192.0.2.6"), "registered", expires(100))
            .replace("id=\"c1\"", "")
            .replaceFirst("callid=\"[^\"]*\"", "");
    final String timeless = contact(at(user, "192.0.2.7"), "registered", "");
    final String negative = contact(at(user, "192.0.2.8"), "registered", "expires=\"-5\"");
    final String silly = contact(at(user, "192.0.2.9"), "frobnicated", expires(100));
    assertThat(SCENE.notify(document(active(user, bare, timeless, negative, silly, good))))
        .isEqualTo(1);
    assertThat(SCENE.contacts(user)).containsExactly(at(user, "192.0.2.5"));
    assertThat(SCENE.notify(document(active(someone("none"), timeless)))).isEqualTo(-1);
  }

  @Test
  @DisplayName("PUA-124 fifty registrations, while the same users register: nothing stalls")
  @Deviation("stores under user@host, which no lookup finds, when use_domain is 0")
  void pua124() {
    final List<String> users = new ArrayList<>();
    final String[] registrations = new String[50];
    for (int i = 0; i < registrations.length; i++) {
      final String user = someone("crowd");
      users.add(user);
      registrations[i] = active(user, contact(at(user, "192.0.2.5"), "registered", expires(100)));
    }
    final CompletableFuture<Void> registering =
        CompletableFuture.runAsync(
            () -> {
              try (RawSipPeer other = RawSipPeer.udp(SCENE.kamailio().port())) {
                for (final String user : users) {
                  final String aor = "sip:" + user + "@" + RegistrarScene.DOMAIN;
                  assertThat(
                          other
                              .exchange(
                                  other
                                      .request("REGISTER", "sip:" + RegistrarScene.DOMAIN, aor)
                                      .with("To", "<" + aor + ">")
                                      .header("Contact", "<" + at(user, "10.0.0.1") + ">"))
                              .code())
                      .isEqualTo(200);
                }
              }
            });
    assertThat(SCENE.notify(document(registrations)))
        .as(SCENE.kamailio().log().matching("WARN|ERROR").toString())
        .isEqualTo(1);
    registering.join();
    assertThat(SCENE.contacts(users.get(49))).hasSize(2);
  }

  @Test
  @DisplayName("PUA-127 PUA-128 what a NOTIFY brings is not published; what registers here is")
  @Deviation("does not publish afterwards; publishes a terminated registration")
  void pua127pua128() {
    final String user = someone("loop");
    assertThat(one(user, "registered", 100)).isEqualTo(1);
    assertThat(one(user, "refreshed", 200)).isEqualTo(1);
    assertThat(SCENE.stub().find(user, Duration.ofMillis(500))).isEmpty();
    final String local = someone("local");
    for (int i = 0; i < 4; i++) {
      // whichever worker it is
      SCENE.register(local, at(local, "10.0.0.1"), 100, local, i + 1);
      assertThat(SCENE.stub().next(local).method()).isEqualTo("PUBLISH");
    }
    assertThat(SCENE.notify(document(registration(user, "terminated")))).isEqualTo(2);
    assertThat(SCENE.stub().find(user, Duration.ofMillis(500))).isEmpty();
  }

  @Test
  @DisplayName("What a NOTIFY has brought expires silently; what is published here does not")
  @Deviation("publishes the end of either")
  void expiresSilently() {
    final String learned = someone("learned");
    final String local = someone("local");
    SCENE.register(local, at(local, "10.0.0.1"), 100, local, 1);
    assertThat(SCENE.stub().next(local).body()).contains("10.0.0.1");
    assertThat(one(learned, "registered", 1)).isEqualTo(1);
    SCENE.awaitNowhere(learned);
    // usrloc looks for the expired each second
    assertThat(SCENE.stub().find(learned, Duration.ofSeconds(2))).isEmpty();
    assertThat(one(local, "registered", 1)).isEqualTo(1);
    assertThat(SCENE.stub().next(local).body()).contains("10.0.0.1").doesNotContain("192.0.2.5");
  }

  @Test
  @DisplayName("PUA-129 received and path of a contact are where a request to it goes")
  @Deviation("drops them")
  void pua129() {
    final String user = someone("nated");
    final String contact =
        contact(
            at(user, "192.168.1.5"),
            "registered",
            expires(100) + " received=\"sip:198.51.100.7:1234\" q=\"0.500\"");
    assertThat(SCENE.notify(document(active(user, contact)))).isEqualTo(1);
    assertThat(SCENE.lookup(user))
        .hasValueSatisfying(v -> assertThat(v).contains("du=sip:198.51.100.7:1234"));
    final String behind = someone("behind");
    final String edge =
        contact(
            at(behind, "192.168.1.5"),
            "registered",
            expires(100) + " path=\"&lt;sip:edge.invalid;lr&gt;\" received=\"no uri\"");
    assertThat(SCENE.notify(document(active(behind, edge)))).isEqualTo(1);
    final String listed = SCENE.kamailio().kamcmd().run("ul.lookup", "location", behind).text();
    assertThat(listed).contains("<sip:edge.invalid;lr>").doesNotContain("no uri");
  }

  @Test
  @DisplayName("PUA-130 a document type is refused at once, nothing is fetched")
  @Deviation("crashes on the entities")
  void pua130() {
    final String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;&a;&a;\">"
            + "<!ENTITY c SYSTEM \"file:///etc/passwd\">]>"
            + document(active(someone("bomb"), "&b;&c;")).substring(22);
    assertThat(SCENE.notify(bomb)).isEqualTo(-1);
  }

  @Test
  @DisplayName("PUA-131 an address with line breaks, brackets or blanks is refused")
  @Deviation("stores it")
  void pua131() {
    final String user = someone("broken");
    for (final String bad :
        new String[] {"&#13;&#10;X: y", "&lt;sip:x@y&gt;", " and more", "&#0;"}) {
      final int code =
          SCENE.notify(
              document(
                  active(user, contact(at(user, "192.0.2.5" + bad), "registered", expires(100)))));
      assertThat(code).as(bad).isEqualTo(-1);
    }
    assertThat(SCENE.lookup(user)).isEmpty();
  }

  @Test
  @DisplayName("PUA-132 the same Call-ID with a lower CSeq is stale: no duplicate, no change")
  @Deviation("inserts a duplicate")
  void pua132() {
    final String user = someone("stale");
    final String address = at(user, "192.0.2.5");
    assertThat(
            SCENE.notify(
                document(
                    active(user, contact(address, "registered", expires(100) + " cseq=\"9\"")))))
        .isEqualTo(1);
    assertThat(
            SCENE.notify(
                document(
                    active(user, contact(address, "registered", expires(900) + " cseq=\"3\"")))))
        .isEqualTo(1);
    assertThat(SCENE.contacts(user)).hasSize(1);
  }

  @Test
  @DisplayName("A full document takes away what the same subscription taught and does not list")
  @Deviation("keeps it")
  void fullDocument() {
    final String user = someone("full");
    final String other = someone("fuller");
    SCENE.register(user, at(user, "10.0.0.1"), 100, user + "-local", 1);
    SCENE.stub().next(user);
    final String first = contact(at(user, "192.0.2.5"), "registered", expires(300));
    final String second = contact(at(user, "192.0.2.6"), "registered", expires(300));
    final RequestDraft draft =
        SCENE.notification(
            full(
                "4",
                active(user, first, second),
                active(other, contact(at(other, "192.0.2.7"), "registered", expires(300)))));
    final String from = "<sip:full" + user + "@" + RegistrarScene.DOMAIN + ">;tag=theirs";
    assertThat(SCENE.notify(draft.with("From", from).with("Call-ID", user))).isEqualTo(1);
    final RequestDraft old =
        SCENE
            .notification(full("3", registration(user, "terminated")))
            .with("From", from)
            .with("Call-ID", user);
    assertThat(SCENE.notify(old)).as("of an older version").isEqualTo(1);
    assertThat(SCENE.contacts(user)).hasSize(3);
    final RequestDraft next =
        SCENE
            .notification(full("5", active(user, second)))
            .with("From", from)
            .with("Call-ID", user);
    assertThat(SCENE.notify(next)).isEqualTo(1);
    assertThat(SCENE.contacts(user))
        .containsExactlyInAnyOrder(at(user, "192.0.2.6"), at(user, "10.0.0.1"));
    assertThat(SCENE.contacts(other)).isEmpty();
  }

  @Test
  @DisplayName("Malformed documents change nothing and harm nobody")
  @Deviation("crashes on some")
  void malformed() {
    final String user = someone("corpus");
    final String good =
        document(active(user, contact(at(user, "192.0.2.5"), "registered", expires(100))));
    for (int cut = 1; cut < good.length() - 12; cut += 7) {
      assertThat(SCENE.notify(good.substring(0, cut))).isEqualTo(-1);
    }
    final String[] documents = {
      good.replace("expires=\"100\"", "expires=\"99999999999999999999\""),
      good.replace("</contact>", "<unknown-param>x</unknown-param></contact>"),
      good.replace("<uri>", "<uri><a><b/></a>"),
      good.replace("xmlns=", "xmlns:z=")
    };
    for (final String each : documents) {
      SCENE.notify(each);
    }
    final String[] harmful = {
      good.replace("aor=\"sip:", "aor=\""),
      good.replace("aor=\"", "aor=\"sip:%zz"),
      good.replace("callid=", "cseq=\"abc\" callid="),
      good.replace("</contact>", "<unknown-param name=\"a b\">x</unknown-param></contact>"),
      "<a>".repeat(500) + "</a>".repeat(500),
      good.replace("<reginfo", "<reginfo " + "a=\"b\" ".repeat(2))
    };
    for (final String each : harmful) {
      assertThat(SCENE.notify(each)).as(each).isEqualTo(-1);
    }
    final RequestDraft longer = SCENE.notification(good).with("Content-Length", "5000");
    SCENE.peer().send(longer.text());
    assertThat(SCENE.notify(good)).isEqualTo(1);
  }
}
