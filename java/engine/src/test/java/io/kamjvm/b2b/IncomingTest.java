// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.b2b.B2bWorld.Called;
import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.b2b.B2bWorld.Told;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.kamailio.FinalReply;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What NOTIFYs do (spec pa-and-b2b part 4, 80 to 94 and 105). */
class IncomingTest {
  private final B2bWorld world = new B2bWorld().start();
  private final String id = world.subscribe();
  private final Sent first = world.only();
  private final Notifying bob = world.notifying(first);

  private StatusMessage said() {
    return world.last(id).orElseThrow(() -> new AssertionError("nothing was said"));
  }

  @Test
  @DisplayName("PAB-080 a NOTIFY is replied to and delivered with what it says")
  void pab080() {
    world.accept(first, 60);
    final Called call = bob.pidf("open").say("active;expires=59");
    assertThat(call.returned()).isEqualTo(1);
    assertThat(call.code()).isEqualTo(200);
    assertThat(said().status()).isEqualTo(Status.ACTIVE);
    final PresenceDoc doc = said().doc().orElseThrow();
    assertThat(doc.basic()).contains(PresenceDoc.Basic.OPEN);
    assertThat(doc.entity()).isEqualTo("pres:bob@192.0.2.9");
    assertThat(doc.tuples()).hasSize(1);
    assertThat(doc.tuples().get(0).contact()).isEqualTo("sip:bob@192.0.2.99");
    assertThat(doc.tuples().get(0).priority()).hasValue(0.8);
    assertThat(doc.tuples().get(0).notes().get(0).text()).isEqualTo("here");
    assertThat(new String(doc.bytes())).isEqualTo(Notifying.pidfText("open"));
  }

  @Test
  @DisplayName(
      "PAB-081 PAB-105 a NOTIFY before the answer makes the dialog, and 408 unmakes nothing")
  void pab081pab105() {
    assertThat(bob.pidf("open").say("active;expires=60").returned()).isEqualTo(1);
    assertThat(said().status()).isEqualTo(Status.ACTIVE);
    world.answer(first, FinalReply.silence("Request Timeout"));
    assertThat(world.state(id)).isEqualTo("confirmed");
    world.advance(50);
    final Sent renewal = world.only();
    assertThat(renewal.callId()).isEqualTo(first.callId());
    assertThat(renewal.outgoing().request().remoteTag()).isEqualTo("remote");
    world.accept(renewal, 60);
    world.command("unsubscribe", id);
    assertThat(world.only().callId()).isEqualTo(first.callId());
  }

  @Test
  @DisplayName("PAB-081 the answer that comes after the NOTIFY grants what it grants")
  void pab081late() {
    bob.say("active");
    world.accept(first, 30);
    world.advance(20);
    assertThat(world.only().cseq()).isEqualTo(2);
  }

  @Test
  @DisplayName("PAB-082 what belongs to nobody is left to the script")
  void pab082() {
    final Called call = bob.callId("other").say("active");
    assertThat(call.returned()).isEqualTo(-1);
    assertThat(call.code()).isZero();
    assertThat(world.last(id)).isEmpty();
    assertThat(world.command("stats").structs.get(0)).containsEntry("notify_unmatched", 1L);
  }

  @Test
  @DisplayName("PAB-083 one dialog only: another fork is nobody's")
  void pab083() {
    bob.say("active");
    assertThat(world.notifying(first).tag("fork").say("active").returned()).isEqualTo(-1);
    final B2bWorld other = new B2bWorld().start();
    other.subscribe();
    final Sent sent = other.only();
    other.accept(sent, 60);
    assertThat(other.notifying(sent).tag("fork").say("active").returned()).isEqualTo(-1);
    assertThat(other.notifying(sent).say("active").returned()).isEqualTo(1);
  }

  @Test
  @DisplayName("PAB-084 PAB-085 without document; pending")
  void pab084pab085() {
    world.accept(first, 60);
    bob.say("active");
    assertThat(said().status()).isEqualTo(Status.ACTIVE);
    assertThat(said().doc()).isEmpty();
    bob.say("pending;expires=50");
    assertThat(said().status()).isEqualTo(Status.PENDING);
    assertThat(said().seq()).isEqualTo(2);
  }

  @Test
  @DisplayName("PAB-086 broken XML: the status without a document, and it is counted")
  void pab086() {
    world.accept(first, 60);
    bob.pidf("open").say("active");
    assertThat(bob.body("<presence").say("active").code()).isEqualTo(200);
    assertThat(said().doc()).isEmpty();
    assertThat(world.command("stats").structs.get(0)).containsEntry("parse_errors", 1L);
    assertThat(world.command("get", id).structs.get(0).get("body").toString()).contains("open");
  }

  @Test
  @DisplayName("PAB-086 a long document is read elsewhere, and nothing overtakes it")
  void pab086long() {
    world.accept(first, 60);
    bob.body(Notifying.pidfText("open").replace("here", "h".repeat(20_000))).say("active");
    bob.say("pending");
    assertThat(said().status()).isEqualTo(Status.PENDING);
    assertThat(said().seq()).isEqualTo(2);
    assertThat(world.routes)
        .extracting(r -> r.variables().get("status"))
        .containsExactly("active", "pending");
  }

  @Test
  @DisplayName("PAB-087 another package, no Subscription-State, an old CSeq: refused, not said")
  void pab087() {
    world.accept(first, 60);
    assertThat(bob.event("dialog").say("active").code()).isEqualTo(489);
    assertThat(bob.event("presence").say("").code()).isEqualTo(400);
    assertThat(world.last(id)).isEmpty();
    assertThat(bob.cseq(7).say("active").code()).isEqualTo(200);
    assertThat(bob.cseq(7).say("pending").code()).isEqualTo(500);
    assertThat(bob.cseq(6).say("pending").code()).isEqualTo(500);
    assertThat(said().status()).isEqualTo(Status.ACTIVE);
  }

  @Test
  @DisplayName("PAB-088 a shorter expires renews sooner, never later")
  void pab088() {
    world.accept(first, 60);
    bob.say("active;expires=12");
    world.advanceMillis(4_999);
    assertThat(world.sent).isEmpty();
    world.advanceMillis(1);
    world.accept(world.only(), 60);
    world.advance(48);
    bob.say("active;expires=11");
    world.advance(2);
    assertThat(world.only().cseq()).as("as planned").isEqualTo(3);
  }

  @Test
  @DisplayName("PAB-089 deactivated: another dialog within 1 s, the second time later")
  void pab089() {
    world.accept(first, 60);
    bob.say("terminated;reason=deactivated");
    assertThat(said().status()).isEqualTo(Status.TERMINATED);
    world.advance(1);
    final Sent second = world.only();
    assertThat(second.callId()).isNotEqualTo(first.callId());
    world.accept(second, 60);
    world.notifying(second).say("terminated;reason=timeout");
    world.advanceMillis(3_999);
    assertThat(world.sent).isEmpty();
    world.advanceMillis(1);
    assertThat(world.only().inDialog()).isFalse();
  }

  @Test
  @DisplayName("PAB-090 probation: after the time that is said")
  void pab090() {
    world.accept(first, 60);
    bob.say("terminated;reason=probation;retry-after=7");
    assertThat(said().retryAfter()).hasValue(7);
    world.advanceMillis(6_999);
    assertThat(world.sent).isEmpty();
    world.advanceMillis(1);
    assertThat(world.only().inDialog()).isFalse();
  }

  @Test
  @DisplayName("PAB-091 rejected: never again, unless the cfg says so")
  void pab091() {
    world.accept(first, 60);
    bob.say("terminated;reason=rejected");
    assertThat(said().status()).isEqualTo(Status.REJECTED);
    assertThat(world.timers()).isZero();
    world.advance(100_000);
    assertThat(world.sent).isEmpty();
    final B2bWorld patient = new B2bWorld().param("retry_after_reject", 100).start();
    patient.subscribe();
    patient.notifying(patient.only()).say("terminated;reason=rejected");
    patient.advance(100);
    assertThat(patient.take()).hasSize(1);
  }

  @Test
  @DisplayName("PAB-092 after the end NOTIFYs are taken and not said")
  void pab092() {
    world.accept(first, 60);
    world.command("unsubscribe", id);
    assertThat(bob.pidf("open").say("active").code()).isEqualTo(200);
    assertThat(world.routes).isEmpty();
  }

  @Test
  @DisplayName("PAB-093 the commands show what there is")
  void pab093() {
    world.accept(first, 60);
    bob.pidf("open").say("active");
    final Told shown = world.command("get", id);
    assertThat(shown.structs.get(0))
        .containsEntry("callid", first.callId())
        .containsEntry("ltag", first.localTag())
        .containsEntry("rtag", "remote")
        .containsEntry("state", "confirmed")
        .containsEntry("status", "active")
        .containsEntry("expires_in", 60L)
        .containsEntry("next_in", 50L)
        .containsEntry("last_code", 200)
        .containsEntry("notifies", 1L)
        .containsEntry("body", Notifying.pidfText("open"));
    assertThat(world.command("list").structs).hasSize(1);
    assertThat(world.command("list", "waiting").structs).isEmpty();
    assertThat(world.command("get", "0-0").fault).isEqualTo(404);
    assertThat(world.command("unsubscribe", "0-0").fault).isEqualTo(404);
    assertThat(world.command("subscribe", "bob", "alice").fault).isEqualTo(400);
    assertThat(world.command("trace", "1").strings)
        .containsExactly(
            "[" + id + "]: 2, refcnt: 1, timer started: 1",
            "EUAC count: 1",
            "create_cnt: 1",
            "destroy_cnt: 0");
    assertThat(world.function("pb2b_state", B2bWorld.BOB, B2bWorld.ALICE).value())
        .contains("confirmed");
    assertThat(world.function("pb2b_presence", B2bWorld.BOB, B2bWorld.ALICE).value())
        .contains("open");
    assertThat(world.function("pb2b_state", B2bWorld.ALICE, B2bWorld.BOB).returned()).isEqualTo(-1);
    assertThat(world.function("pb2b_unsubscribe", B2bWorld.BOB, B2bWorld.ALICE).returned())
        .isEqualTo(1);
    assertThat(world.state(id)).isEqualTo("predestroyed");
  }

  @Test
  @DisplayName("PAB-094 the event route hears each message once")
  void pab094() {
    world.accept(first, 60);
    bob.pidf("closed").say("active");
    assertThat(world.routes).hasSize(1);
    final Map<String, String> variables = world.routes.get(0).variables();
    assertThat(variables)
        .containsEntry("id", id)
        .containsEntry("record", B2bWorld.BOB)
        .containsEntry("subscriber", B2bWorld.ALICE)
        .containsEntry("package", "presence")
        .containsEntry("status", "active")
        .containsEntry("basic", "closed")
        .containsEntry("ctype", "application/pidf+xml")
        .doesNotContainKey("reason");
  }

  @Test
  @DisplayName("A dead engine's dialogs go on with a higher CSeq, and those nobody wants are ended")
  void engineDies() {
    world.accept(first, 60);
    world
        .module()
        .domain()
        .subscribe(
            io.kamjvm.b2b.qsa.SubKey.presence("sip:carol@192.0.2.9", B2bWorld.ALICE),
            io.kamjvm.b2b.qsa.SubOptions.NONE,
            Owner.QSA,
            StatusListener.none());
    final Sent carol = world.only();
    world.accept(carol, 60);
    final String later =
        world
            .command("subscribe", "sip:dan@192.0.2.9", B2bWorld.ALICE)
            .structs
            .get(0)
            .get("id")
            .toString();
    world.answer(world.only(), B2bWorld.refusal(404));
    world.kill();
    world.advance(2);
    assertThat(world.state(id)).isEqualTo("resubscription");
    assertThat(world.take())
        .anySatisfy(
            s -> {
              assertThat(s.callId()).isEqualTo(first.callId());
              assertThat(s.cseq()).isEqualTo(2);
              assertThat(s.expires()).isEqualTo(60);
            })
        .anySatisfy(
            s -> {
              assertThat(s.callId()).isEqualTo(carol.callId());
              assertThat(s.expires()).isZero();
            })
        .anySatisfy(s -> assertThat(s.target()).isEqualTo("sip:dan@192.0.2.9"))
        .hasSize(3);
    assertThat(world.state(later)).isEqualTo("unconfirmed");
    assertThat(world.subscribe()).isEqualTo(id);
  }
}
