// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ParameterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** feed_mode 3: what is heard leaves as PUBLISH (spec pa-and-b2b 2.14). */
class FeedByPublishTest {
  private final B2bWorld world =
      new B2bWorld().param("feed_mode", 3).param("feed_proxy", "sip:192.0.2.7:5080");
  private String id = "";
  private Notifying bob;

  private Sent heard(final String basic) {
    world.start();
    id = world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    bob = world.notifying(first);
    bob.pidf(basic).say("active");
    return world.only();
  }

  private static String body(final Sent sent) {
    return new String(sent.outgoing().request().body(), StandardCharsets.UTF_8);
  }

  private static FinalReply published(final String etag, final String expires) {
    return new FinalReply(
        200,
        "OK",
        Map.of(),
        false,
        Optional.of(etag).filter(e -> !e.isEmpty()),
        Optional.of(expires),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Test
  @DisplayName("PAB-095 PAB-096 open, closed, taken back: three PUBLISHes to the proxy")
  void published() {
    final Sent first = heard("open");
    final var request = first.outgoing().request();
    assertThat(request.method()).isEqualTo("PUBLISH");
    assertThat(request.remoteTarget()).isEqualTo(B2bWorld.BOB);
    assertThat(request.localUri()).isEqualTo(B2bWorld.BOB);
    assertThat(request.remoteUri()).isEqualTo(B2bWorld.BOB);
    assertThat(request.nextHop()).contains("sip:192.0.2.7:5080");
    assertThat(first.find("Event")).contains("presence");
    assertThat(first.find("Content-Type")).contains("application/pidf+xml");
    assertThat(first.find("SIP-If-Match")).isEmpty();
    assertThat(first.expires()).isEqualTo(90);
    assertThat(body(first)).contains("<basic>open");
    world.answer(first, published("e1", "90"));
    bob.pidf("closed").say("active");
    final Sent second = world.only();
    assertThat(second.find("SIP-If-Match")).contains("e1");
    assertThat(second.callId()).isNotEqualTo(first.callId());
    assertThat(body(second)).contains("closed");
    world.answer(second, published("e2", "90"));
    world.command("unsubscribe", id);
    final Sent last =
        world.take().stream()
            .filter(s -> s.outgoing().request().method().equals("PUBLISH"))
            .findFirst()
            .orElseThrow();
    assertThat(last.expires()).isZero();
    assertThat(last.find("SIP-If-Match")).contains("e2");
    assertThat(last.outgoing().request().body()).isEmpty();
  }

  @Test
  @DisplayName("What is granted for less than wanted is prolonged before it runs out, no further")
  void grantedForLess() {
    world.param("default_expiration", 600);
    world.start();
    world.subscribe();
    final Sent subscribe = world.only();
    world.accept(subscribe, 600);
    world.notifying(subscribe).pidf("open").say("active");
    final Sent first = world.only();
    assertThat(first.expires()).isEqualTo(630);
    world.answer(first, published("e1", "200"));
    world.advance(169);
    assertThat(world.take()).isEmpty();
    world.advance(2);
    final Sent kept = world.only();
    assertThat(kept.find("SIP-If-Match")).contains("e1");
    assertThat(kept.expires()).isBetween(459L, 460L);
    assertThat(body(kept)).isEmpty();
    world.answer(kept, published("e2", "1000"));
    world.advance(400);
    assertThat(world.take()).allMatch(s -> s.outgoing().request().method().equals("SUBSCRIBE"));
  }

  @Test
  @DisplayName("401 is answered once; 503 and silence are tried again, with what is known by then")
  void notAtOnce() {
    world.param("auth_username", "gate").param("auth_password", "secret");
    final Sent first = heard("open");
    final String challenge = "Digest realm=\"here\", nonce=\"n1\"";
    world.answer(first, B2bWorld.challenge(401, challenge));
    final Sent authorized = world.only();
    assertThat(authorized.find("Authorization").orElse("")).contains("username=\"gate\"");
    bob.pidf("closed").say("active");
    assertThat(world.take()).isEmpty();
    world.answer(authorized, B2bWorld.refusal(503));
    world.advanceMillis(3_900);
    assertThat(world.take()).isEmpty();
    world.advanceMillis(200);
    final Sent again = world.only();
    assertThat(body(again)).contains("closed");
    again.outgoing().listener().lost();
    world.advance(4);
    final Sent third = world.only();
    assertThat(body(third)).contains("closed");
    world.answer(third, B2bWorld.challenge(401, challenge));
    world.answer(world.only(), B2bWorld.challenge(401, challenge));
    assertThat(world.take()).isEmpty();
  }

  @Test
  @DisplayName("A 2xx without entity-tag feeds nothing that could not be taken back")
  void withoutTag() {
    final Sent first = heard("open");
    world.answer(first, published("", "90"));
    world.command("unsubscribe", id);
    assertThat(world.take()).allMatch(s -> s.outgoing().request().method().equals("SUBSCRIBE"));
  }

  @Test
  @DisplayName("PAB-097 what comes from where it would be sent to is not fed")
  void comesFromThere() {
    world.start();
    world.subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.notifying(first).from("udp:192.0.2.7:5080").pidf("open").say("active");
    assertThat(world.take()).isEmpty();
  }

  @Test
  @DisplayName("A mode that is none, or one whose other half is missing, stops the start")
  void refused() {
    assertThatThrownBy(() -> new B2bWorld().param("feed_mode", 4).start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("feed_mode");
    assertThatThrownBy(() -> new B2bWorld().param("feed_mode", 3).start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("feed_proxy");
    assertThatThrownBy(
            () -> new B2bWorld().param("feed_mode", 3).param("feed_proxy", "nowhere").start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("feed_proxy");
    assertThatThrownBy(() -> new B2bWorld().param("feed_mode", 1).start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("presence");
    assertThatThrownBy(() -> new B2bWorld().param("feed_mode", 2).start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("module pa");
  }

  @Test
  @DisplayName("feed_mode 2 tells module pa, not presence")
  void agent() {
    final B2bWorld both = new B2bWorld().beside().param("feed_mode", 2);
    both.agent = both.presence;
    both.presence = Optional.empty();
    both.start();
    both.subscribe();
    final Sent first = both.only();
    both.accept(first, 60);
    both.notifying(first).pidf("open").say("active");
    assertThat(both.published).hasSize(1);
  }
}
