// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Series of publications in a real Kamailio (spec pua 6, cases 12 to 44), driven by pua_rpc. */
class PuaPublishTest {
  @RegisterExtension
  static final PuaScene SCENE =
      new PuaScene(
          config ->
              config
                  .line("modparam(\"pua\", \"update_period\", 6)")
                  .line("modparam(\"pua\", \"dlginfo_increase_version\", 1)"));

  private static final Duration NOTHING = Duration.ofMillis(300);

  @AfterEach
  void grantAgain() {
    SCENE.stub().reaction = SCENE.stub()::grant;
  }

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static String open(final String user, final String expires, final String id) {
    return SCENE.order(user, expires, "presence", ".", id, ".", PuaScene.pidf(user));
  }

  private static SipMessage next(final String user) {
    return SCENE.stub().next(user);
  }

  private static void granting(final long seconds) {
    SCENE.stub().reaction =
        r -> Optional.of(SCENE.stub().granting(r, seconds, "g" + System.nanoTime()));
  }

  @Test
  @DisplayName(
      "PUA-012 PUA-013 PUA-014 the newest entity-tag; ids tell series apart; . is the last")
  void pua012pua013pua014() {
    final String user = someone("series");
    open(user, "600", "one");
    assertThat(next(user).header("SIP-If-Match")).isEmpty();
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 600, "second"));
    open(user, "600", "one");
    assertThat(next(user).header("SIP-If-Match")).isPresent();
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 600, "other"));
    open(user, "600", "two");
    assertThat(next(user).header("SIP-If-Match")).isEmpty();
    open(user, "600", "one");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("second");
    open(user, "600", ".");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("other");
  }

  @Test
  @DisplayName(
      "PUA-015 PUA-018 PUA-020 a series is ended without body; nothing known, nothing sent")
  void pua015pua018pua020() {
    final String user = someone("ended");
    assertThat(open(user, "0", ".")).contains("202");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
    open(user, "600", ".");
    next(user);
    open(user, "0", ".");
    final SipMessage removal = next(user);
    assertThat(removal.required("Expires")).isEqualTo("0");
    assertThat(removal.header("SIP-If-Match")).isPresent();
    assertThat(removal.header("Content-Type")).isEmpty();
    assertThat(removal.body()).isEmpty();
    open(user, "600", ".");
    assertThat(next(user).header("SIP-If-Match")).isEmpty();
    assertThat(
            SCENE.call(
                "pua.publish",
                SCENE.stub().uri(user),
                "600",
                "presence",
                ".",
                ".",
                "unknown",
                ".",
                ".",
                PuaScene.pidf(user)))
        .contains("Wrong ETag");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
  }

  @Test
  @DisplayName("PUA-022 PUA-034 for ever: refreshed with the default, extra headers in each")
  void pua022pua034() {
    final String user = someone("eternal");
    granting(3);
    SCENE.order(user, "-1", "presence", ".", ".", "X-A: 1", PuaScene.pidf(user));
    for (int i = 0; i < 3; i++) {
      final SipMessage publish = next(user);
      assertThat(publish.required("Expires")).isEqualTo("3601");
      assertThat(publish.required("X-A")).isEqualTo("1");
      assertThat(publish.header("SIP-If-Match").isPresent()).isEqualTo(i > 0);
    }
    SCENE.stub().reaction = SCENE.stub()::grant;
    open(user, "0", ".");
  }

  @Test
  @DisplayName("PUA-024 a 412 to a refresh of what a command made: nothing until it is commanded")
  void pua024() {
    final String user = someone("lost");
    SCENE.stub().reaction =
        r ->
            r.header("SIP-If-Match").isEmpty()
                ? Optional.of(SCENE.stub().granting(r, 3, "short"))
                : StubServer.refusal(r, "412 Conditional Request Failed");
    open(user, "600", ".");
    next(user);
    assertThat(next(user).header("SIP-If-Match")).isPresent();
    assertThat(SCENE.stub().find(user, Duration.ofSeconds(3))).isEmpty();
    open(user, "600", ".");
    assertThat(next(user).header("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName(
      "PUA-026 PUA-027 423, 401, 302, 489, 500: told, the series is gone, nothing repeated")
  void pua026pua027() {
    for (final String status :
        List.of("423 Interval Too Brief", "401 No", "302 There", "489 No", "500 No")) {
      final String user = someone("refused");
      open(user, "600", ".");
      next(user);
      SCENE.stub().reaction =
          r -> Optional.of(StubServer.reply(r, status, List.of("Min-Expires: 900")));
      assertThat(open(user, "600", ".")).contains(status.substring(0, 3));
      assertThat(next(user).header("SIP-If-Match")).isPresent();
      assertThat(SCENE.stub().find(user, NOTHING)).as(status).isEmpty();
      SCENE.stub().reaction = SCENE.stub()::grant;
      open(user, "600", ".");
      assertThat(next(user).header("SIP-If-Match")).as(status).isEmpty();
    }
  }

  @Test
  @DisplayName("PUA-029 a removal that is not answered is not refreshed afterwards")
  void pua029() {
    final String user = someone("removed");
    granting(8);
    open(user, "600", ".");
    next(user);
    SCENE.stub().reaction = r -> Optional.empty();
    assertThat(open(user, "0", ".")).contains("408");
    assertThat(next(user).required("Expires")).isEqualTo("0");
    SCENE.stub().reaction = SCENE.stub()::grant;
    assertThat(SCENE.stub().find(user, Duration.ofSeconds(8))).isEmpty();
  }

  @Test
  @DisplayName("PUA-030 a 200 without SIP-ETag: told, the series stays as it was")
  void pua030() {
    final String user = someone("taciturn");
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 600, "kept"));
    open(user, "600", ".");
    next(user);
    SCENE.stub().reaction = r -> Optional.of(StubServer.reply(r, "200 OK", List.of("Expires: 9")));
    assertThat(open(user, "600", ".")).contains("200");
    next(user);
    SCENE.stub().reaction = SCENE.stub()::grant;
    open(user, "600", ".");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("kept");
  }

  @Test
  @DisplayName("PUA-030a a new series with the same id that is refused leaves the older one alone")
  void pua030a() {
    final String user = someone("older");
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 4, "older"));
    open(user, "600", "same");
    next(user);
    SCENE.stub().reaction =
        r ->
            r.header("SIP-If-Match").isEmpty()
                ? StubServer.refusal(r, "403 Forbidden")
                : Optional.of(SCENE.stub().granting(r, 600, "refreshed"));
    SCENE.call(
        "pua.send_publish",
        SCENE.stub().uri(user),
        "600",
        "presence",
        ".",
        "same",
        ".",
        ".",
        ".",
        PuaScene.pidf(user));
    assertThat(next(user).header("SIP-If-Match")).isEmpty();
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("older");
    open(user, "600", "same");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("refreshed");
    open(user, "0", "same");
  }

  @Test
  @DisplayName("A 1xx is no answer: what follows it is")
  void provisional() {
    final String user = someone("slow");
    SCENE.stub().reaction = r -> Optional.of(StubServer.reply(r, "182 Queued", List.of()));
    SCENE.stub().afterwards = r -> Optional.of(SCENE.stub().granting(r, 600, "late"));
    try {
      assertThat(open(user, "600", ".")).contains("late").contains("600");
    } finally {
      SCENE.stub().afterwards = r -> Optional.empty();
    }
    next(user);
    open(user, "600", ".");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("late");
  }

  @Test
  @DisplayName("A 503 with Retry-After to a refresh: kept, and tried again after that time")
  void overloaded() {
    final String user = someone("overloaded");
    final AtomicBoolean busy = new AtomicBoolean(true);
    SCENE.stub().reaction =
        r -> {
          if (r.header("SIP-If-Match").isPresent() && busy.getAndSet(false)) {
            return Optional.of(
                StubServer.reply(r, "503 Service Unavailable", List.of("Retry-After: 2")));
          }
          return Optional.of(SCENE.stub().granting(r, 8, "busy"));
        };
    open(user, "600", ".");
    next(user);
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("busy");
    assertThat(next(user).required("SIP-If-Match")).isEqualTo("busy");
    assertThat(busy).isFalse();
    open(user, "0", ".");
  }

  @Test
  @DisplayName("PUA-032 the proxy that an order names gets the refresh, too")
  void pua032() {
    final String user = someone("proxied");
    granting(3);
    SCENE.call(
        "pua.publish",
        "sip:" + user + "@192.0.2.77",
        "600",
        "presence",
        ".",
        ".",
        ".",
        SCENE.stub().uri("proxy"),
        ".",
        PuaScene.pidf(user));
    next(user);
    assertThat(next(user).required("SIP-If-Match")).startsWith("g");
  }

  @Test
  @DisplayName(
      "PUA-035 PUA-036 extra headers of 4000 bytes; an entity-tag of 3000 bytes, refreshed")
  void pua035pua036() {
    final String user = someone("large");
    final String tag = "t".repeat(3_000);
    SCENE.stub().reaction = r -> Optional.of(SCENE.stub().granting(r, 3, tag));
    SCENE.order(
        user, "600", "presence", ".", ".", "X-Long: " + "x".repeat(4_000), PuaScene.pidf(user));
    assertThat(next(user).required("X-Long")).hasSize(4_000);
    assertThat(next(user).required("SIP-If-Match")).isEqualTo(tag);
    SCENE.stub().reaction = SCENE.stub()::grant;
    open(user, "0", ".");
  }

  @Test
  @DisplayName("PUA-037 PUA-038 the tuple's id is the same in all documents of a series")
  void pua037pua038() {
    final String nameless = someone("nameless");
    final String without = PuaScene.pidf(nameless).replace(" id='t'", "");
    SCENE.order(nameless, "600", "presence", ".", ".", ".", without);
    final String given = tupleId(next(nameless));
    SCENE.order(nameless, "600", "presence", ".", ".", ".", without);
    assertThat(tupleId(next(nameless))).isEqualTo(given);
    final String named = someone("named");
    SCENE.order(
        named, "600", "presence", ".", ".", ".", PuaScene.pidf(named).replace("'t'", "'abc'"));
    assertThat(tupleId(next(named))).isEqualTo("abc");
    SCENE.order(named, "600", "presence", ".", ".", ".", without);
    assertThat(tupleId(next(named))).isEqualTo("abc");
  }

  private static String tupleId(final SipMessage publish) {
    final Matcher id = Pattern.compile("<tuple id=\"([^\"]+)\"").matcher(publish.body());
    assertThat(id.find()).as(publish.body()).isTrue();
    return id.group(1);
  }

  @Test
  @DisplayName("PUA-039 PUA-040 PUA-041 no document, a package that has none, one that is not sent")
  void pua039pua040pua041() {
    final String user = someone("unfit");
    assertThat(SCENE.order(user, "600", "presence", ".", ".", ".", "no document"))
        .contains("(1/RPC/PUBLISH)");
    assertThat(SCENE.order(user, "600", "presence.winfo", ".", ".", ".", "<a/>")).contains("error");
    assertThat(SCENE.order(user, "600", "conference", ".", ".", ".", "<a/>")).contains("error");
    assertThat(SCENE.order(user, "600", "presence", ".", ".", "A: b\\r\\n\\r\\nC", "<a/>"))
        .contains("error");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
  }

  @Test
  @DisplayName("PUA-042 dialog documents are counted; those of reg are left as they are")
  void pua042() {
    final String user = someone("calling");
    final String dialog = "<dialog-info version='77' entity='sip:a@b'/>";
    for (int i = 0; i < 3; i++) {
      SCENE.order(user, "600", "dialog", ".", ".", ".", dialog);
      assertThat(next(user).body()).contains("version=\"" + i + "\"");
    }
    SCENE.order(user, "600", "reg", ".", ".", ".", "<reginfo version='77'/>");
    assertThat(next(user).body()).isEqualTo("<reginfo version='77'/>");
  }

  @Test
  @DisplayName("PUA-044 who can not be reached costs himself alone: others are refreshed")
  void pua044() {
    final String user = someone("healthy");
    granting(4);
    for (final String nobody : List.of("sip:x@no-such-host.invalid", "sip:x@127.0.0.1:1")) {
      assertThat(
              SCENE.call(
                  "pua.publish",
                  nobody,
                  "600",
                  "presence",
                  ".",
                  ".",
                  ".",
                  ".",
                  ".",
                  PuaScene.pidf("x")))
          .containsAnyOf("408", "477", "478", "error");
    }
    open(user, "600", ".");
    next(user);
    assertThat(next(user).header("SIP-If-Match")).isPresent();
    SCENE.stub().reaction = SCENE.stub()::grant;
    open(user, "0", ".");
  }
}
