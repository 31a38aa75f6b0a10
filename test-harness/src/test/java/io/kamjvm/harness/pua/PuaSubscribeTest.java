// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions to a stub server in a real Kamailio (spec pua 6, cases 47 to 57). */
class PuaSubscribeTest {
  @RegisterExtension
  static final PuaScene SCENE =
      new PuaScene(config -> config.line("modparam(\"pua\", \"update_period\", 6)"));

  private static final Duration NOTHING = Duration.ofMillis(500);
  private static final String WATCHER = "sip:watcher@127.0.0.1";

  @AfterEach
  void grantAgain() {
    SCENE.stub().reaction = SCENE.stub()::grant;
  }

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static void subscribe(final String user, final int expires) {
    assertThat(SCENE.call("pua.subscribe", SCENE.stub().uri(user), WATCHER, "presence", expires))
        .doesNotContain("error");
  }

  private static Optional<String> granting(
      final SipMessage request, final int seconds, final String contact) {
    return Optional.of(
        StubServer.reply(
            request,
            "200 OK",
            List.of("Expires: " + seconds, "Contact: <" + SCENE.stub().uri(contact) + ">")));
  }

  private static SipMessage next(final String user) {
    return SCENE.stub().next(user);
  }

  @Test
  @DisplayName("PUA-047 refreshes go to the Contact of the last answer, with the next CSeq")
  void pua047() {
    final String user = someone("moving");
    SCENE.stub().reaction =
        r -> granting(r, 3, r.required("CSeq").startsWith("10 ") ? "first" : "second");
    subscribe(user, 600);
    next(user);
    final SipMessage second = next(user);
    assertThat(second.requestUri()).isEqualTo(SCENE.stub().uri("first"));
    assertThat(second.required("CSeq")).isEqualTo("11 SUBSCRIBE");
    final SipMessage third = next(user);
    assertThat(third.requestUri()).isEqualTo(SCENE.stub().uri("second"));
    assertThat(third.required("CSeq")).isEqualTo("12 SUBSCRIBE");
    SCENE.stub().reaction = SCENE.stub()::grant;
    subscribe(user, 0);
  }

  @Test
  @DisplayName("PUA-050 481 to a refresh: a new dialog at once, to the last Contact")
  void pua050() {
    final String user = someone("forgotten");
    SCENE.stub().reaction =
        r ->
            r.toTag().isPresent()
                ? StubServer.refusal(r, "481 Gone")
                : granting(r, r.requestUri().contains("there") ? 600 : 3, "there");
    subscribe(user, 600);
    final SipMessage first = next(user);
    final SipMessage refresh = next(user);
    assertThat(refresh.callId()).isEqualTo(first.callId());
    final SipMessage anew = next(user);
    assertThat(anew.callId()).isNotEqualTo(first.callId());
    assertThat(anew.toTag()).isEmpty();
    assertThat(anew.requestUri()).isEqualTo(SCENE.stub().uri("there"));
    assertThat(anew.required("CSeq")).isEqualTo("10 SUBSCRIBE");
    SCENE.stub().reaction = SCENE.stub()::grant;
    subscribe(user, 0);
    next(user);
  }

  @Test
  @DisplayName("PUA-051 481 to an un-SUBSCRIBE: nothing more")
  void pua051() {
    final String user = someone("leaving");
    subscribe(user, 600);
    next(user);
    SCENE.stub().reaction = r -> StubServer.refusal(r, "481 Gone");
    subscribe(user, 0);
    assertThat(next(user).required("Expires")).isEqualTo("0");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
  }

  @Test
  @DisplayName("PUA-052 PUA-054 489, or a 200 without Expires: nothing is kept, nothing repeated")
  void pua052pua054() {
    final List<String> answers = List.of("489 Bad Event", "200 OK");
    for (final String status : answers) {
      final String user = someone("refused");
      SCENE.stub().reaction =
          r ->
              Optional.of(
                  StubServer.reply(r, status, List.of("Contact: <" + SCENE.stub().uri("n") + ">")));
      subscribe(user, 600);
      next(user);
      assertThat(SCENE.stub().find(user, NOTHING)).as(status).isEmpty();
      SCENE.stub().reaction = SCENE.stub()::grant;
      subscribe(user, 600);
      assertThat(next(user).toTag()).as(status).isEmpty();
      subscribe(user, 0);
      next(user);
    }
  }

  @Test
  @DisplayName("PUA-053 a refresh that is not answered is the last request of its dialog")
  void pua053() {
    final String user = someone("silent");
    SCENE.stub().reaction = r -> r.toTag().isPresent() ? Optional.empty() : granting(r, 3, "n");
    subscribe(user, 600);
    next(user);
    assertThat(next(user).toTag()).isPresent();
    assertThat(SCENE.stub().find(user, Duration.ofSeconds(6))).isEmpty();
  }

  @Test
  @DisplayName("PUA-057 a second order before the first is answered sends nothing")
  void pua057() {
    final String user = someone("hasty");
    SCENE.stub().reaction = r -> Optional.empty();
    subscribe(user, 600);
    next(user);
    SCENE.call("pua.subscribe", SCENE.stub().uri(user), WATCHER, "presence", 600);
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
  }
}
