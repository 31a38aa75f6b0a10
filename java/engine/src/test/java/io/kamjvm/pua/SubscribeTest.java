// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import static io.kamjvm.pua.RemoteServer.dialog;
import static io.kamjvm.pua.RemoteServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.pua.RemoteServer.Arrived;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Subscription dialogs (spec pua 6, PUA-045 to PUA-058), records in memory. */
class SubscribeTest {
  private static final String ALICE = "sip:alice@example.org";
  private static final String WATCHER = "sip:watcher@192.0.2.1";
  private static final String NOTIFIER = "sip:n@192.0.2.9";

  ClientWorld world = world();

  ClientWorld world() {
    return new ClientWorld();
  }

  private static SubscribeOrder order(final long lifetime) {
    return SubscribeOrder.of(Source.RLS_SUBSCRIBE, "presence", ALICE, WATCHER, lifetime);
  }

  private DialogState state(final Arrived subscribe, final String remoteTag) {
    final List<DialogState> states = new ArrayList<>();
    world
        .pua()
        .dialog(
            new DialogQuestion(
                Source.RLS_SUBSCRIBE,
                ALICE,
                WATCHER,
                subscribe.request().callId(),
                subscribe.request().localTag(),
                remoteTag),
            states::add);
    world.settle();
    return states.get(0);
  }

  @Test
  @DisplayName("PUA-045 the first SUBSCRIBE is outside of a dialog, with 10 s more than asked for")
  void pua045() {
    world.start().subscribe(order(600));
    final Arrived s = world.server.last();
    assertThat(s.request().method()).isEqualTo("SUBSCRIBE");
    assertThat(s.request().remoteTarget()).isEqualTo(ALICE);
    assertThat(s.request().remoteUri()).isEqualTo(ALICE);
    assertThat(s.request().localUri()).isEqualTo(WATCHER);
    assertThat(s.request().remoteTag()).isEmpty();
    assertThat(s.cseq()).isEqualTo(10);
    assertThat(s.request().headers())
        .isEqualTo(
            "Max-Forwards: 70\r\nEvent: presence\r\nContact: <"
                + WATCHER
                + ">\r\nExpires: 610\r\n");
  }

  @Test
  @DisplayName("PUA-046 PUA-047 refreshes go through the route set to the newest contact")
  void pua046pua047() {
    world.server.reaction =
        a ->
            Optional.of(
                dialog(
                    20,
                    "sip:c" + a.cseq() + "@192.0.2.9",
                    "<sip:r1;lr>, \"a,b\" <sip:r2;lr>;x=\"1,2\"",
                    a.cseq()));
    world.start().subscribe(order(600));
    world.advance(60);
    final List<Arrived> all = world.server.take();
    assertThat(all).hasSizeGreaterThan(2);
    assertThat(all.get(1).request().remoteTarget()).isEqualTo("sip:c10@192.0.2.9");
    assertThat(all.get(1).request().routeSet())
        .isEqualTo("\"a,b\" <sip:r2;lr>;x=\"1,2\",<sip:r1;lr>");
    assertThat(all.get(1).request().remoteTag()).isEqualTo("remote");
    assertThat(all.get(1).request().localTag()).isEqualTo(all.get(0).request().localTag());
    assertThat(all.get(1).cseq()).isEqualTo(11);
    assertThat(all.get(2).request().remoteTarget()).isEqualTo("sip:c11@192.0.2.9");
    assertThat(all.get(2).cseq()).isEqualTo(12);
    assertThat(all.get(1).expires()).isBetween(580L, 609L);
  }

  @Test
  @DisplayName("PUA-048 lifetime 0 ends the dialog although no remote target is named (D6)")
  void pua048() {
    world.start().subscribe(order(600));
    final Told told = world.subscribe(order(0));
    assertThat(world.server.last().expires()).isZero();
    assertThat(world.server.last().cseq()).isEqualTo(11);
    assertThat(told.answer().code()).isEqualTo(200);
    assertThat(world.store.rows).isEmpty();
    assertThat(world.subscribe(order(0)).decisions).containsExactly(new Decision.Nothing());
  }

  @Test
  @DisplayName("PUA-049 another remote target is another dialog, unless that is not checked")
  void pua049() {
    world.start().subscribe(order(600).withRemoteTarget(NOTIFIER));
    world.subscribe(order(600).withRemoteTarget(NOTIFIER));
    assertThat(world.server.last().cseq()).isEqualTo(11);
    world.subscribe(order(600).withRemoteTarget("sip:other@192.0.2.9"));
    assertThat(world.server.last().cseq()).isEqualTo(10);
    assertThat(world.server.last().request().remoteTarget()).isEqualTo("sip:other@192.0.2.9");
  }

  @Test
  @DisplayName("PUA-050 a notifier that has forgotten the dialog gets a new one at once")
  void pua050() {
    world.start().subscribe(order(600));
    final String callId = world.server.last().request().callId();
    world.server.reaction = a -> a.cseq() > 10 ? Optional.of(refusal(481)) : world.server.grant(a);
    world.subscribe(order(300));
    final Arrived anew = world.server.last();
    assertThat(anew.cseq()).isEqualTo(10);
    assertThat(anew.request().callId()).isNotEqualTo(callId);
    assertThat(anew.request().remoteTarget()).isEqualTo(NOTIFIER);
    assertThat(anew.expires()).isEqualTo(313);
    assertThat(world.store.rows).hasSize(1);
  }

  @Test
  @DisplayName("PUA-051 PUA-052 no new dialog after a refused end or a refused beginning (D7)")
  void pua051pua052() {
    world.start().subscribe(order(600));
    world.server.reaction = a -> Optional.of(refusal(481));
    world.subscribe(order(0));
    assertThat(world.server.take()).hasSize(2);
    assertThat(world.store.rows).isEmpty();
    world.server.reaction = a -> Optional.of(refusal(489));
    assertThat(world.subscribe(order(600)).answer().code()).isEqualTo(489);
    world.advance(100);
    assertThat(world.server.take()).hasSize(1);
  }

  @Test
  @DisplayName("PUA-053 a refresh that times out is the dialog's last request")
  void pua053() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 30));
    world.start().subscribe(order(600));
    world.server.reaction = a -> Optional.empty();
    world.advance(32);
    assertThat(world.server.take()).hasSize(2);
    world.server.timeOut();
    world.advance(100);
    assertThat(world.server.take()).isEmpty();
    assertThat(world.store.rows).isEmpty();
  }

  @Test
  @DisplayName("PUA-054 an answer without Expires begins nothing")
  void pua054() {
    world.server.reaction = a -> Optional.of(refusal(200));
    assertThat(world.start().subscribe(order(600)).answer().code()).isEqualTo(200);
    assertThat(world.store.rows).isEmpty();
    assertThat(state(world.server.last(), "remote")).isEqualTo(DialogState.NONE);
  }

  @Test
  @DisplayName(
      "PUA-055 PUA-056 a NOTIFY that overtakes the 200 is recognised; tags are compared whole")
  void pua055pua056() {
    world.server.reaction = a -> Optional.empty();
    world.start().subscribe(order(600).withId("list"));
    final Arrived s = world.server.last();
    assertThat(state(s, "whatever")).isEqualTo(DialogState.TEMPORARY);
    final List<Optional<String>> ids = new ArrayList<>();
    world
        .pua()
        .recordId(
            new DialogQuestion(
                Source.RLS_SUBSCRIBE,
                ALICE,
                WATCHER,
                s.request().callId(),
                s.request().localTag(),
                "x"),
            ids::add);
    world.settle();
    assertThat(ids).containsExactly(Optional.of("list"));
    world.server.answerAll(dialog(610, NOTIFIER, "", 10));
    assertThat(state(s, "remote")).isEqualTo(DialogState.ESTABLISHED);
    assertThat(state(s, "remotex")).isEqualTo(DialogState.NONE);
    assertThat(state(s, "remot")).isEqualTo(DialogState.NONE);
    final List<List<String>> presentities = new ArrayList<>();
    world.pua().presentitiesOf("list", presentities::add);
    world.pua().presentitiesOf("lis", presentities::add);
    world.settle();
    assertThat(presentities).containsExactly(List.of(ALICE), List.of());
  }

  @Test
  @DisplayName("PUA-057 nothing more is sent before the first SUBSCRIBE is answered")
  void pua057() {
    world.server.reaction = a -> Optional.empty();
    world.start().subscribe(order(600));
    assertThat(world.subscribe(order(600)).decisions).containsExactly(new Decision.Nothing());
    assertThat(world.server.arrived).hasSize(1);
  }

  @Test
  @DisplayName("A dialog that was ended before it was answered is ended when it is")
  void endedTooEarly() {
    world.server.reaction = a -> Optional.empty();
    world.start().subscribe(order(600));
    world.subscribe(order(0));
    assertThat(world.server.take()).hasSize(1);
    world.server.reaction = world.server::grant;
    world.server.answerAll(dialog(610, NOTIFIER, "", 10));
    assertThat(world.server.last().expires()).isZero();
    assertThat(world.server.last().cseq()).isEqualTo(11);
    assertThat(world.store.rows).isEmpty();
    world.advance(700);
    assertThat(world.server.take()).hasSize(1);
  }

  @Test
  @DisplayName(
      "A first SUBSCRIBE that can not be sent counts as accepted, and the time-out is told")
  void unreachable() {
    world.server.unreachable = a -> true;
    final Told told = world.start().subscribe(order(600));
    assertThat(told.decisions).containsExactly(new Decision.Sent());
    assertThat(told.answer().local()).isTrue();
    assertThat(world.store.rows).isEmpty();
  }

  @Test
  @DisplayName("min_expires raises what is asked for; a negative lifetime is default_expires")
  void expires() {
    world.param("min_expires", 100).start();
    world.subscribe(order(60));
    assertThat(world.server.last().expires()).isEqualTo(100);
    world.subscribe(order(-1).withId("other"));
    assertThat(world.server.last().expires()).isEqualTo(3610);
  }

  @Test
  @DisplayName("A time-out of the first SUBSCRIBE is told and leaves nothing behind")
  void initialTimeOut() {
    world.server.reaction = a -> Optional.empty();
    final Told told = world.start().subscribe(order(600));
    world.server.timeOut();
    assertThat(told.answer()).isEqualTo(FinalAnswer.silence());
    assertThat(world.store.rows).isEmpty();
    assertThat(FinalReply.silence("x").code()).isEqualTo(408);
  }

  @Test
  @DisplayName(
      "Who has missed NOTIFYs subscribes again in every dialog of a source, and in no other")
  void resubscribed() {
    world.start().subscribe(order(600));
    world.subscribe(
        SubscribeOrder.of(Source.REGINFO_SUBSCRIBE, "reg", ALICE, WATCHER, 600)
            .withRemoteTarget(ALICE));
    final int before = world.server.arrived.size();
    world.pua().resubscribe(Source.REGINFO_SUBSCRIBE, callId -> true);
    world.advance(1);
    assertThat(world.server.arrived).hasSize(before + 1);
    final Arrived again = world.server.last();
    assertThat(again.header("Event")).isEqualTo("reg");
    assertThat(again.request().remoteTag()).isNotEmpty();
    assertThat(again.cseq()).isEqualTo(11);
  }
}
