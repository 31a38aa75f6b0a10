// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static io.kamjvm.b2b.B2bWorld.ALICE;
import static io.kamjvm.b2b.B2bWorld.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.storage.MemoryRecoveryLog;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What leaves, and when (spec pa-and-b2b part 4, 57 to 79). */
class OutgoingTest {
  private final B2bWorld world = new B2bWorld();

  private void refuses(final String name, final Object value) {
    final B2bWorld other = new B2bWorld().param(name, value);
    assertThatThrownBy(other::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(name);
  }

  @Test
  @DisplayName("PAB-057 the manual's parameters start it")
  void pab057() {
    new B2bWorld()
        .param("presence_route", "<sip:my-sip-server.domain.com;lr>")
        .param("on_error_retry_time", 600)
        .param("wait_for_term_notify", 33)
        .param("resubscribe_delta", 15)
        .param("min_resubscribe_time", 55)
        .param("default_expiration", 667)
        .start()
        .subscribe();
  }

  @Test
  @DisplayName("PAB-058 SUBSCRIBE as it leaves")
  void pab058() {
    world.start().subscribe();
    final Sent sent = world.only();
    final OutgoingRequest request = sent.outgoing().request();
    assertThat(request.method()).isEqualTo("SUBSCRIBE");
    assertThat(request.remoteUri()).isEqualTo(BOB);
    assertThat(request.remoteTarget()).isEqualTo(BOB);
    assertThat(request.localUri()).isEqualTo(ALICE);
    assertThat(request.localTag()).isNotEmpty();
    assertThat(request.headers())
        .isEqualTo("Event: presence\r\nMax-Forwards: 70\r\nExpires: 60\r\n");
    assertThat(request.ownContact()).isTrue();
    assertThat(sent.cseq()).isEqualTo(1);
    assertThat(request.nextHop()).isEmpty();
  }

  @Test
  @DisplayName("PAB-059 additional headers with and without the last line break; no injection")
  void pab059() {
    for (final String end : List.of("", "\r\n")) {
      final B2bWorld one =
          new B2bWorld()
              .param("additional_presence_headers", "Accept: application/pidf+xml" + end)
              .start();
      one.subscribe();
      assertThat(one.only().outgoing().request().headers())
          .contains("\r\nAccept: application/pidf+xml\r\nExpires: 60\r\n");
    }
    for (final String bad :
        List.of(
            "Expires: 5",
            "X: 1\r\nVia: x",
            "f: x",
            "X: 1\r\n\r\nbody",
            "no header",
            "X: a\nY: b",
            "m: <sip:x>")) {
      refuses("additional_presence_headers", bad);
    }
  }

  @Test
  @DisplayName("PAB-060 the outbound proxy gets the first request only")
  void pab060() {
    world.param("presence_outbound_proxy", "<sip:proxy.example.com;transport=tcp>").start();
    world.subscribe();
    final Sent first = world.only();
    assertThat(first.outgoing().request().nextHop())
        .contains("sip:proxy.example.com;transport=tcp");
    assertThat(first.target()).isEqualTo(BOB);
    assertThat(first.find("Route")).isEmpty();
    world.accept(first, 60);
    world.advance(51);
    final Sent renewal = world.only();
    assertThat(renewal.outgoing().request().nextHop()).isEmpty();
    assertThat(renewal.target()).isEqualTo("sip:n@192.0.2.9");
  }

  @Test
  @DisplayName("PAB-061 PAB-062 the route is in the first request only; Record-Route rules then")
  void pab061pab062() {
    world.param("presence_route", "<sip:a.example.com;lr>, <sip:b.example.com;lr>").start();
    world.subscribe();
    final Sent first = world.only();
    assertThat(first.find("Route")).contains("<sip:a.example.com;lr>,<sip:b.example.com;lr>");
    assertThat(first.outgoing().request().nextHop()).contains("sip:a.example.com;lr");
    world.answer(
        first,
        B2bWorld.reply(
            200, Optional.of("60"), Optional.of("sip:n@192.0.2.9"), "<sip:r1;lr>,<sip:r2;lr>"));
    world.advance(51);
    final Sent renewal = world.only();
    assertThat(renewal.find("Route")).isEmpty();
    assertThat(renewal.outgoing().request().routeSet()).isEqualTo("<sip:r2;lr>,<sip:r1;lr>");
    final B2bWorld both =
        new B2bWorld()
            .param("presence_route", "<sip:a.example.com;lr>")
            .param("presence_outbound_proxy", "sip:proxy.example.com")
            .start();
    both.subscribe();
    final Sent other = both.only();
    assertThat(other.find("Route")).contains("<sip:a.example.com;lr>");
    assertThat(other.outgoing().request().nextHop()).contains("sip:proxy.example.com");
  }

  @Test
  @DisplayName("PAB-063 what does not parse stops the start")
  void pab063() {
    refuses("presence_route", "<no uri>");
    refuses("presence_route", "<sip:a;lr");
    refuses("presence_outbound_proxy", "proxy");
    refuses("default_expiration", 0);
    refuses("on_error_retry_time", 0);
    refuses("min_resubscribe_time", 0);
    refuses("wait_for_term_notify", -1);
    refuses("resubscribe_delta", -1);
    refuses("max_subscribe_delay", -1);
    refuses("feed_mode", 2);
    refuses("feed_mode", 1);
    assertThatThrownBy(new B2bWorld().param("auth_username", "only")::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("auth_password");
    refuses("subscribe", "sip:only@one");
  }

  @Test
  @DisplayName("PAB-064 PAB-065 PAB-066 when a subscription is renewed")
  void pab064pab065pab066() {
    world.start().subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.advance(49);
    assertThat(world.sent).isEmpty();
    world.advance(1);
    final Sent second = world.only();
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.cseq()).isEqualTo(2);
    assertThat(second.expires()).isEqualTo(60);
    assertThat(second.outgoing().request().remoteTag()).isEqualTo("remote");
    world.accept(second, 8);
    world.advance(5);
    final Sent third = world.only();
    world.answer(third, B2bWorld.accepted(third, ""));
    world.advance(4);
    assertThat(world.sent).isEmpty();
    world.advance(1);
    assertThat(world.only().cseq()).isEqualTo(4);
  }

  @Test
  @DisplayName("PAB-067 max_subscribe_delay spreads first requests; 0 sends at once")
  void pab067() {
    world.param("max_subscribe_delay", 5).start();
    for (int i = 0; i < 20; i++) {
      world.command("subscribe", "sip:u" + i + "@192.0.2.9", ALICE);
    }
    world.advanceMillis(999);
    assertThat(world.sent).isEmpty();
    world.advanceMillis(4_001);
    final Set<Long> moments = new HashSet<>();
    world.sent.forEach(s -> moments.add(s.atMillis()));
    assertThat(world.take()).hasSize(20);
    assertThat(moments.size()).isGreaterThan(10);
  }

  @Test
  @DisplayName("PAB-068 twice the same: two dialogs by the API, one by command")
  void pab068() {
    world.start();
    final io.kamjvm.b2b.qsa.SubKey key = io.kamjvm.b2b.qsa.SubKey.presence(BOB, ALICE);
    for (int i = 0; i < 2; i++) {
      world
          .module()
          .domain()
          .subscribe(key, io.kamjvm.b2b.qsa.SubOptions.NONE, Owner.QSA, StatusListener.none());
    }
    assertThat(world.take()).extracting(Sent::callId).doesNotHaveDuplicates().hasSize(2);
    assertThat(world.subscribe()).isEqualTo(world.subscribe());
    assertThat(world.take()).hasSize(1);
    assertThat(world.function("pb2b_subscribe", "Bob <" + BOB + ">", ALICE).returned())
        .isEqualTo(1);
    assertThat(world.sent).isEmpty();
  }

  @Test
  @DisplayName("PAB-069 with handle_presence_subscriptions 0 nothing is sent or said")
  void pab069() {
    world.param("handle_presence_subscriptions", 0).start();
    final String id = world.subscribe();
    assertThat(world.state(id)).isEqualTo("ignored");
    world.advance(1_000);
    assertThat(world.sent).isEmpty();
    assertThat(world.last(id)).isEmpty();
    assertThat(world.command("unsubscribe", id).fault).isZero();
    assertThat(world.state(id)).isEqualTo("gone");
  }

  @Test
  @DisplayName("PAB-070 PAB-071 refused or silent: another dialog after on_error_retry_time")
  void pab070pab071() {
    final String id = world.start().subscribe();
    final Sent first = world.only();
    world.answer(first, B2bWorld.refusal(404));
    assertThat(world.state(id)).isEqualTo("waiting");
    assertThat(world.last(id).orElseThrow().status()).isEqualTo(Status.PENDING);
    assertThat(world.last(id).orElseThrow().reason()).contains("unreachable");
    world.advanceMillis(3_999);
    assertThat(world.sent).isEmpty();
    world.advanceMillis(1);
    final Sent second = world.only();
    assertThat(second.callId()).isNotEqualTo(first.callId());
    world.answer(second, FinalReply.silence("Request Timeout"));
    world.advance(4);
    final Sent third = world.only();
    world.advance(60);
    assertThat(world.state(id)).isEqualTo("waiting");
    world.accept(third, 60);
    assertThat(world.state(id)).as("too late").isEqualTo("waiting");
    world.advance(4);
    world.only().outgoing().listener().failed("no route");
    assertThat(world.state(id)).isEqualTo("waiting");
  }

  private static FinalReply moved(final String contact) {
    return B2bWorld.reply(
        302, Optional.empty(), Optional.of(contact).filter(c -> !c.isEmpty()), "");
  }

  @Test
  @DisplayName("PAB-072 redirections are followed, five in a row")
  void pab072() {
    final String id = world.start().subscribe();
    world.answer(world.only(), moved("sip:else@192.0.2.8"));
    final Sent followed = world.only();
    assertThat(followed.target()).isEqualTo("sip:else@192.0.2.8");
    assertThat(followed.find("P-Hint")).contains("trying new subscription after 3xx");
    assertThat(followed.outgoing().request().remoteUri()).isEqualTo(BOB);
    world.answer(followed, moved(""));
    assertThat(world.state(id)).isEqualTo("waiting");
    world.advance(4);
    for (int i = 0; i < 5; i++) {
      final Sent next = world.only();
      assertThat(next.find("P-Hint").isPresent()).isEqualTo(i > 0);
      world.answer(next, moved("sip:e" + i + "@192.0.2.8"));
    }
    world.answer(world.only(), moved("sip:more@192.0.2.8"));
    assertThat(world.sent).isEmpty();
    assertThat(world.state(id)).isEqualTo("waiting");
    world.advance(4);
    assertThat(world.only().target()).isEqualTo(BOB);
  }

  @Test
  @DisplayName("PAB-073 423: once more with what is wanted")
  void pab073() {
    final String id = world.start().subscribe();
    final Sent first = world.only();
    world.answer(first, B2bWorld.tooBrief("120"));
    final Sent second = world.only();
    assertThat(second.expires()).isEqualTo(120);
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.cseq()).isEqualTo(2);
    world.answer(second, B2bWorld.tooBrief("240"));
    assertThat(world.sent).isEmpty();
    assertThat(world.state(id)).isEqualTo("waiting");
  }

  @Test
  @DisplayName("PAB-074 a challenge is answered where credentials are set, once")
  void pab074() {
    final String challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
    final String id =
        world.param("auth_username", "u").param("auth_password", "p").start().subscribe();
    world.answer(world.only(), B2bWorld.challenge(401, challenge));
    final Sent second = world.only();
    assertThat(second.find("Authorization").orElseThrow())
        .startsWith("Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"" + BOB + "\"");
    world.answer(second, B2bWorld.challenge(401, challenge));
    assertThat(world.sent).isEmpty();
    assertThat(world.state(id)).isEqualTo("waiting");
    world.advance(4);
    world.answer(world.only(), B2bWorld.challenge(407, challenge));
    assertThat(world.only().find("Proxy-Authorization")).isPresent();
    final B2bWorld without = new B2bWorld().start();
    final String other = without.subscribe();
    without.answer(without.only(), B2bWorld.challenge(401, challenge));
    assertThat(without.state(other)).isEqualTo("waiting");
  }

  @Test
  @DisplayName("PAB-074 digests as RFC 2617 and RFC 7616 have them")
  void pab074digest() {
    final B2bParameters.Credentials mufasa =
        new B2bParameters.Credentials("Mufasa", "Circle of Life");
    assertThat(
            Digest.answer(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\","
                    + " algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
                "GET",
                "/dir/index.html",
                mufasa,
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        .hasValueSatisfying(
            v ->
                assertThat(v)
                    .contains("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"));
    assertThat(
            Digest.answer(
                "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=MD5,"
                    + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
                "GET",
                "/dir/index.html",
                mufasa,
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        .hasValueSatisfying(v -> assertThat(v).contains("8ca523f5e9506fed4657c9700eebdbec"));
    assertThat(Digest.answer("Basic realm=\"x\"", "GET", "/", mufasa)).isEmpty();
    assertThat(Digest.answer("Digest realm=\"x\", nonce=\"n\", algorithm=FOO", "GET", "/", mufasa))
        .isEmpty();
  }

  @Test
  @DisplayName("PAB-075 481 to a renewal: another dialog at once, but only once in a row")
  void pab075() {
    final String id = world.start().subscribe();
    final Sent first = world.only();
    world.accept(first, 60);
    world.advance(50);
    world.answer(world.only(), B2bWorld.refusal(481));
    final Sent anew = world.only();
    assertThat(anew.callId()).isNotEqualTo(first.callId());
    assertThat(anew.inDialog()).isFalse();
    world.accept(anew, 60);
    world.advance(50);
    world.answer(world.only(), B2bWorld.refusal(481));
    assertThat(world.state(id)).isEqualTo("waiting");
  }

  @Test
  @DisplayName("PAB-076 PAB-077 the end is agreed, and the last NOTIFY comes or does not")
  void pab076pab077() {
    for (final boolean comes : new boolean[] {true, false}) {
      final B2bWorld one = new B2bWorld().start();
      final String id = one.subscribe();
      final Sent first = one.only();
      one.accept(first, 60);
      one.command("unsubscribe", id);
      final Sent end = one.only();
      assertThat(end.expires()).isZero();
      assertThat(end.inDialog()).isTrue();
      assertThat(one.state(id)).isEqualTo("predestroyed");
      one.accept(end, 0);
      assertThat(one.state(id)).isEqualTo("waiting_for_termination");
      if (comes) {
        final B2bWorld.Called last = one.notifying(first).say("terminated;reason=timeout");
        assertThat(last.code()).isEqualTo(200);
      } else {
        one.advance(3);
      }
      assertThat(one.state(id)).isEqualTo("gone");
      assertThat(one.timers()).isZero();
      assertThat(((MemoryRecoveryLog) one.log).size()).isZero();
    }
  }

  @Test
  @DisplayName("PAB-078 PAB-079 the end before the answer, and while nothing is under way")
  void pab078pab079() {
    final String id = world.start().subscribe();
    final Sent first = world.only();
    world.command("unsubscribe", id);
    assertThat(world.sent).isEmpty();
    assertThat(world.state(id)).isEqualTo("unconfirmed_destroy");
    world.accept(first, 60);
    final Sent end = world.only();
    assertThat(end.expires()).isZero();
    world.answer(end, B2bWorld.refusal(481));
    assertThat(world.state(id)).isEqualTo("gone");
    final String second = world.subscribe();
    world.answer(world.only(), B2bWorld.refusal(500));
    world.command("unsubscribe", second);
    assertThat(world.state(second)).isEqualTo("gone");
    world.advance(1_000);
    assertThat(world.sent).isEmpty();
    assertThat(world.timers()).isZero();
  }

  @Test
  @DisplayName("The parameter subscribe watches from the start on, and refresh renews at once")
  void alwaysAndRefresh() {
    world.param("subscribe", BOB + " " + ALICE).start();
    final Sent first = world.only();
    world.accept(first, 60);
    final String id = world.command("list").structs.get(0).get("id").toString();
    assertThat(world.command("list").structs.get(0)).containsEntry("owner", "cfg");
    world.command("refresh", id);
    assertThat(world.only().cseq()).isEqualTo(2);
    assertThat(world.command("refresh", "1-999").fault).isEqualTo(404);
  }
}
